#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Print the path of a kernel source tarball; download it if it is not cached.
#
# usage: fetch.sh CACHE_DIR
#
# KERNEL_TARBALL=FILE  use this tarball instead; nothing is downloaded.
#
# Otherwise the newest version of Debian's package linux-source-7.3 in the
# suite trixie-backports is downloaded, with an apt state of its own in CACHE_DIR/apt
# (bench/private-apt.sh).
set -eu

package=linux-source-7.3
suite=trixie-backports

die() { echo "kernel fetch: $*" >&2; exit 1; }
# What helps whenever the package cannot be had.
own="set KERNEL_TARBALL=FILE or KERNEL_TREE=DIR to a v7.3.y source"

[ $# -eq 1 ] || die "usage: fetch.sh CACHE_DIR"
cache=$1

if [ -n "${KERNEL_TARBALL:-}" ]; then
	[ -r "$KERNEL_TARBALL" ] ||
		die "KERNEL_TARBALL=$KERNEL_TARBALL cannot be read; name an existing linux-7.3*.tar.xz"
	readlink -f "$KERNEL_TARBALL"
	exit 0
fi

. "$(dirname "$0")/../private-apt.sh"
private_apt_init "$cache/apt" "$suite" || die "$apt_error; repair that, or $own"
mkdir -p "$cache/tarballs"
apt=$apt_dir log=$apt_log

uri_line=$(cd "$apt/archives" && private_apt download --print-uris "$package" 2>>"$log") ||
	die "$package is not in $suite any more (apt's messages are in $log); $own"
deb=$(echo "$uri_line" | awk '{ print $2; exit }')
sum=$(echo "$uri_line" | awk '{ print $4; exit }')
mb=$(echo "$uri_line" | awk '{ print int($3 / 1e6); exit }')
[ -n "$deb" ] || die "apt named no file for $package (its messages are in $log); $own"

# The archive's own checksum keys the cache: a new upload gets a new name.
key=$(printf '%s' "$sum" | tail -c 16)
tarball=$cache/tarballs/$package-$key.tar.xz
if [ ! -s "$tarball" ]; then
	echo "fetching $package from $suite, $mb MB" >&2
	work=$(mktemp -d "$cache/tarballs/fetch.XXXXXX")
	trap 'rm -rf "$work"' EXIT INT TERM
	(cd "$work" && private_apt download "$package") >>"$log" 2>&1 ||
		die "download of $package failed (apt's messages are in $log); try again, or $own"
	set -- "$work"/*.deb
	[ -s "$1" ] || die "apt left no package file in $work; its messages are in $log"
	dpkg-deb --fsys-tarfile "$1" | tar -xf - -C "$work" --wildcards './usr/src/*.tar.xz' ||
		die "no source tarball inside $deb, or the disk is full"
	dpkg-deb -W --showformat='${Package} ${Version}\n' "$1" >"$tarball.version"
	mv "$work"/usr/src/linux-source-*.tar.xz "$tarball"
fi
echo "$tarball"
