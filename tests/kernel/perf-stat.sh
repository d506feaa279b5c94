#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A small instance of bench/experiments/perf-stat.job: what perf counts of the tdx tracepoints is what the
# kernel's own counters say, on each policy, and an event without a PMU is named and not 0.
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu}
need $variants
command -v perf >/dev/null || { echo "perf-stat.sh: skipped, there is no perf" >&2; exit 77; }

events() { # DIR EVENT : its count; empty if it is not there
	jq -r "select(.event == \"$2\") | .\"counter-value\" | sub(\"[.]0*$\"; \"\")" "$work/$1/perf-stat.json"
}

for v in $variants; do
	good $v $v --mem 512M --record counters \
		--perf tdx:tdx_sept_free,tdx:tdx_sept_reclaim,tdx:tdx_pamt_add,rcu:rcu_invoke_callback,cycles \
		-- teardown --tds 1 --sept-pages 200 --layout sparse
	for pair in tdx_sept_free=spt_freed_pages tdx_sept_reclaim=spt_reclaimed_pages tdx_pamt_add=pamt_add; do
		perf=$(events $v "tdx:${pair%=*}") kernel=$(count $v "${pair#*=}")
		[ "$perf" = "$kernel" ] || failed "$v: perf counted '$perf' of ${pair%=*}, the kernel $kernel"
	done
	[ "$(count $v spt_freed_pages)" -ge 200 ] || failed "$v: fewer than 200 S-EPT pages were freed"
	# Both policies queue a callback a table; rcu frees the page in it.
	[ "$(events $v rcu:rcu_invoke_callback)" -ge 200 ] || failed "$v: fewer callbacks ran than tables were freed"
	[ "$(events $v cycles)" = "<not supported>" ] || failed "$v: cycles is '$(events $v cycles)' without a PMU"
done

# What two other tools of perf say is kept, and the recordings they say it of are not.
set -- $variants
good $1 sched --mem 512M --record counters --perf sched -- teardown --tds 1 --sept-pages 200 --layout sparse
grep -q 'dpamt-workload' "$work/sched/perf-sched.txt" || failed "perf sched does not tell of the workload"
grep -q 'TOTAL:' "$work/sched/perf-sched.txt" || failed "perf sched has no sum"
good $1 lock --mem 512M --record counters --perf lock -- teardown --tds 1 --sept-pages 200 --layout sparse
grep -q 'contended .*caller' "$work/lock/perf-lock.txt" || failed "perf lock contention has no columns"
for dir in sched lock; do
	[ ! -e "$work/$dir/perf.data" ] && [ ! -e "$work/$dir/perf.data.old" ] || failed "$dir: a recording is left"
	[ "$(jq -r .perf_events "$work/$dir/header.json")" = $dir ] || failed "$dir: header.json does not say so"
done
