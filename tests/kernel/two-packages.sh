#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A host with two packages: KVM lets one CPU of each write its caches back at once when a TD is
# destroyed. Both must succeed, or the TD's KeyID and pages are lost. A vCPU that moves from one package
# to the other while it is made must survive that, as it does within a package (vcpu-migrate.sh).
. "${0%/*}/lib.sh"

two_packages

# all_gone DIR TDS : so many TDs wrote two packages' caches back, and nothing is left
all_gone() {
	wb=$(count "$1" PHYMEM.CACHE.WB)
	# Two packages, at least two calls each.
	[ "$wb" -ge $(($2 * 4)) ] || failed "$1: only $wb PHYMEM.CACHE.WB for $2 TDs on two packages"
	for name in pages_owned keyids_used; do
		[ "$(count "$1" $name)" -eq 0 ] || failed "$1: $name is $(count "$1" $name) after the last TD"
	done
}

variants=${VARIANTS:-immediate}
need $variants
for v in $variants; do
	good "$v" "$v" --time wall --mem 4096M -- teardown --tds 8 --sept-pages 2 --rounds 10
	all_gone "$v" 80

	inside "$v" "$v-migrate" 'dmesg -n 1; $P/vcpu_migrate 100 2' --time wall
	[ $status -eq 0 ] || failed "$v: vcpu_migrate ended with status $status: $(cat "$work/stdout")"
	grep -q '^200 vCPUs made, [1-9][0-9]* migrations, first failure -, warnings 0$' "$work/stdout" ||
		failed "$v: $(cat "$work/stdout")"
	all_gone "$v-migrate" 101
	echo "$v: 80 TDs came and went on two packages; $(cat "$work/stdout")"
done
