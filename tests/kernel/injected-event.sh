#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Reproducer of what kvm-fixes/0010 and 0012 fix: KVM_SET_VCPU_EVENTS of an exception or interrupt that is injected
# into a TD's vCPU already, and KVM_INTERRUPT. Without the fixes it stays so for ever, and once there is an NMI KVM_RUN
# warns that a TD cannot be made to exit at once.
#
# KERNEL  a bzImage to try instead: one without the fix must fail here
given=${KERNEL:-}
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu}
[ -n "$given" ] && variants=given || need $variants
cat >"$work/want" <<EOF
none: -, NMI -, the guest runs | warnings 0
exception: EINVAL, NMI -, the guest runs | warnings 0
interrupt: EINVAL, NMI -, the guest runs | warnings 0
NMI: -, NMI -, the guest runs | warnings 0
KVM_INTERRUPT: ENXIO, NMI -, the guest runs | warnings 0
KVM_INTERRUPT, KVM_RUN: ENXIO, NMI -, the guest runs | warnings 0
EOF
for v in $variants; do
	prints_wanted $v injected_event $given
	echo "$v: events that cannot be injected into a TD are refused"
done
