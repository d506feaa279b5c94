#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Reproducer of the bug that kvm-fixes/0004 fixes, on a host whose EPT can have five levels: a vCPU whose
# CPUID says another width of guest physical addresses than KVM_TDX_INIT_VM did kills its VM when it
# maps memory. With the fix the width of the TD counts.
#
# KERNEL  a bzImage to try instead: one without the fix must fail here
given=${KERNEL:-}
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu}
[ -n "$given" ] && variants=given || need $variants
widths='48 52 57 40 0'
for bits in $widths; do echo "$bits: maps a page, - | warnings 0"; done >"$work/want"
for v in $variants; do
	for levels in 4 5; do
		inside $v $v-$levels "dmesg -n 1; \$P/gpa_width $widths" \
			--append soft_tdx.ept_levels=$levels ${given:+--kernel "$given"}
		diff "$work/want" "$work/stdout" >"$work/stderr" ||
			failed "$v, EPT of $levels levels: expected (<) and found (>) differ"
		[ $status -eq 0 ] || failed "$v, EPT of $levels levels: it ended with status $status"
	done
	echo "$v: a vCPU's CPUID does not choose the level of a TD's EPT"
done
