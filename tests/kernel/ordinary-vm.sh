#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Anyone may open /dev/kvm and make a VM that is no TD. The software TDX module does not run it: its
# first entry ends in KVM_EXIT_FAIL_ENTRY, and the kernel says nothing.
. "${0%/*}/lib.sh"

fail_entry=9	# KVM_EXIT_FAIL_ENTRY
variants=${VARIANTS:-immediate}
need $variants
for v in $variants; do
	# KVM_X86_DEFAULT_VM, KVM_X86_SW_PROTECTED_VM
	inside "$v" "$v" '$P/ordinary_vm 0 || exit; $P/ordinary_vm 1 || exit'
	[ $status -eq 0 ] || failed "$v: ordinary_vm ended with status $status"
	[ "$(cat "$work/$v/stdout.txt")" = "exit $fail_entry
exit $fail_entry" ] || failed "$v: not KVM_EXIT_FAIL_ENTRY twice: $(cat "$work/$v/stdout.txt")"
	echo "$v: entering a VM that is no TD ends in KVM_EXIT_FAIL_ENTRY"
done
