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
# suite trixie-backports is downloaded. The mirror is the one this machine's
# own apt configuration names for Debian's main archive; the suite is added
# in a private apt state below CACHE_DIR, so the system's configuration and
# package lists stay as they are. apt checks the archive's signature.
set -eu

package=linux-source-7.3
suite=trixie-backports
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

die() { echo "kernel fetch: $*" >&2; exit 1; }
# What helps whenever the package cannot be had.
own="set KERNEL_TARBALL=FILE or KERNEL_TREE=DIR to a v7.3.y source"
# Messages of apt are compared with English ones.
export LC_ALL=C

[ $# -eq 1 ] || die "usage: fetch.sh CACHE_DIR"
cache=$1

if [ -n "${KERNEL_TARBALL:-}" ]; then
	[ -r "$KERNEL_TARBALL" ] ||
		die "KERNEL_TARBALL=$KERNEL_TARBALL cannot be read; name an existing linux-7.3*.tar.xz"
	readlink -f "$KERNEL_TARBALL"
	exit 0
fi

command -v apt-get >/dev/null ||
	die "no apt-get here; $own"
[ -r "$keyring" ] ||
	die "$keyring is missing; install debian-archive-keyring, or $own"

# The main archive's address, as this machine reaches it: a target whose
# origin and label are Debian's own and whose component is main.
mirror=$(apt-get indextargets \
	--format '$(CREATED_BY) $(ORIGIN) $(LABEL) $(COMPONENT) $(REPO_URI)' 2>/dev/null |
	awk '$1 == "Packages" && $2 == "Debian" && $3 == "Debian" && $4 == "main" { print $5; exit }')
[ -n "$mirror" ] ||
	die "apt knows no Debian mirror here; run 'apt-get update', or $own"

apt=$cache/apt
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/parts" "$cache/tarballs"
printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$mirror" "$suite" >"$apt/sources.list"
: >"$apt/status"

# apt-get with state and suite of its own. The rest of the system's apt.conf, for example
# proxies, stays in force.
private_apt() {
	apt-get -q \
		-o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts="$apt/parts" \
		-o Dir::Etc::preferencesparts="$apt/parts" -o Dir::Etc::preferences=/dev/null \
		-o Dir::State::lists="$apt/lists" -o Dir::State::status="$apt/status" \
		-o Dir::Cache::archives="$apt/archives" \
		-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
		-o APT::Sandbox::User=root -o Acquire::Languages=none \
		-o APT::Update::Post-Invoke-Success::= "$@"
}

log=$apt/fetch.log
private_apt update >"$log" 2>&1 ||
	die "apt could not read suite $suite (its messages are in $log); repair that, or $own"
# apt exits 0 on a transient failure and keeps going with old lists.
if grep -q '^[EW]: Failed' "$log" && ! ls "$apt"/lists/*Packages* >/dev/null 2>&1; then
	die "apt could not read suite $suite (its messages are in $log); repair that, or $own"
fi

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
