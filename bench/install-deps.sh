#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Install the Debian packages that building and running needs, those missing
# only; asks sudo where not run as root.
set -eu

# what builds the kernel; what builds the tools and tests; what runs
packages="
gcc make git flex bison bc libelf-dev libssl-dev xz-utils ccache
libc6-dev libjansson-dev libinih-dev libgsl-dev libcmocka-dev libnuma-dev
libtraceevent-dev libtracefs-dev
qemu-system-x86 cpio gnuplot-nox jq
"

command -v dpkg-query >/dev/null || {
	echo "deps: this is not Debian; install the equivalents of:" $packages >&2
	exit 1
}

missing=
for p in $packages; do
	case $(dpkg-query -W -f '${Status}' "$p" 2>/dev/null) in
	*" installed") ;;
	*) missing="$missing $p" ;;
	esac
done
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || {
		echo "deps: not root and no sudo here; as root: apt-get install$missing" >&2
		exit 1
	}
	sudo=sudo
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "installing$missing" >&2
{
	$sudo apt-get -q update &&
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install $missing
} >"$log" 2>&1 || {
	tail -n 15 "$log" >&2
	echo "deps: apt-get could not install$missing" >&2
	exit 1
}
