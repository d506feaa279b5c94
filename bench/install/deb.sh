#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Debian packages, made of what is built: dpamt-bench, and a package of kernels.
#
# usage: deb.sh [VARIANT[+FLAVOUR]...]
#
# Prints the paths of the packages, build/deb/*.deb. dpamt-bench has what `make install` installs below
# /usr, without kernels and without build/td-guests.cpio. dpamt-bench-kernel-VARIANT has build/kernels/VARIANT, for
# the target qemu.
set -Eeuo pipefail
trap 'echo "deb: ${BASH_SOURCE[0]##*/} line $LINENO failed: $BASH_COMMAND" >&2' ERR

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
cd "$top"
die() { echo "deb: $*" >&2; exit 1; }

for tool in dpkg-deb dpkg-shlibdeps strip jq; do
	command -v $tool >/dev/null || die "$tool is missing; install dpkg, dpkg-dev, binutils and jq"
done
for kernel; do
	[ -r "build/kernels/$kernel/bzImage" ] ||
		die "kernel $kernel is not built; run \`make kernels VARIANTS=$kernel\` first"
done

# 1.2-3-gabc of git becomes 1.2+3.gabc; a commit without a tag before it 0~git20261126.abc.
version=$(cat build/version)
case $version in
*unknown*) version=0~unknown ;;
v[0-9]*|[0-9]*.[0-9]*) version=${version#v}; version=${version/-/+} ;;
*) version=0~git$(git log -1 --format=%cd --date=format:%Y%m%d 2>/dev/null || date -u +%Y%m%d).$version ;;
esac
version=${version//-/.}
arch=$(dpkg --print-architecture)
maintainer="$(git log -1 --format='%an <%ae>' 2>/dev/null || :)"
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022
mkdir -p build/deb

# Documents that a package must have; $root is its tree.
documents() { # PACKAGE
	local doc=$root/usr/share/doc/$1
	mkdir -p "$doc"
	{
		echo "dpamt-bench, programs and patches to the Linux kernel."
		echo
		echo "Copyright (C) $(date -u -d "@$SOURCE_DATE_EPOCH" +%Y) the authors of dpamt-bench; of a kernel, the authors of Linux."
		echo
		echo "License: GPL-2.0-only. On Debian systems its text is in"
		echo "/usr/share/common-licenses/GPL-2."
	} >"$doc/copyright"
	{
		echo "$1 ($version) unstable; urgency=medium"
		echo
		echo "  * dpamt-bench $(cat build/version)."
		[ -z "${source:-}" ] || echo "  * $source, with its patches."
		echo
		echo " -- ${maintainer:-dpamt-bench <root@localhost>}  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
	} | gzip -9n >"$doc/changelog.gz"
}

# Make the package of $root. Stdin has the fields of its control file that are its own.
package() { # PACKAGE
	local out=build/deb/$1_${version}_$arch.deb
	mkdir -p "$root/DEBIAN"
	{
		echo "Package: $1"
		echo "Version: $version"
		echo "Architecture: $arch"
		echo "Maintainer: ${maintainer:-dpamt-bench <root@localhost>}"
		echo "Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)"
		cat
	} >"$root/DEBIAN/control"
	(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
	dpkg-deb --root-owner-group --build "$root" "$out" >"$work/log" 2>&1 || { cat "$work/log" >&2; die "dpkg-deb failed"; }
	echo "$out"
}

# --- the programs
root=$work/dpamt-bench
make --no-print-directory -s install DESTDIR="$root" PREFIX=/usr INSTALLED_KERNELS= INSTALLED_GUESTS= >"$work/log" 2>&1 ||
	{ cat "$work/log" >&2; die "make install failed"; }
chmod -R go=rX "$root"
strip --strip-unneeded "$root"/usr/lib/dpamt-bench/dpamt-{bench,agent,workload}
gzip -9n "$root"/usr/share/man/man1/*.1
install -D -m 644 bench/install/lintian-overrides "$root/usr/share/lintian/overrides/dpamt-bench"
install -D -m 644 bench/install/dpamt-bench-host.service "$root/usr/lib/systemd/system/dpamt-bench-host.service"
documents dpamt-bench
install -m 644 README.md "$root/usr/share/doc/dpamt-bench"
# dpkg-shlibdeps wants a debian/control.
mkdir -p "$work/debian"
printf 'Source: dpamt-bench\n\nPackage: dpamt-bench\nArchitecture: %s\n' "$arch" >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O -e"$root/usr/lib/dpamt-bench/dpamt-bench" 2>"$work/log" |
	sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || { cat "$work/log" >&2; die "dpkg-shlibdeps found no libraries"; }
package dpamt-bench <<END
Section: utils
Priority: optional
Depends: $depends
Recommends: qemu-system-x86, gnuplot-nox
Suggests: linux-perf, stress-ng, slurm-client
Description: compare ways to free Dynamic PAMT memory in the kernel
 Boots kernels with different ways to free the memory of Dynamic PAMT and of
 S-EPT tables, runs workloads on them, and compares what was measured. It needs
 no TDX: packages dpamt-bench-kernel-* have kernels with a software TDX module
 for VMs. On a machine that runs such a kernel it measures without VMs.
END

# --- kernels
has() { grep -qE "^CONFIG_($2)=y" "$1"; } # CONFIG REGEXP
# What a kernel with that configuration is for: a few words, and sentences.
machines() { # CONFIG
	if ! has "$1" SOFT_TDX_MODULE; then
		echo "machines with TDX"
	elif has "$1" 'BLK_DEV_NVME|BLK_DEV_SD|VIRTIO_BLK'; then
		echo "VMs and machines"
	else
		echo "VMs"
	fi
}
what_it_boots() { # CONFIG
	local drivers="It has no modules; its drivers are those of the KERNEL_CONFIG it was built with."
	case $(machines "$1") in
	"machines with TDX")
		echo "\`dpamt-bench host next\` boots it on a machine with TDX: it has no software TDX module. $drivers" ;;
	"VMs and machines")
		echo "It has a software TDX module. dpamt-bench boots it in QEMU, and \`dpamt-bench host next\` on this machine. $drivers" ;;
	VMs)
		echo "It has a software TDX module. dpamt-bench boots it in QEMU. It has no modules and no drivers for disks: it cannot be booted on a machine." ;;
	esac
}
for kernel; do
	from=build/kernels/$kernel
	# A package's name has no '_' and no capital letters.
	name=dpamt-bench-kernel-$(tr 'A-Z_' 'a-z-' <<<"$kernel")
	root=$work/$name
	to=$root/usr/lib/dpamt-bench/kernels/$kernel
	mkdir -p "$to"
	for f in bzImage config info.json; do
		[ ! -e "$from/$f" ] || install -m 644 "$from/$f" "$to"
	done
	chmod -R go=rX "$root"
	source=$(jq -r .source "$from/info.json")
	documents "$name"
	package "$name" <<-END
	Section: kernel
	Priority: optional
	Enhances: dpamt-bench
	Description: kernel $kernel of dpamt-bench, for $(machines "$from/config")
	$({ echo "Linux $(jq -r .kernel_release "$from/info.json") with Dynamic PAMT, variant $kernel."
		what_it_boots "$from/config"; } | fmt -w 78 | sed 's/^/ /')
	END
done
