#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A host with two packages: KVM lets one CPU of each write its caches back at once when a TD is
# destroyed. Both must succeed, or the TD's KeyID and pages are lost.
. "${0%/*}/lib.sh"

two_packages

variants=${VARIANTS:-immediate}
need $variants
for v in $variants; do
	good "$v" "$v" --time wall --mem 4096M -- teardown --tds 8 --sept-pages 2 --rounds 10
	wb=$(awk '$1 == "PHYMEM.CACHE.WB" { print $2 }' "$work/$v/counters-after.txt")
	# Two packages, at least two calls each.
	[ "$wb" -ge 320 ] || failed "$v: only $wb PHYMEM.CACHE.WB for 80 TDs on two packages"
	for name in pages_owned keyids_used; do
		[ "$(count "$v" $name)" -eq 0 ] || failed "$v: $name is $(count "$v" $name) after the last TD"
	done
	echo "$v: 80 TDs came and went on two packages"
done
