#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The CPUID that the software TDX module gives a TD, handed back to KVM unchanged as QEMU does.
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate}
need $variants
for v in $variants; do
	inside "$v" "$v" '$P/cpuid_back || exit'
	[ $status -eq 0 ] || failed "$v: cpuid_back ended with status $status"
	echo "$v: $(cat "$work/$v/stdout.txt") of KVM_TDX_GET_CPUID do for KVM_TDX_INIT_VCPU"
done
