#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Print a directory with what a TD's guest needs: a QEMU that knows -object tdx-guest, its
# libraries and OVMF; with "linux" also Debian's kernel and an initramfs for it. All of it is
# from Debian's packages, unmodified. It stays in the cache, by the packages' versions.
#
# usage: root.sh [--cached] firmware|linux
#
# --cached  print what is there, download nothing; status 77 if there is nothing
#
# firmware: 44 MB of packages, 180 MB; linux: 110 MB more, of which 14 MB are kept.
set -eu

# QEMU knows TDX guests from 10.1 on, which is in backports only.
suites="trixie trixie-backports"
packages="qemu-system-x86 ovmf busybox-static"
# Needed to install, not to run what is wanted.
unwanted="adduser base-passwd debconf libpam-* login.defs passwd"

here=$(dirname "$0")
. "$here/../../bench/private-apt.sh"
die() { echo "td-guests: $*" >&2; exit 1; }

cached=
[ "${1:-}" != --cached ] || { cached=1; shift; }
case "$#${1:-}" in
1firmware|1linux) ;;
*) die "usage: root.sh [--cached] firmware|linux" ;;
esac
base=${XDG_CACHE_HOME:-$HOME/.cache}/dpamt-bench/td-guests
root=$(readlink -f "$base/$1" 2>/dev/null) || root=
if [ -n "$cached" ]; then
	[ -n "$root" ] && [ -e "$root" ] || exit 77
	echo "$root"
	exit
fi

mkdir -p "$base"
# shellcheck disable=SC2086
private_apt_init "$base/apt" $suites || die "$apt_error; there is no other way to QEMU and OVMF"
if [ "$1" = linux ]; then
	kernel=$(private_apt install --print-uris -y --no-install-recommends -t trixie linux-image-amd64 2>>"$apt_log" |
		awk '$2 ~ /^linux-image-[0-9]/ { sub("_.*", "", $2); print $2, int($3 / 1e6); exit }')
	kernel_mb=${kernel#* } kernel=${kernel% *}
	[ -n "$kernel" ] || die "linux-image-amd64 names no kernel in trixie (apt's messages are in $apt_log)"
fi

# shellcheck disable=SC2086
uris=$(private_apt install --print-uris -y --no-install-recommends -t trixie-backports $packages 2>>"$apt_log" |
	grep "^'") || die "apt cannot find $packages (its messages are in $apt_log)"
[ "$1" = firmware ] && init= || init=$(cat "$here/init")
key=$(printf '%s\n%s\n' "$uris" "${kernel:-}$init" | sha256sum | cut -c 1-16)
root=$base/root-$key
if [ ! -e "$root/complete" ]; then
	echo "$uris" | awk '{ n += $3 } END { printf "td-guests: fetching %d packages, %d MB\n", NR, n / 1e6 }' >&2
	# shellcheck disable=SC2086
	private_apt install --download-only -y --no-install-recommends -t trixie-backports $packages >>"$apt_log" 2>&1 ||
		die "the download failed (apt's messages are in $apt_log); try again"
	new=$(mktemp -d "$base/new.XXXXXX")
	trap 'rm -rf "$new"' EXIT INT TERM
	for deb in $(echo "$uris" | awk '{ print $2 }'); do
		for name in $unwanted; do
			# shellcheck disable=SC2254
			case $deb in ${name}_*) continue 2 ;; esac
		done
		dpkg-deb -x "$apt_dir/archives/$deb" "$new" || die "$deb cannot be unpacked, or the disk is full"
	done
	[ -e "$new/usr/share/ovmf/OVMF.fd" ] || die "the package ovmf has no usr/share/ovmf/OVMF.fd"
	if [ "$1" = linux ]; then
		echo "td-guests: fetching $kernel, $kernel_mb MB" >&2
		(cd "$apt_dir/archives" && private_apt download "$kernel") >>"$apt_log" 2>&1 ||
			die "$kernel cannot be downloaded (apt's messages are in $apt_log); try again"
		mkdir -p "$new/initramfs/bin" "$new/initramfs/proc" "$new/initramfs/dev" "$new/initramfs/sys" "$new/linux"
		dpkg-deb --fsys-tarfile "$apt_dir/archives/$kernel"_*.deb |
			tar -x -C "$new/linux" --wildcards './boot/vmlinuz-*' '*/virtio_blk.ko.xz' ||
			die "$kernel has no boot/vmlinuz, or no virtio_blk.ko.xz"
		rm -f "$apt_dir/archives/$kernel"_*.deb
		cp "$new"/linux/boot/vmlinuz-* "$new/vmlinuz"
		find "$new/linux" -name virtio_blk.ko.xz -exec xz -dc {} + >"$new/initramfs/virtio_blk.ko"
		rm -rf "$new/linux"
		cp "$new/usr/bin/busybox" "$new/initramfs/bin"
		install -m 755 "$here/init" "$new/initramfs/init"
		(cd "$new/initramfs" && find . | LC_ALL=C sort | cpio -o -H newc --quiet) >"$new/initramfs.cpio"
		rm -rf "$new/initramfs"
	fi
	chmod 755 "$new"
	touch "$new/complete"
	rm -rf "$root"
	mv "$new" "$root"
	trap - EXIT INT TERM
	rm -f "$apt_dir"/archives/*.deb
fi
ln -sfn "$root" "$base/$1"
[ "$1" = firmware ] || ln -sfn "$root" "$base/firmware"
echo "$root"
