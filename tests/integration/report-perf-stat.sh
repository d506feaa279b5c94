#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What a report takes from perf-stat.json. Boots nothing.
#
# BUILD	the build directory (default: build)
set -u
. "${0%/*}/../report-checks.sh"

# --- perf stat: counted, and what could not be counted is no 0
"$make_runs" "$work/perf" pages=20 experiments=teardown perf=1
report perf 0
row '.metric == "perf_page-faults" and .variant == "rcu" and .median == 1003 and .unit == "events"'
row '.metric == "perf_task-clock" and .median == 12500000 and .unit == "ns"'
says 'perf stat: cycles was not supported in 10 boots'
# in the columns of perf stat: 1001 to 1005 page faults, 4 TDs destroyed; +- is sd / sqrt(5) of the mean
says '1,003 250.75 ( +- 0.07% ) page-faults'
says '12.50 3.12 ( +- 0.00% ) task-clock [msec]'
says '+0 [-3..+3] no difference shown page-faults'
says '<not supported> cycles, 10 boots'
holds '.perf_stat | map(select(.event == "page-faults" and .variant == "rcu"))[0] |
	.mean == 1003 and .per_operation == 250.75 and .operation == "td_destroy" and .n_boots == 5 and
	(.error_percent - 100 * (2.5 | sqrt) / (5 | sqrt) / 1003 | fabs) < 1e-9'
grep -q '^ *1,003 ' "$work/perf/report.html" || failed "report.html has no perf stat columns"
holds 'all(.metrics[]; .metric != "perf_cycles")'
rm "$work/perf/runs/teardown-rcu-s1/perf-stat.json"
echo 'not json' >"$work/perf/runs/teardown-rcu-s2/perf-stat.json"
report perf 0
says 'remark: teardown-rcu-s1: perf-stat.json: No such file'
says 'remark: teardown-rcu-s2: perf-stat.json:1: not "an event of perf stat"'

# cut short: nothing of it is taken
printf '{"counter-value" : "5", "unit" : "", "event" : "page-faults"}\n{"counter-val' \
	>"$work/perf/runs/teardown-rcu-s3/perf-stat.json"
report perf 0
says 'remark: teardown-rcu-s3: perf-stat.json:2: cut short, so no count is taken; its events are left out'

# full names; an event on two lines is refused; odd derived fields cost nothing; multiplexing is told
for run in "$work"/perf/runs/*/; do
	cat >"$run/perf-stat.json" <<-END
		{"counter-value" : "7.000000", "unit" : "", "event" : "tdx:a", "event-runtime" : 5, "pcnt-running" : 100.00}
		{"counter-value" : "9.000000", "unit" : "", "event" : "tdx_a", "pcnt-running" : 100.00, "metric-value" : nan, "metric-unit" : "x"}
		{"counter-value" : "11.000000", "unit" : "", "event" : "cpu/event=1,umask=2/u", "pcnt-running" : 43.20, "metric-value" : inf, "metric-unit" : ""}
		{"metric-value" : 1.5, "metric-unit" : "insn per cycle"}
		{"metric-value" : "1.5", "metric-unit" : "stalled"}
		{"counter-value" : "5.000000", "unit" : "", "event" : "cycles", "pcnt-running" : 100.00}
		{"counter-value" : "6.000000", "unit" : "", "event" : "cycles", "pcnt-running" : 100.00}
	END
done
report perf 0
row '.metric == "perf_tdx:a" and .median == 7'
row '.metric == "perf_tdx_a" and .median == 9'
row '.metric == "perf_cpu/event=1,umask=2/u" and .median == 11'
holds 'all(.metrics[]; .metric != "perf_cycles")'
says 'perf stat: cycles was on several lines, which are no one count (name it once), in 10 boots'
says 'perf stat: cpu/event=1,umask=2/u shared a counter in 10 boots: it was counted for as little as 43 % of the time'
lacks 'perf-stat.json:'
exit 0
