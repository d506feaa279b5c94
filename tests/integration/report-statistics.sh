#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What a report says of chance: A/A controls and blocks. Boots nothing.
#
# BUILD	the build directory (default: build)
set -u
. "${0%/*}/../report-checks.sh"

# --- A/A: the first variant twice; it is not compared as a variant of its own
"$make_runs" "$work/aa" pages=20 rounds=20 aa=1 seeds=7
report aa 0
says '14 boots of the same variant were made a second time with other seeds'
holds '.aa.boots_of_second_sets == 14 and .aa.metrics_compared > 5 and .aa.differ_holm == 0 and
       (.aa.comparisons | all(.variant == "immediate" and .n_a == 7 and .n_b == 7))'
holds '[.comparisons[].variant_b] | unique == ["rcu"]'
row '.metric == "td_destroy_ns_p50" and .experiment == "teardown" and .variant == "immediate" and .n_boots == 7'
says 'seeds 1-7; A/A: immediate, seeds 8-14.'
"$make_runs" "$work/aa3" pages=20 rounds=20 aa=1 seeds=3
report aa3 0
says 'With so few boots no comparison could have differed'
lacks 'That is what the nominal level promises'
# a second set that is another variant in disguise is seen
for boot in "$work"/aa/runs/teardown-immediate-aa-*; do
	cp "$work/aa/runs/teardown-rcu-s1/counters-after.txt" "$boot"
done
report aa 0
says 'A difference between a variant and itself survived the correction'

# --- a clock of its own: blocks are kept where there are enough of them
"$make_runs" "$work/wall" pages=20 experiments=teardown seeds=10 time=simulated-wall
report wall 0
[ "$(grep -c '^[0-9]' "$work/wall/plots/data/drift-teardown.dat")" = 20 ] || failed "drift has no point for each boot"
row '.metric == "spt_held_peak_pages" and .test == "blocks" and .n_blocks == 10 and (.p - 2 / 1024 | fabs) < 1e-9 and
     .verdict == "more"'
says 'here for'
"$make_runs" "$work/wall5" pages=20 experiments=teardown seeds=5 time=simulated-wall
report wall5 0
row '.metric == "spt_held_peak_pages" and .test == "ranks" and .verdict == "more"'
exit 0
