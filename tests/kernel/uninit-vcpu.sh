#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Reproducer of the bug that kvm-fixes/0003 fixes: KVM_PRE_FAULT_MEMORY on a vCPU that never got
# KVM_TDX_INIT_VCPU, of a TD that is finalized. Without the fix TDH.VP.WR fails and the VM is dead.
# The other ioctls of such a vCPU that would reach the TDX module are tried as well.
#
# KERNEL  a bzImage to try instead: one without the fix must fail here
given=${KERNEL:-}
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu}
[ -n "$given" ] && variants=given || need $variants
cat >"$work/want" <<EOF
KVM_PRE_FAULT_MEMORY before KVM_TDX_FINALIZE_VM: EOPNOTSUPP
KVM_TDX_INIT_MEM_REGION: EINVAL
KVM_PRE_FAULT_MEMORY of private memory: EOPNOTSUPP
KVM_PRE_FAULT_MEMORY of no memory: EOPNOTSUPP
KVM_SIGNAL_MSI: -
KVM_RUN after it: EAGAIN
KVM_SET_MP_STATE: -
KVM_RUN: EINVAL
KVM_TDX_INIT_VCPU: EINVAL
the other vCPU maps a page | warnings 0
EOF
for v in $variants; do
	inside $v $v 'dmesg -n 1; $P/uninit_vcpu' ${given:+--kernel "$given"}
	diff "$work/want" "$work/stdout" >"$work/stderr" ||
		failed "$v: expected (<) and found (>) differ; $(grep -h 'TDH_VP_' "$work/$v/dmesg.txt" | head -n 1)"
	[ $status -eq 0 ] || failed "$v: it ended with status $status"
	echo "$v: a vCPU that was not initialized is refused, and its TD lives"
done
