#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The recording of a real workload: the trace agrees with the kernel's counters, page for
# page; two equal boots with one CPU give the same bytes; trace-cmd, an independent reader, sees as many
# events; lost events fail the run, or mark it. `--record none` and `counters` leave no
# trace, and `none` no counters.
: "${KERNEL:=${BUILD:-build}/kernels/rcu/bzImage}"
. "${0%/*}/lib.sh"
label=rcu
probe=${bench%/*}/dpamt-workload
[ -f "$probe" ] || failed "$probe is missing; build it with make tools"

run two-cpus -- teardown --tds 2 --sept-pages 300 --layout sparse
[ $status -eq 0 ] || failed "the boot ended with status $status"
for dir in a b; do
	run $dir --cpus 1 -- teardown --tds 2 --sept-pages 300 --layout sparse
	[ $status -eq 0 ] || failed "the boot ended with status $status"
done
for dir in two-cpus a; do
	jq -e '.recording | .verdict == "ok" and .events > 1200 and .peak_pages >= 300 and
	       .curve_peak_pages == .peak_pages and (.lost_events | add) == 0 and
	       (.curve_page_ns - .held_page_ns | fabs) < 1000 * .events' \
		"$work/$dir/status.json" >/dev/null || failed "$dir/status.json: $(jq -c .recording "$work/$dir/status.json")"
done
for file in trace.dat retention.csv; do
	cmp "$work/a/$file" "$work/b/$file" || failed "$file differs between two equal boots"
done
ours=$("$bench" trace --csv "$work/two-cpus" | sed 1d | wc -l)
[ "$ours" -eq "$(jq .recording.events "$work/two-cpus/status.json")" ] || failed "trace shows $ours events"
[ "$("$bench" trace "$work/two-cpus" | wc -l)" -eq "$ours" ] || failed "trace and trace --csv differ"
command -v trace-cmd >/dev/null || failed "trace-cmd is missing; run bench/install-deps.sh tests"
theirs=$(trace-cmd report -i "$work/two-cpus/trace.dat" 2>/dev/null | grep -c ': tdx_\|: print:')
[ "$theirs" -eq "$ours" ] || failed "trace-cmd report shows $theirs events, not $ours"

run lost --trace-buffer-kb 16 -- teardown --tds 1 --sept-pages 600 --layout sparse
[ $status -ne 0 ] || failed "lost events did not fail the run"
reason_has lost "the trace lost"
[ ! -e "$work/lost/retention.csv" ] || failed "retention.csv from a trace with lost events"
run kept --allow-lost --trace-buffer-kb 16 -- teardown --tds 1 --sept-pages 600 --layout sparse
[ $status -eq 0 ] || failed "--allow-lost: the boot ended with status $status"
jq -e '.recording | .verdict == "lost" and (.lost_events | add) > 0' "$work/kept/status.json" \
	>/dev/null || failed "--allow-lost: not marked"

for record in none counters; do
	run $record --record $record -- teardown --tds 1 --sept-pages 50 --layout sparse
	[ $status -eq 0 ] || failed "--record $record: the boot ended with status $status"
	[ ! -e "$work/$record/trace.dat" ] || failed "--record $record leaves a trace"
	jq -e --arg r $record '.record == $r' "$work/$record/header.json" >/dev/null ||
		failed "--record $record: not in header.json"
done
grep -q '^spt_freed_pages 5[0-9]$' "$work/counters/counters-after.txt" || failed "no counters"
grep -q '^# sept$' "$work/none/counters-after.txt" && failed "--record none has counters"
grep -q 'tdx_stats=off' "$work/none/console.log" || failed "--record none: the kernel counts"
exit 0
