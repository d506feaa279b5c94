#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# An unmodified QEMU and OVMF boot Debian's Linux as a TD. It finds out that it is one and gets to
# user space. Nothing is left.
#
# VARIANTS  other kernels
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate}
need $variants
need_td_guests linux
# The module does not have TSC_AUX: Linux says once that it cannot write it.
for v in $variants; do
	good "$v" "$v" --mem 2G --time wall --timeout 900 -- sh "$PWD/tests/td-guests/run-in-vm.sh" "$root" \
		'guest: user space' -m 256 -smp 1 -kernel "$root/vmlinuz" -initrd "$root/initramfs.cpio" \
		-append console=ttyS0
	for word in 'tdx: Guest detected' 'Memory Encryption Features active: Intel TDX' 'guest: user space'; do
		grep -q "$word" "$work/$v/guest-console.txt" || failed "$v: the guest never said \"$word\""
	done
	! grep -aE 'WARNING:|BUG:|Oops' "$work/$v/guest-console.txt" >"$work/stderr" || failed "$v: the guest's kernel complains"
	echo "$v: $(grep -a 'guest: user space' "$work/$v/guest-console.txt" | tr -d '\r'); $(count "$v" MEM.PAGE.AUG) pages accepted, $(count "$v" VP.ENTER) entries"
done
