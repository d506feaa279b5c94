#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Build kernels that say which code a boot reached: the variant coverage-NAME of each NAME, which is
# NAME with tests/kernel/coverage. The patch is not in kernel-patches/: a file that it changes would give all other
# kernels a new tree. Their vmlinux, which has the lines, is kept beside the bzImage.
#
# usage: coverage.sh NAME...
set -Eeuo pipefail
trap 'echo "kernels: ${BASH_SOURCE[0]##*/} line $LINENO failed: $BASH_COMMAND" >&2' ERR

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

[ $# -gt 0 ] || die "usage: coverage.sh VARIANT..."
build() { "$here/own.sh" --own "coverage-$1" "$1" "$top/tests/kernel/coverage/tdx-coverage.patch" -- "coverage-$1"; }

# The tree has the vmlinux of the kernel that was built in it last.
keep_vmlinux() { # KERNEL_DIR
	local image
	for image in "$cache"/trees/*/arch/x86/boot/bzImage; do
		cmp -s "$image" "$1/bzImage" || continue
		cp "${image%/arch/x86/boot/bzImage}/vmlinux" "$1/vmlinux.new"
		mv "$1/vmlinux.new" "$1/vmlinux"
		return
	done
	return 1
}

for name; do
	build "$name"
	kernel=$(realpath "$top/build/kernels/coverage-$name")
	[ ! -e "$kernel/vmlinux" ] && ! keep_vmlinux "$kernel" || continue
	# Built by somebody else, and another one in that tree since.
	rm "$kernel/info.json"
	build "$name"
	keep_vmlinux "$kernel" || die "the vmlinux of $kernel is not in $cache/trees; the build tree was removed meanwhile"
done
