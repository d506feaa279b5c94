#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Two boots of an unmodified guest as a TD in virtual time leave the same bytes, where the VM reads no file of this
# machine: QEMU, firmware, kernel and the guest's disk are in its initramfs. Another seed leaves others. The
# guest is Linux with a virtio disk, or OVMF up to its shell where `root.sh linux` was not run.
#
# TD_VARIANTS  other kernels: a guest finds the same module in each
. "${0%/*}/lib.sh"

variants=${TD_VARIANTS:-immediate}
need $variants
root=$(tests/td-guests/root.sh --cached linux) || need_td_guests firmware
tests/td-guests/archive.sh "$root" "$work/td.cpio" 2>"$work/stderr" || failed "archive.sh"
if [ -r "$root/vmlinuz" ]; then
	word='reboot: Power down'
	set -- -kernel /td/vmlinuz -initrd /td/initramfs.cpio -append console=ttyS0 \
		-drive if=none,id=disk,format=raw,file=/tmp/disk \
		-device virtio-blk-pci,drive=disk,disable-legacy=on,iommu_platform=on
else
	word='UEFI Interactive Shell'
	set --
fi

# the log up to where the results are mounted to be copied out, at a moment of this machine's time
log_before_copying() { sed '/9pnet/,$d' "$work/$1/console.log" >"$work/$1/log"; }

for v in $variants; do
	for boot in a b c; do
		dir=$v-$boot seed=1
		[ $boot != c ] || seed=2
		good "$v" "$dir" --seed $seed --cpus 1 --mem 2G --timeout 900 --record trace --root "$work/td.cpio" -- \
			sh -c 'truncate -s 16M /tmp/disk && exec sh /td/run-in-vm.sh /td "$@"' sh "$word" -m 256 -smp 1 "$@"
		log_before_copying "$dir"
	done
	[ ! -r "$root/vmlinuz" ] || grep -q 'guest: disk, 16 MiB there and back' "$work/$v-a/guest-console.txt" ||
		failed "$v: the guest did not use its disk"
	[ "$(count "$v-a" VP.ENTER)" -gt 10000 ] || failed "$v: the guest hardly ran"
	for file in guest-console.txt qemu-errors.txt stdout.txt counters-before.txt counters-after.txt trace.dat agent.txt log; do
		cmp "$work/$v-a/$file" "$work/$v-b/$file" || failed "$v: $file differs between two equal boots"
	done
	! cmp -s "$work/$v-a/counters-after.txt" "$work/$v-c/counters-after.txt" || failed "$v: the seed makes no difference"
done
exit 0
