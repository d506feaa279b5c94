#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Build KVM's selftests of TDX from a source of yours, run them in a VM with the software TDX module, and print a
# line for each: passed, failed or skipped, and why. Their output is in NAME.log of the run directory.
# Exit status: 0 passed, 1 one failed or nothing could be run, 77 all skipped.
#
# KERNEL_TREE=DIR  the source: a kernel tree with tools/testing/selftests/kvm. Nothing is written to it. A part of a
#                  tree will do if it has the headers that `make headers` leaves in usr/include.
# VARIANT=NAME     the kernel to boot (default: immediate)
# LIMIT=SECONDS    a test that takes longer has failed (default: 300)
# BUILD=DIR        the build directory (default: build)
# OUT=DIR          the run directory (default: a new one in results/)
#
# TEST is a name of the tree's Makefile: x86/tdx_vm_test, vm_types_test. Without any: all of x86/ named tdx*.
#
# usage: KERNEL_TREE=DIR tests/td-guests/selftests.sh [TEST...]
set -u
die() { echo "selftests: $*" >&2; exit 1; }

here=$(cd "${0%/*}" && pwd)
top=$(cd "$here/../.." && pwd)
build=$(realpath -m "${BUILD:-$top/build}")
bench=$build/dpamt-bench
variant=${VARIANT:-immediate} limit=${LIMIT:-300}
tree=${KERNEL_TREE:-}
case $limit in
''|0|*[!0-9]*) die "LIMIT=$limit is not a number of seconds" ;;
esac
[ -n "$tree" ] || die "set KERNEL_TREE=DIR to a kernel tree with KVM's selftests of TDX"
tree=$(realpath -e "$tree" 2>/dev/null) || die "KERNEL_TREE=$KERNEL_TREE: there is no such directory"
tests=$tree/tools/testing/selftests/kvm
[ -r "$tests/Makefile" ] || die "$tree has no tools/testing/selftests/kvm"
if [ $# -eq 0 ]; then
	for file in "$tests"/x86/tdx*.c; do
		[ ! -e "$file" ] || { file=${file##*/}; set -- "$@" "x86/${file%.c}"; }
	done
	[ $# -gt 0 ] || die "$tests has no tests of TDX (x86/tdx*.c); apply the series that has them, or name tests"
fi
[ -x "$bench" ] || die "$bench is not built; run 'make tools'"
[ -r "$build/kernels/$variant/bzImage" ] ||
	die "the kernel $variant is not built; run 'make kernels VARIANTS=$variant'"

# Not below /tmp: the VM has a /tmp of its own.
work=$(mktemp -d /var/tmp/dpamt-selftests.XXXXXX) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
mkdir "$work/bin"

headers=$tree/usr/include
if [ ! -r "$headers/linux/kvm.h" ]; then
	headers=$work/usr/include
	make -C "$tree" ARCH=x86 O="$work" headers >"$work/log" 2>&1 ||
		die "$tree: 'make headers' failed: $(grep -m 1 -E '\*\*\*|[Ee]rror' "$work/log")"
fi

# What a test is linked with may not be in the VM's search path: static.
targets=
for test; do targets="$targets $work/bin/$test"; done
# shellcheck disable=SC2086
make -C "$tests" -j"$(nproc)" ARCH=x86 OUTPUT="$work/bin" KHDR_INCLUDES="-isystem $headers" USERLDFLAGS=-static \
	$targets >"$work/log" 2>&1 || {
	cp "$work/log" "$build/selftests.log"
	die "the tests do not compile: $(grep -m 1 -E 'error:|undefined reference|No rule|\*\*\*' "$work/log"); all of it is in $build/selftests.log"
}

out=${OUT:-$top/results/$(date -u +%Y%m%dT%H%M%SZ)-$variant-selftests}
mkdir -p "${out%/*}"
cp "$here/selftests-in-vm.sh" "$work"
chmod -R go+rX "$work"
# The tests keep off the first CPU.
"$bench" run --variant "$variant" --time wall --cpus 3 --mem 2G --timeout $((120 + limit * $#)) --out "$out" -- \
	sh "$work/selftests-in-vm.sh" "$work/bin" "$limit" "$@"
status=$?
case $status in
0|77) ;;
1) echo "selftests: what the tests printed is in $out" >&2 ;;
# dpamt-bench has said why.
127) exit 1 ;;
*) die "the boot failed; its directory is $out" ;;
esac
exit $status
