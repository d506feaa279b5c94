#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What the posted selftest of TDX (x86/tdx_vm_test) asks of KVM and of the module, asked by a program of this
# project: no XFAM, no attributes, the CPUID that KVM_TDX_CAPABILITIES lets a VMM choose, a guest that executes.
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu}
need $variants
for v in $variants; do
	inside "$v" "$v" '$P/selftest_td || exit'
	[ $status -eq 0 ] || failed "$v: selftest_td ended with status $status: $(cat "$work/$v/stderr.txt")"
	[ "$(tail -n 1 "$work/stdout")" = 'KVM_RUN: the guest wrote to its port' ] ||
		failed "$v: it printed $(cat "$work/stdout")"
	sed "s/^/$v: /" "$work/stdout"
done
