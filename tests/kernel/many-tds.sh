#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# 1000 TDs alive at once, converted, and destroyed: nothing is left.
. "${0%/*}/lib.sh"

need rcu
good rcu many -- convert --tds 1000 --threads 4 --mem 2 --ops 4000 --pattern random
[ "$(grep -c ^td_destroy, "$work/many/samples.csv")" -eq 1000 ] || failed "not all TDs were destroyed"
# All were there before the first went.
awk -F, '$1 == "td_create" && $5 > last { last = $5 } $1 == "td_destroy" && (!first || $5 < first) { first = $5 }
	END { exit !(first > last) }' "$work/many/samples.csv" || failed "they were not alive at once"
[ "$(count many pages_owned)" -eq 0 ] || failed "the TDX module still owns pages"
exit 0
