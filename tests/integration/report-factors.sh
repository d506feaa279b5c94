#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A report by levels of factors: groups, sensitivity, figures. Boots nothing.
#
# BUILD	the build directory (default: build)
set -u
. "${0%/*}/../report-checks.sh"

# --- factors: groups of their own, sensitivity over the costs
"$make_runs" "$work/costs" pages=20 experiments=teardown factor=cost:low,mid,high seeds=7
report costs 0
says 'Experiment teardown, cost=low (simulated-virtual)'
row '.label == "teardown-cost-high" and .levels == "cost=high" and .metric == "spt_held_peak_pages" and .verdict == "more"'
holds '.sensitivity | any(.metric == "td_destroy_ns_p50" and .outcome == "holds" and (.levels | length) == 3)'
says 'td_destroy_ns_p50, rcu against immediate: holds (low: slower'
[ -s "$dir/plots/sensitivity-teardown-cost.png" ] || failed "costs: no figure of the sensitivity"
lacks 'One level of the costs was run'
# the middle level speaks for the answer
holds '[.answers[].label] == ["teardown-cost-mid"]'
"$make_runs" "$work/flip" pages=20 experiments=teardown factor=cost:low,mid,high seeds=7 flip=1
report flip 0
says 'td_destroy_ns_p50, rcu against immediate: flips (low: slower'
says 'high: faster'
"$make_runs" "$work/tds" pages=20 experiments=teardown factor=tds:1,2,8
report tds 0
[ -s "$dir/plots/factor-teardown-tds.svg" ] || failed "tds: no figure against TDs"

# each factor of a job file has its own figure; one variant is enough for it
for factor in per-region:1,8,512 layout:dense,sparse aggressors:0,1,4 hz:100,1000; do
	name=${factor%%:*}
	"$make_runs" "$work/$name" pages=20 seeds=3 experiments=teardown variants=immediate "factor=$factor"
	report "$name" 0
	[ -s "$dir/plots/factor-teardown-$name.png" ] || failed "$name: no figure"
	holds '[.figures[] | select(.kind == "factor") | .caption | contains("simulated-virtual") and
		contains("75.0 % interval")] == [true]'
done
# whatever its levels are, each can be read: report() looks at the SVG, the figure in text has no space either
for factor in headroom:0,512,1024,2048,65536 per-region:1,8,64,512 share:0.5,0.25,4 cpus:4,16,2,none \
	      append:base,nocbs-and-a-label-of-32-characters,nocbs,lazy,expedited \
	      number:0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,100000; do
	name=labels-${factor%%:*}
	"$make_runs" "$work/$name" pages=5 seeds=1 experiments=teardown "factor=$factor"
	report "$name" 0
	for level in $(echo "${factor#*:}" | tr , ' '); do
		for figure in "$dir"/plots/factor-*.txt "$dir"/plots/factor-*.svg "$dir"/plots/data/factor-*-narrow.svg; do
			sed 's/<[^>]*>/ /g' "$figure" | grep -q "\(^\| \)$level\( \|\$\)" || failed "$figure: $level is not to be read"
		done
	done
done
exit 0
