#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# 1000 TDs alive at once, converted, and destroyed: nothing is left.
. "${0%/*}/lib.sh"

variant=rcu
[ -r "$BUILD/kernels/$variant/bzImage" ] || { echo "many-tds.sh: skipped, no kernel of $variant" >&2; exit 77; }
"$bench" run --variant $variant --out "$work/many" -- convert --tds 1000 --threads 4 --mem 2 --ops 4000 --pattern random \
	>"$work/stdout" 2>"$work/stderr" || failed "the boot ended with status $?"
[ "$(jq -r .conservation "$work/many/status.json")" = ok ] ||
	failed "conservation: $(jq -c .conservation_detail "$work/many/status.json")"
[ "$(grep -c ^td_destroy, "$work/many/samples.csv")" -eq 1000 ] || failed "not all TDs were destroyed"
# All were there before the first went.
awk -F, '$1 == "td_create" && $5 > last { last = $5 } $1 == "td_destroy" && (!first || $5 < first) { first = $5 }
	END { exit !(first > last) }' "$work/many/samples.csv" || failed "they were not alive at once"
grep -q '^pages_owned 0$' "$work/many/counters-after.txt" || failed "the TDX module still owns pages"
exit 0
