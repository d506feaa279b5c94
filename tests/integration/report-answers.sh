#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What a report answers: by which metrics, in which words, for how many variants and cells. Boots
# nothing.
#
# BUILD	the build directory (default: build)
set -u
. "${0%/*}/../report-checks.sh"

# --- a workload that the analysis does not know: what it declares is the answer
"$make_runs" "$work/unknown" pages=20 rounds=20
in_boots unknown result.json '.workload = "unheard-of" | .primary = [
	{metric: "td_create_ns_p50", what: "making a TD takes"},
	{metric: "spt_held_peak_pages", better: "more"}, {metric: "perf_cycles"}] | del(.control)'
report unknown 0
says 'Answer (teardown; simulated-virtual; platform spr): making a TD takes'
says 'S-EPT pages held at the peak are 20 (80 KiB) under rcu and 1 (4 KiB) under immediate: more, which is better;'
says 'no boot has the metric perf_cycles.'
says 'Not run: there are no boots with conversions.'
row '.metric == "spt_held_peak_pages" and .better == "more" and .primary'
row '.metric == "td_create_ns_p50" and .better == "less" and .primary'
row '.metric == "spt_freed_pages" and .better == null and (.primary | not)'
holds '[.comparisons[] | select(.family == "primary") | .metric] | unique == ["spt_held_peak_pages", "td_create_ns_p50"]'
# a job file has the last word on which metrics, the workload on their words
in_boots unknown header.json '.primary = ["td_create_ns_p50", "spt_freed_pages:less"]'
report unknown 0
says 'Answer (teardown; simulated-virtual; platform spr): making a TD takes'
row '.metric == "spt_freed_pages" and .better == "less" and .primary'
row '.metric == "spt_held_peak_pages" and (.primary | not)'
# one that declares nothing has no answer, and says so
in_boots unknown header.json 'del(.primary)'
in_boots unknown result.json 'del(.primary)'
report unknown 0
says 'Neither the job file nor the workload names a primary metric.'

# --- the primary metrics of a job file
"$make_runs" "$work/named" pages=20 rounds=20
for run in "$work"/named/runs/*/; do
	jq '.primary = ["spt_freed_pages", "no_such_metric"]' "$run/header.json" >"$work/new" &&
		mv "$work/new" "$run/header.json"
	jq '.workload = "unheard-of"' "$run/result.json" >"$work/new" && mv "$work/new" "$run/result.json"
done
report named 0
says 'spt_freed_pages is 80 (320 KiB) under rcu and 80 (320 KiB) under immediate: no difference shown'
says 'no boot has the metric no_such_metric'
holds '[.comparisons[] | select(.family == "primary") | .metric] | unique == ["spt_freed_pages"]'
# naming them does not switch off the negative control
says 'in the convert experiment, no S-EPT page is freed while TDs live'

# --- too few boots, one variant, more variants
"$make_runs" "$work/few" seeds=2 pages=20 rounds=20
report few 0
says 'S-EPT pages held at the peak are 20 (80 KiB) under rcu and 1 (4 KiB) under immediate: too few boots to tell'
row '.metric == "spt_held_peak_pages" and .shift == 19 and .ci_level < 0.95 and .verdict == "not enough boots"'
"$make_runs" "$work/one" variants=rcu pages=20 rounds=20
report one 0
says 'Answer (teardown; simulated-virtual; platform spr): S-EPT pages held at the peak are 20 (80 KiB) under rcu;'
says '(median of 5 boots, all of rcu).'
lacks 'Question (teardown)'
says 'own patches 3, the last is policy/rcu.patch'
# aggressors' TDs are destroyed by nobody's clock: their pages are not freed "while TDs live"
for boot in "$work"/one/runs/teardown-*/; do
	jq '.tds += 1' "$boot/result.json" >"$work/edit" && cp "$work/edit" "$boot/result.json"
done
report one 0
holds 'any(.metrics[]; .metric == "spt_freed_during_churn_pages" and .experiment == "teardown") | not'
# how many pairs is an answer with one variant too
in_boots one result.json '.primary = ["pamt_pairs_peak"]'
report one 0
flat | grep -Eq 'Answer \(teardown; simulated-virtual; platform spr\): PAMT pairs at the peak are [0-9.]+ \([0-9.]+ [KM]iB\) under rcu' ||
	failed "one: no answer about pairs"
row '.metric == "pamt_pairs_peak" and .experiment == "teardown" and .primary'
holds '.comparisons == []'
"$make_runs" "$work/many" variants=rcu,immediate,own.build pages=20 rounds=20 seeds=6
report many 0
row '.variant_a == "immediate" and .variant_b == "rcu" and .metric == "spt_held_peak_pages" and .shift == 19'
row '.variant_a == "immediate" and .variant_b == "own.build" and .metric == "spt_held_peak_pages" and .shift == 0'
says 'own.build: +0 in every boot'

# --- many cells are answered together: one sentence for each variant
"$make_runs" "$work/cells" pages=20 rounds=20 experiments=teardown factor=tds:1,2,4 seeds=7
report cells 0
says 'Answer (teardown, 3 cells; simulated-virtual; platform spr): '
[ "$(grep -c '^Answer (' "$work/stdout")" -eq 1 ] || failed "more than one answer for one variant"
says 'under immediate: more in each cell'
jq -e '.answers | length == 3' "$work/cells/report.json" >/dev/null || failed "report.json lacks an answer of a cell"
rm -r "$work"/cells/runs/teardown-*-4-s*
report cells 0
[ "$(grep -c '^Answer (' "$work/stdout")" -eq 2 ] || failed "two cells are not answered one by one"
exit 0
