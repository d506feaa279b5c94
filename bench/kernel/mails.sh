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
for part in common source series patch touched; do . "$here/$part.sh"; done

variant_check "${1:-}"
series_check "$1"
source_id=$(source_identify)
out=$top/build/mails/$1

# The mails need only the files that patches change, 30 of 90 000.
touched=$(source_files $(series_touched))

rm -rf "$out"
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$touched/." "$work"
series_track "$work" touched
series_apply "$work" $(series_patches "$1")
kgit "$work" format-patch -q --numbered --zero-commit --no-signature -o "$out" dpamt-source
echo "$out"
