#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A small instance of bench/experiments/numa.job: a VM with two nodes. Where S-EPT pages sit and which node's
# CPU frees them is what was asked for, the report says the same as a count of the trace that shares no
# code with it, and a kernel without the nodes is named.
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu}
need $variants
set -- $variants
first=$1

# by_node DIR EVENT CPUS : events of that kind of pages on node 0 and on node 1, or "elsewhere": on a CPU of
# the other node. CPU and node have the same number; node 1 begins at the first frame of numa.json's second node.
by_node() {
	border=$(jq '.nodes[1].pfns[0][0]' "$work/$1/numa.json")
	"$bench" trace --csv "$work/$1" >"$work/events.csv" || failed "$1: trace --csv"
	python3 - "$work/events.csv" "$2" "$border" <<-'EOF' || failed "$1: its events cannot be counted"
		import csv, sys
		n, elsewhere = [0, 0], 0
		for row in csv.DictReader(open(sys.argv[1])):
		    if row["event"] == sys.argv[2]:
		        node = int(row["hpa"], 16) // 4096 >= int(sys.argv[3])
		        n[node] += 1
		        elsewhere += int(row["cpu"]) != node
		print(*n, elsewhere)
	EOF
}

# reported DIR : the same from the report's metrics
reported() {
	mkdir -p "$work/report-$1/runs"
	cp -r "$work/$1" "$work/report-$1/runs/"
	"$bench" report "$work/report-$1" >/dev/null 2>"$work/stderr" || failed "$1: report: $(cat "$work/stderr")"
	jq -r '[.metrics[] | {key: .metric, value: .median}] | from_entries |
		"\(.node0_spt_freed_pages) \(.node1_spt_freed_pages) \(.spt_freed_elsewhere_pages)"' \
		"$work/report-$1/report.json"
}

for v in $variants; do
	for numa in interleave bind:1 remote; do
		run=$v-${numa%:*}
		good $v $run --nodes 2 --mem 512 -- teardown --tds 1 --sept-pages 100 --layout sparse --numa $numa
		[ "$(jq .nodes "$work/$run/header.json")" = 2 ] || failed "$run: header.json does not say two nodes"
		counted=$(by_node $run tdx_sept_free)
		[ "$counted" = "$(reported $run)" ] ||
			failed "$run: the trace has $counted, the report $(reported $run)"
		total=$(count $run spt_freed_pages)
		set -- $counted
		[ $(($1 + $2)) -eq "$total" ] || failed "$run: $1 and $2 pages by node, the kernel freed $total"
		case $numa in
		interleave) [ $(($1 - $2)) -le 1 ] && [ $(($2 - $1)) -le 1 ] ;;
		bind:1) [ "$counted" = "0 $total 0" ] ;;
		remote) [ "$counted" = "0 $total $total" ] ;;
		esac || failed "$run: $1 pages on node 0, $2 on node 1, $3 freed by a CPU of the other node"
	done
done

# What does not exist is named in one line.
refuses() { # TEXT OPTIONS... -- COMMAND... : the boot fails and says so
	text=$1
	shift
	boot $first refused-$((n = n + 1)) --mem 512 "$@"
	[ $status -ne 0 ] || failed "a boot is good that should not be: $*"
	grep -q -- "$text" "$work/stderr" || failed "it does not say '$text': $*"
}
n=0
td="teardown --tds 1 --sept-pages 20"
refuses 'its kernel knows 1' --nodes 2 --append numa=off -- $td
refuses 'need two nodes with memory, there is one' -- $td --numa remote
refuses 'there is no such node with memory' --nodes 2 -- $td --numa bind:2
refuses 'cannot be divided among 3 nodes' --nodes 3 -- $td
