#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What a report takes from age.csv. Boots nothing.
#
# BUILD	the build directory (default: build)
set -u
. "${0%/*}/../report-checks.sh"

# --- age.csv: each arm at each time, what is not known named, and damage
"$make_runs" "$work/age" pages=20 experiments=age aa=1
report age 0
[ -s "$work/stderr" ] && failed "age: something on stderr"
age() { # FILTER: a jq filter that some row of .ages must pass
	jq -e "any(.ages[]; $1)" "$dir/report.json" >/dev/null || failed "age: no row with $1"
}
holds '[.ages[] | .arm] | group_by(.) | map({(.[0]): length}) | add == {immediate: 4, "immediate/aa": 4, rcu: 4}'
age '.arm == "immediate" and .lifetimes == 0 and .huge_pages.median == 100 and .pairs_per_page.n_boots == 0'
age '.arm == "rcu" and .lifetimes == 100 and (.without_tds | not) and .huge_pages.median == 80 and
     .unmovable_blocks.median == 30'
age '.arm == "rcu" and .lifetimes == 200 and .without_tds and .huge_pages.median == 60 and .free_2m_pages.median == 20 and
     .pairs_per_page.median == 0.25 and .extfrag_2m.median == -1 and .blocked_2m.n_boots == 0 and .blocked_2m.median == null'
# 103 pages are free beside 20 huge pages in the middle one of five boots, 101 and 105 in the outer ones
age '.arm == "rcu" and .without_tds and (.unusable_2m_percent | (.median - 10300 / (103 + 20 * 512) | fabs) < 1e-6 and
     (.min - 10100 / (101 + 20 * 512) | fabs) < 1e-6 and (.max - 10500 / (105 + 20 * 512) | fabs) < 1e-6)'
row '.metric == "age_huge_pages" and .variant_b == "rcu" and .shift == -20 and .verdict == "less"'
says 'huge pages that the host can still give are 60 under rcu and 80 under immediate: less, which is worse'
says '2M pages after compaction: immediate 100, 80, 80; rcu 100, 60, 60; immediate/aa 100, 80, 80'
says '2M with a page that stays: no boot tells'
holds 'all(.metrics[]; .metric != "age_blocked_2m")'
[ "$(head -c 4 "$dir/plots/host-age-age.png" | tail -c 3)" = PNG ] || failed "host-age-age.png is no PNG"
grep -q "id=.host-age-age-narrow-" "$dir/report.html" || failed "report.html lacks host-age-age"
sed -i '3s/,/;/' "$dir/runs/age-rcu-s1/age.csv"
report age 0
says 'remark: age-rcu-s1: age.csv:3: not "lifetimes,conversions'
age '.arm == "rcu" and .without_tds and .huge_pages.n_boots == 4'
exit 0
