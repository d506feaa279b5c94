#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# An unmodified QEMU and OVMF boot Debian's Linux as a TD of two vCPUs. It finds out that it is one, gets to user
# space, and writes to and reads from a virtio disk: what comes back is what went out. Nothing is left.
#
# TD_VARIANTS  other kernels: a guest finds the same module in each
. "${0%/*}/lib.sh"

variants=${TD_VARIANTS:-immediate}
need $variants
need_td_guests linux
# The guest keeps off the first CPU: three, so that each of its vCPUs has one.
for v in $variants; do
	good "$v" "$v" --mem 2G --time wall --cpus 3 --timeout 900 -- \
		sh -c 'truncate -s 16M /tmp/disk && exec sh "$@"' sh "$PWD/tests/td-guests/run-in-vm.sh" "$root" \
		'guest: disk' -m 256 -smp 2 -kernel "$root/vmlinuz" -initrd "$root/initramfs.cpio" -append console=ttyS0 \
		-drive if=none,id=disk,format=raw,file=/tmp/disk \
		-device virtio-blk-pci,drive=disk,disable-legacy=on,iommu_platform=on
	console=$work/$v/guest-console.txt
	for word in 'tdx: Guest detected' 'Memory Encryption Features active: Intel TDX' 'guest: user space, 2 CPUs' \
			'guest: disk, 16 MiB there and back'; do
		grep -q "$word" "$console" || failed "$v: the guest never said \"$word\""
	done
	! grep -aE 'WARNING:|BUG:|Oops' "$console" >"$work/stderr" || failed "$v: the guest's kernel complains"
	echo "$v: $(grep -a 'guest: user space' "$console" | tr -d '\r'); $(count "$v" MEM.PAGE.AUG) pages accepted, $(count "$v" VP.ENTER) entries"
done
