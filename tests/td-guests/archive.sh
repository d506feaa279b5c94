#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Write an archive for `dpamt-bench run --root`: a VM that needs no file of the machine to run a TD. It has what
# run-in-vm.sh needs, with busybox in place of the usual programs, and below /td what root.sh fetched.
# The same files give the same bytes.
#
# usage: archive.sh ROOT FILE.cpio
set -eu
# Modes are in the archive.
umask 022
[ $# -eq 2 ] || { echo "usage: archive.sh ROOT FILE.cpio" >&2; exit 2; }
root=$1 file=$2
here=$(dirname "$0")
die() { echo "archive.sh: $*" >&2; exit 1; }

qemu=usr/bin/qemu-system-x86_64
[ -x "$root/$qemu" ] || die "$root has no $qemu; tests/td-guests/root.sh makes such a directory"
command -v cpio >/dev/null || die "cpio is missing; run 'make deps'"
new=$(mktemp -d)
trap 'rm -rf "$new" "$file.new"' EXIT
trap 'exit 1' INT TERM
chmod 755 "$new"
mkdir -p "$new/bin" "$new/td/usr/lib64" "$new/td/usr/lib/x86_64-linux-gnu"

# add FILE... : the same path below /td; a link becomes the file that it leads to
add() {
	for one; do
		mkdir -p "$new/td/${one%/*}"
		cp -L "$root/$one" "$new/td/$one"
	done
}
add $qemu usr/share/ovmf/OVMF.fd usr/share/qemu/kvmvapic.bin usr/share/qemu/linuxboot_dma.bin \
	usr/lib64/ld-linux-x86-64.so.2
for one in vmlinuz initramfs.cpio; do
	[ ! -e "$root/$one" ] || cp "$root/$one" "$new/td"
done
libraries=$("$root/usr/lib64/ld-linux-x86-64.so.2" --library-path "$root/usr/lib/x86_64-linux-gnu" --list "$root/$qemu") ||
	die "$root/$qemu: its libraries cannot be listed"
for one in $(echo "$libraries" | sed -n 's/.* => \([^ ]*\) .*/\1/p'); do
	add "usr/lib/x86_64-linux-gnu/${one##*/}"
done
cp "$here/run-in-vm.sh" "$here/many-in-vm.sh" "$new/td"
cp "$root/usr/bin/busybox" "$new/bin"
for program in $("$root/usr/bin/busybox" --list); do
	[ "$program" = busybox ] || ln -s busybox "$new/bin/$program"
done
find "$new" -exec touch -h -d @0 {} +
(cd "$new" && find . | LC_ALL=C sort | cpio -o -H newc --quiet --reproducible -R 0:0) >"$file.new" &&
	mv "$file.new" "$file" || die "$file cannot be written; is the disk full?"
