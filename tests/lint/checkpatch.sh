#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel's own checkpatch.pl on every patch of kernel-patches/, as the mail that would be posted,
# and on the C files that the patches add. Exit status 1 if it found something.
#
# checkpatch.pl is that of KERNEL_TREE, else of a kernel tree or of a tarball in the cache. It runs
# without the tree (--no-tree): with it, it finds the same and wants a Python module for licences.
set -u
here=$(cd "$(dirname "$0")/../../bench/kernel" && pwd) || exit 1
for part in common series; do . "$here/$part.sh"; done
cd "$top" || exit 1

work=$(mktemp -d "${TMPDIR:-/tmp}/dpamt-lint.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

no_checkpatch() { echo "lint: $*" >&2; exit 1; }

# Sets $checkpatch.
find_checkpatch() {
	local tarball=${KERNEL_TARBALL:-}
	if [ -n "${KERNEL_TREE:-}" ]; then
		checkpatch=$(realpath "$KERNEL_TREE")/scripts/checkpatch.pl
		[ -r "$checkpatch" ] || no_checkpatch "KERNEL_TREE=$KERNEL_TREE has no scripts/checkpatch.pl"
		return
	fi
	checkpatch=$(find "$cache"/trees -mindepth 3 -maxdepth 3 -path '*/scripts/checkpatch.pl' | head -n 1)
	[ -z "$checkpatch" ] || [ -n "$tarball" ] || return 0
	[ -n "$tarball" ] || tarball=$(find "$cache/tarballs" -name '*.tar.xz' | head -n 1)
	[ -n "$tarball" ] || no_checkpatch "no kernel source with checkpatch.pl; run 'make kernels', or set KERNEL_TREE="
	tar -C "$work" --strip-components=1 --wildcards -xf "$tarball" \
		'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' '*/scripts/const_structs.checkpatch' ||
		no_checkpatch "cannot take scripts/checkpatch.pl out of $tarball"
	checkpatch=$work/scripts/checkpatch.pl
}

# Not asked:
# FILE_PATH_CHANGES  new files have no entry in MAINTAINERS: the series is to measure with
# UNKNOWN_COMMIT_ID  the history of the kernel is not here
check() {
	xargs -0 -r -P "$(nproc)" -n 4 perl "$checkpatch" --no-tree --terse --show-types --no-summary \
		--ignore FILE_PATH_CHANGES,UNKNOWN_COMMIT_ID "$@"
	[ $? -le 123 ] || echo "checkpatch.pl could not be run"
}

find_checkpatch
(cd "$patches" && printf '%s\n' */*.patch) >"$work/patches"
while read -r patch; do
	mkdir -p "$work/kernel-patches/$(dirname "$patch")"
	patch_mail "$patch" >"$work/kernel-patches/$patch"
done <"$work/patches"
{
	(cd "$work" && find kernel-patches -name '*.patch' -print0 | sort -z | check)
	find kernel-patches -name '*.[ch]' -print0 | sort -z | check -f
} >"$work/found" 2>&1

# What checkpatch reports and is not so: lines TYPE:FILE.
sed -E '/^(#|$)/d; s/([^:]*):(.*)/\2:[0-9]+: [A-Z]+:\1: /' tests/lint/checkpatch.suppressions >"$work/not-so"
grep -vE -f "$work/not-so" "$work/found" >&2
[ $? -eq 1 ]
