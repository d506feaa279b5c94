#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What the TDX module refuses: a failing RECLAIM leaks exactly that S-EPT page,
# is counted, and never frees it; TDX_OPERAND_BUSY on the leaves that KVM retries
# is survived without a trace.
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu}
need $variants

# inside VARIANT DIR SCRIPT : a shell script in the VM
inside() { boot "$1" "$1-$2" --timeout 300 -- sh -c "$3"; }

for v in $variants; do
	# Busy once on each: KVM kicks the vCPUs, or faults again, and goes on.
	inside $v busy '
		i=/sys/kernel/debug/soft_tdx/inject
		for leaf in MEM.RANGE.BLOCK MEM.PAGE.REMOVE MEM.TRACK MEM.PAGE.AUG MEM.SEPT.ADD; do
			echo "$leaf 2 0x8000020000000092 1" >$i || exit 1
		done
		dpamt-workload convert --tds 1 --threads 1 --mem 2 >/dev/null || exit 1
		[ "$(grep -c "injected 1" $i)" -eq 5 ] || { cat $i >&2; exit 1; }
		grep -qx "pages_owned 0" /sys/kernel/debug/soft_tdx/pages'
	[ $status -eq 0 ] || failed "$v: busy leaves: status $status"

	# One S-EPT page cannot be reclaimed (the first six calls are the vCPU's pages):
	# the one WARN that is specified.
	inside $v leak '
		cd /sys/kernel/debug
		echo "PHYMEM.PAGE.RECLAIM 10 0xC000030000000000 1" >soft_tdx/inject || exit 1
		dpamt-workload teardown --tds 1 --sept-pages 16 --layout sparse >/dev/null 2>&1
		cat tdx_stats/sept soft_tdx/pages >$RESULTS_DIR/after.txt'
	[ $status -ne 0 ] || failed "$v: a failing RECLAIM passed without a warning"
	grep -q 'SEAMCALL TDH_PHYMEM_PAGE_RECLAIM failed: 0xc000030000000000' "$work/$v-leak/console.log" ||
		failed "$v: not the warning expected"
	grep -qx 'spt_leaked_pages 1' "$work/$v-leak/after.txt" || failed "$v: not one page was leaked"
	grep -qx 'spt_held_pages 0' "$work/$v-leak/after.txt" || failed "$v: pages are still held"
	grep -qx 'pages_sept 1' "$work/$v-leak/after.txt" || failed "$v: the module does not own the page"
	[ "$(grep -c 'WARNING:' "$work/$v-leak/console.log")" -eq 1 ] || failed "$v: more than one warning"
	echo "$v: busy leaves survived, a failing RECLAIM warned once"
done
