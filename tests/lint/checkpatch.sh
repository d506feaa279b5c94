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

scripts="checkpatch.pl spelling.txt const_structs.checkpatch"

# Copies the scripts to $work/scripts: a tree of the cache goes when another one is built.
fetch_checkpatch() {
	local tree=${KERNEL_TREE:-} tarball=${KERNEL_TARBALL:-}
	[ -n "$tree$tarball" ] ||
		tree=$(find "$cache/trees" -mindepth 3 -maxdepth 3 -path '*/scripts/checkpatch.pl' | sed -n '1s,/scripts/.*,,p')
	mkdir "$work/scripts"
	if [ -n "$tree" ]; then
		(cd "$tree/scripts" 2>/dev/null && cp $scripts "$work/scripts") || no_checkpatch "$tree has no scripts/checkpatch.pl"
		return
	fi
	[ -n "$tarball" ] || tarball=$(find "$cache/tarballs" -name '*.tar.xz' 2>/dev/null | head -n 1)
	[ -n "$tarball" ] || no_checkpatch "no kernel source with checkpatch.pl; run 'make kernels', or set KERNEL_TREE="
	tar -C "$work" --strip-components=1 --wildcards -xf "$tarball" $(printf '*/scripts/%s ' $scripts) ||
		no_checkpatch "cannot take scripts/checkpatch.pl out of $tarball"
}

# Not asked:
# FILE_PATH_CHANGES  new files have no entry in MAINTAINERS: the series is to measure with
# UNKNOWN_COMMIT_ID  the history of the kernel is not here
check() {
	xargs -0 -r -P "$(nproc)" -n 4 perl "$work/scripts/checkpatch.pl" --no-tree --terse --show-types --no-summary \
		--ignore FILE_PATH_CHANGES,UNKNOWN_COMMIT_ID "$@"
	[ $? -le 123 ] || echo "checkpatch.pl could not be run"
}

fetch_checkpatch
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
