#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Reproducer of what kvm-fixes/0008 and 0009 fix: guest physical addresses at and above a TD's shared bit, in
# memory slots from before KVM_TDX_INIT_VM, in later ones, and in KVM_PRE_FAULT_MEMORY. Without the fixes KVM
# takes them, and warns when it walks the page tables of a 48-bit TD with such an address; KVM_PRE_FAULT_MEMORY then
# ends by a signal alone.
#
# KERNEL  a bzImage to try instead: one without the fixes must fail here
given=${KERNEL:-}
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu}
[ -n "$given" ] && variants=given || need $variants
cat >"$work/want" <<EOF
KVM_TDX_INIT_VM after a slot below the shared bit: -
KVM_TDX_INIT_VM after a slot that reaches into it: EINVAL
KVM_TDX_INIT_VM after a slot with it: EINVAL
KVM_TDX_INIT_VM after a slot beyond it: EINVAL
a slot with the shared bit: EINVAL
a slot beyond it: EINVAL
KVM_PRE_FAULT_MEMORY beyond it: EINVAL
warnings 0
EOF
for v in $variants; do
	prints_wanted $v wide_gpa $given
	echo "$v: addresses that a TD does not have are refused"
done
