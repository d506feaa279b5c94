#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A kernel tree to work in: build/kernel-tree/VARIANT, a git repository with one commit
# for each patch. Prints that path.
#
# usage: tree.sh VARIANT
#
# Work in it, then write the changes back to kernel-patches/ with refresh.sh. A tree with
# changes that were not written back is not replaced; remove it to start over.
#
# KERNEL_TARBALL, KERNEL_TREE  as in build.sh; KERNEL_TREE_FILES=touched  only the files
# that some patch changes: seconds instead of a minute, and nothing that can be built.
set -Eeuo pipefail
trap 'echo "kernels: ${BASH_SOURCE[0]##*/} line $LINENO failed: $BASH_COMMAND" >&2' ERR

here=$(cd "$(dirname "$0")" && pwd)
for part in common source series patch; do . "$here/$part.sh"; done

variant_check "${1:-}"
series_check "$1"
source_id=$(source_identify)
out=$top/build/kernel-tree/$1
case ${KERNEL_TREE_FILES:=all} in
all|touched) ;;
*) die "KERNEL_TREE_FILES=$KERNEL_TREE_FILES: it is 'all' or 'touched'" ;;
esac

if [ -e "$out" ]; then
	[ -e "$out/.git/dpamt-source-id" ] || die "$out was not made by tree.sh; remove it first"
	[ -z "$(kgit "$out" status --porcelain)" ] &&
		[ "$(kgit "$out" rev-parse HEAD)" = "$(kgit "$out" rev-parse 'dpamt-series^{commit}')" ] ||
		die "$out has changes of yours; write them back with 'make kernel-refresh VARIANT=$1', or remove it"
fi

new=$out.new
rm -rf "$new"
mkdir -p "$new"
trap 'rm -rf "$new"' EXIT
say "unpacking the source"
if [ "$KERNEL_TREE_FILES" = all ]; then
	source_unpack "$new"
else
	source_unpack_files "$new" $(series_touched)
fi
# git tracks all files, so that it sees every edit.
series_track "$new" all
say "applying the patches of $1"
series_apply "$new" $(series_patches "$1")
kgit "$new" tag dpamt-series
echo "$source_id" >"$new/.git/dpamt-source-id"
rm -rf "$out"
mv "$new" "$out"
echo "$out"
