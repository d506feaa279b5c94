#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A variant's series as mails for git am, new files included: build/mails/VARIANT.
# Prints that path.
#
# usage: mails.sh VARIANT
#
# KERNEL_TARBALL, KERNEL_TREE  as in build.sh
set -Eeuo pipefail
trap 'echo "kernels: ${BASH_SOURCE[0]##*/} line $LINENO failed: $BASH_COMMAND" >&2' ERR

here=$(cd "$(dirname "$0")" && pwd)
for part in common source series patch; do . "$here/$part.sh"; done

variant_check "${1:-}"
series_check "$1"
source_id=$(source_identify)
out=$top/build/mails/$1

# The mails need only the files that patches change, 30 of 90 000. Extracting them from the
# source takes longer than everything else, so they are cached.
touched=$cache/touched/$({ echo "$source_id"; series_touched; cat "$here"/{mails,source}.sh; } | key_of)
if [ ! -d "$touched" ]; then
	mkdir -p "$cache/touched"
	find "$cache/touched" -mindepth 1 -maxdepth 1 -mtime +7 -exec rm -rf {} +
	new=$(mktemp -d "$cache/touched/new.XXXXXX")
	trap 'rm -rf "$new"' EXIT
	source_unpack_files "$new" $(series_touched)
	mv -T "$new" "$touched" 2>/dev/null || [ -d "$touched" ]
fi

rm -rf "$out"
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work" "${new:-$work}"' EXIT
cp -r "$touched/." "$work"
series_track "$work" touched
series_apply "$work" $(series_patches "$1")
kgit "$work" format-patch -q --numbered --zero-commit --no-signature -o "$out" dpamt-source
echo "$out"
