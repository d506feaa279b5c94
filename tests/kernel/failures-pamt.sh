#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# TDH.PHYMEM.PAMT.ADD fails: user space gets an error, the pair goes back to the page allocator, and
# nothing is left. A fault that cannot get its PAMT kills the VM, KVM's generic code warns of that
# once more.
#
# TDH.PHYMEM.PAMT.REMOVE fails: the kernel warns once, the pair stays with its region for ever,
# exactly that pair is missing in the books, no page counts as held back by it, and the region's next
# user goes without PAMT.ADD.
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu}
need $variants

# With 512 pages in each of four regions, these steps need pairs that were not there.
table='
create PHYMEM.PAMT.ADD 1 1 | KVM_TDX_INIT_VM ENOMEM | 1 | -
populate PHYMEM.PAMT.ADD 1 1 512 | KVM_PRE_FAULT_MEMORY EIO | 3 | -
populate PHYMEM.PAMT.ADD 2 1 512 | KVM_PRE_FAULT_MEMORY EIO | 3 | -
destroy PHYMEM.PAMT.REMOVE 1 1 512 | - | 1 | pairs=1'

max_tries=100	# DPAMT_MAX_TRIES of policy/pamt-lock-hashed.patch
survived='
create PHYMEM.PAMT.ADD 1 1 | - | 0 | -
populate PHYMEM.PAMT.ADD 1 9 512 | - | 0 | -
destroy PHYMEM.PAMT.REMOVE 1 9 512 | - | 0 | -'

for v in $variants; do
	failing_leaves $v status 0xc000030000000000 "$table"

	# Busy is as bad, for under dpamt_lock it cannot happen; hashed locks let it happen, and wait.
	case $v in
	*hashed)
		failing_leaves $v busy 0x8000020000000001 "$survived"
		failing_leaves $v busier 0x8000020000000001 \
			"$(echo "$table" | sed "s/\(PAMT[.A-Z]* [12]\) 1 /\1 $max_tries /")"
		;;
	*) failing_leaves $v busy 0x8000020000000001 "$table" ;;
	esac

	# The second life takes three quarters of a small memory, so it has little left to go around these
	# regions with; a get there that tried PAMT.ADD again would fail. S-EPT pages are only what is traced.
	inside $v $v-next '
		dmesg -n 1
		t=/sys/kernel/tracing
		for event in pamt_add pamt_remove sept_reclaim; do
			echo 1 >$t/events/tdx/tdx_$event/enable || exit 1
		done
		echo 1 >$t/tracing_on
		$P/leaf_failure destroy PHYMEM.PAMT.REMOVE 1 0xc000030000000000 99 512 || exit 1
		grep -qx "pamt_pairs_held_back 0" /sys/kernel/debug/tdx_stats/pamt || echo held back
		echo second life >$t/trace_marker
		dpamt-workload teardown --tds 4 --sept-pages 3072 --layout sparse >/dev/null || exit 1
		$P/leaf_failure destroy - 0 0 0 512
		cat $t/trace >$RESULTS_DIR/pamt.txt' --mem 256M
	[ "$(tail -n 1 "$work/stdout")" = '- destroy 0 0 512 | injected 0 | - | warnings 0 | -' ] ||
		failed "$v: the second life: $(tail -n 1 "$work/stdout")"
	! grep -qx 'held back' "$work/stdout" ||
		failed "$v: a pair that stays counts as held back after its pages went"
	pairs=$(sed -n 's/.* warnings 1 | pairs=\([0-9]*\).*/\1/p' "$work/stdout")
	# Regions whose pair was added but never removed in the first life; what happens there later.
	awk -v v=$v -v pairs="$pairs" '
		function region(   f, digits) {	# of 2M: all but the low 21 bits
			f = $0; sub(".*hpa=0x", "", f); sub(" .*", "", f); digits = length(f)
			return substr(f, 1, digits - 6) ":" \
				int((index("0123456789abcdef", substr(f, digits - 5, 1)) - 1) / 2)
		}
		/second life/ { second = 1; for (r in pair) n++; next }
		/ tdx_/ { r = region() }
		/tdx_pamt_add:/ && !second { pair[r] = 1 }
		/tdx_pamt_remove:/ && !second { delete pair[r] }
		/tdx_pamt_(add|remove):/ && second && r in pair { moved++ }
		/tdx_sept_reclaim:/ && second && r in pair { used++ }
		END {
			printf "%s: %d pairs leaked, their regions used by %d S-EPT pages later, %d adds or removes\n",
				v, n, used, moved
			exit !(n > 0 && n == pairs && !moved)
		}' "$work/$v-next/pamt.txt" || failed "$v: the leaked pairs' regions, of $pairs pairs: see the line above"
done
