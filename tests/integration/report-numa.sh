#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A report of boots on several NUMA nodes. Boots nothing.
#
# BUILD	the build directory (default: build)
set -u
. "${0%/*}/../report-checks.sh"

# --- S-EPT pages by the node they sit on, and which node's CPU frees them
"$make_runs" "$work/numa" experiments=teardown pages=20 tds=2 numa=1
report numa 0
of_rcu() { row ".metric == \"$1\" and .variant == \"rcu\" and .median == $2"; }
of_rcu node0_spt_held_peak_pages 10
of_rcu node1_spt_held_peak_pages 10
of_rcu node1_spt_freed_pages 20
of_rcu spt_freed_elsewhere_pages 20
of_rcu numa_miss_pages 70
of_rcu node0_numa_foreign_pages 70
row '.metric == "node1_spt_held_peak_pages" and .variant == "immediate" and .median == 1'
# the areas of both nodes are the area of all
jq -e '[.metrics[] | select(.variant == "rcu")] | (map(select(.metric | test("node[01]_spt_held_page_ns")) | .median) | add) as $n |
	map(select(.metric == "spt_held_page_ns") | .median)[0] as $all | ($n - $all | fabs) < 0.01 * $all' \
	"$work/numa/report.json" >/dev/null || failed "the nodes' areas are not that of all"
edit numa teardown-rcu-s1/numa.json '.nodes[1].node = 0'
edit numa teardown-rcu-s2/numa.json '.nodes[0].pfns = [[2, 262144]]'
rm "$work/numa/runs/teardown-rcu-s3/trace.dat"
report numa 0
says 'remark: teardown-rcu-s1: numa.json: node 1 of the list is damaged; it is left out'
says 'remark: teardown-rcu-s2: 40 events of pages or CPUs whose node is not known are left out'
row '.metric == "node1_spt_held_peak_pages" and .variant == "rcu" and .n_boots == 3'
row '.metric == "numa_miss_pages" and .variant == "rcu" and .n_boots == 4'
exit 0
