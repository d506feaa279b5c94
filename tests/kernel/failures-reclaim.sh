#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# TDH.PHYMEM.PAGE.RECLAIM fails, for one page at a time. That page, its PAMT reference, and the TDR
# that the module does not give back before all other pages of its TD, are leaked, and nothing else; an
# S-EPT page is counted as leaked. The kernel warns once, as specified, and nobody gets the page again.
#
# Variants with KVM_TDX_TERMINATE_VM are left out: guest pages leave by RECLAIM there, and one that the module keeps
# goes back to the allocator, as after a REMOVE that fails (SOFT-TDX.md, pages_guest_left). A later TD that gets it dies.
. "${0%/*}/lib.sh"

variants=
for v in ${VARIANTS:-immediate rcu}; do
	variant_policy $v | grep -qx 'also terminate' || variants="$variants $v"
done
[ -n "$variants" ] || { echo "${0##*/}: skipped, guest pages leave by RECLAIM in ${VARIANTS:-}" >&2; exit 77; }
need $variants

# The first six calls are for the vCPU's pages, six for S-EPT pages, six for the TDCS, one for the TDR.
table='
destroy PHYMEM.PAGE.RECLAIM 1 1 | - | 1 | tdr=1 tdcx=1 refs=2
destroy PHYMEM.PAGE.RECLAIM 6 1 | - | 1 | tdr=1 tdvpr=1 refs=2
destroy PHYMEM.PAGE.RECLAIM 7 1 | - | 1 | tdr=1 sept=1 leaked=1 refs=2
destroy PHYMEM.PAGE.RECLAIM 12 1 | - | 1 | tdr=1 sept=1 leaked=1 refs=2
destroy PHYMEM.PAGE.RECLAIM 13 1 | - | 1 | tdr=1 tdcx=1 refs=2
destroy PHYMEM.PAGE.RECLAIM 19 1 | - | 1 | tdr=1 refs=1
destroy PHYMEM.PAGE.RECLAIM 1 19 | - | 1 | tdr=1 tdcx=11 tdvpr=1 sept=6 leaked=6 refs=19'

for v in $variants; do
	failing_leaves $v status 0xc000030000000000 "$table"
	failing_leaves $v busy 0x8000020000000001 "$table"

	# One S-EPT page leaked in a boot of its own, then nearly all memory is asked for.
	inside $v $v-never '
		dmesg -n 1
		t=/sys/kernel/tracing
		echo 1 >$t/events/tdx/tdx_sept_leak/enable && echo 1 >$t/tracing_on || exit 1
		$P/leaf_failure destroy PHYMEM.PAGE.RECLAIM 9 0xc000030000000000 1 || exit 1
		cat $t/trace >$RESULTS_DIR/leak.txt
		hpa=$(sed -n "s/.*tdx_sept_leak: hpa=0x\([0-9a-f]*\).*/\1/p" $RESULTS_DIR/leak.txt)
		[ "$(echo $hpa | wc -w)" -eq 1 ] || { echo "leaked pages: $hpa" >&2; exit 1; }
		$P/never_again $hpa || exit 1
		# It would see a page that was not leaked: one at 256 MB belongs to nobody.
		! $P/never_again $hpa 10000000 2>/dev/null || exit 1
		cat /sys/kernel/debug/tdx_stats/sept /sys/kernel/debug/tdx_stats/pamt /sys/kernel/debug/soft_tdx/pages'
	[ $status -ne 0 ] || failed "$v: conservation holds although a page was leaked"
	grep -q '| warnings 1 | tdr=1 sept=1 leaked=1 refs=2$' "$work/stdout" ||
		failed "$v: $(cat "$work/stdout" "$work/stderr")"
	grep -q ' bytes left, 2 TDs made$' "$work/stdout" || failed "$v: the page came back"
	for want in 'spt_leaked_pages 1' 'spt_held_pages 0' 'pages_owned 2' 'pages_sept 1' 'pages_tdr 1' \
		'pamt_pairs_held_back 0'; do
		grep -qx "$want" "$work/stdout" || failed "$v: not '$want' in the end"
	done
	grep -qx 'pamt_pairs [12]' "$work/stdout" || failed "$v: two pages need one or two pairs, not $(
		grep '^pamt_pairs ' "$work/stdout")"
	echo "$v: each page leaked alone and once; $(grep ' bytes left' "$work/stdout")"
done
