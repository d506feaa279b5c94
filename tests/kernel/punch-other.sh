#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Reproducer of the bug that kvm-fixes/0005 fixes: pages of one guest_memfd are measured while holes
# are punched in another of the same TD. Without the fix TDH.MR.EXTEND or TDH.MEM.RANGE.BLOCK is busy
# and the VM is dead. vCPUs are initialized against such holes as well: KVM takes mmu_lock there.
#
# KERNEL  a bzImage to try instead: one without the fix must fail here
# WHAT    extend or vcpus (default: both)
given=${KERNEL:-}
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu}
[ -n "$given" ] && variants=given || need $variants
for v in $variants; do
	for what in ${WHAT:-extend vcpus}; do
		inside $v $v-$what "dmesg -n 1; \$P/punch_other $what 256 20" --time wall --cpus 2 --mem 1G \
			${given:+--kernel "$given"}
		[ "$(cat "$work/stdout")" = "TDs 20 | alive 20 | - | warnings 0" ] ||
			failed "$v: $what: $(cat "$work/stdout"); $(grep -h 'SEAMCALL TDH_' "$work/$v-$what/dmesg.txt" | head -n 1)"
		[ $status -eq 0 ] || failed "$v: $what: it ended with status $status"
	done
	echo "$v: 20 TDs lived through holes in another guest_memfd"
done
