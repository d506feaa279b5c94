#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# perf stat and stress-ng around a workload. Events that exist are counted, and the
# header names them; an event that does not exist is named, and not 0; a program that
# cannot run fails the boot with one line.
. "${0%/*}/lib.sh"

for tool in perf stress-ng; do
	command -v $tool >/dev/null || { echo "around.sh: skipped, there is no $tool" >&2; exit 77; }
done

# All of kvm:* is counted without stress-ng: in virtual time each tracepoint costs perf half a second
# beside a busy vCPU (bench/README.md).
events() { jq -r "select(.event == \"$2\") | .\"counter-value\"" "$work/$1/perf-stat.json"; }

run a --perf 'cpu-clock,cycles,tdx:no_such_event,kvm:*' -- clock
[ $status -eq 0 ] || failed "perf stat ended with status $status"
[ "$(events a tdx:no_such_event)" = "<not supported>" ] || failed "a tracepoint that is not there is not named so"
[ "$(events a cycles)" = "<not supported>" ] || failed "an event QEMU cannot count is not named so"
events a cpu-clock | grep -Eq '^[1-9][0-9]*\.' || failed "cpu-clock was not counted"
[ "$(jq -r 'select(.event | startswith("kvm:")) | .event' "$work/a/perf-stat.json" | wc -l)" -gt 10 ] ||
	failed "kvm:* did not become the events there are"

run e --perf cpu-clock,kvm:kvm_exit --antagonist stress-ng:--vm,1,--vm-bytes,16M -- clock
[ $status -eq 0 ] || failed "perf stat with stress-ng ended with status $status"
events e cpu-clock | grep -Eq '^[1-9][0-9]*\.' || failed "cpu-clock was not counted beside stress-ng"
jq -e '.perf == "perf-stat.json" and .root_fs == "host" and .repeatable == false and
       .antagonists == [{"name": "stress-ng:--vm,1,--vm-bytes,16M", "command": "stress-ng --vm 1 --vm-bytes 16M"}]' \
	"$work/e/header.json" >/dev/null || failed "the header does not say what ran around the command"
[ "$(wc -l <"$work/e/samples.csv")" -eq 101 ] || failed "samples.csv is not complete"
# what stress-ng got done is kept, and is the metric of a report
rate=$(sed -n '/stressor: vm$/,$s/ *bogo-ops-per-second-real-time: //p' "$work/e/stress-ng-1.yaml")
"$bench" compare --format json "$work/e" 2>/dev/null | jq -e --argjson rate "${rate:-0}" '$rate > 0 and any(.metrics[];
	.metric == "stress_vm_ops_per_second" and (.median - $rate | fabs) < 1e-3)' >/dev/null ||
	failed "the report does not say that stress-ng did $rate operations per second"

run b --perf no-such-event -- clock
[ $status -eq 126 ] || failed "an event perf does not know gave status $status, not 126"
reason_has b "perf stat -j -e no-such-event does not run here: event syntax error"

run c --antagonist stress-ng:--no-such-stressor -- clock
[ $status -eq 126 ] || failed "a stressor that is not there gave status $status, not 126"
reason_has c "the antagonist stress-ng did not begin: stress-ng: unrecognized option"

run d --antagonist stress-ng:--vm,1,--timeout,1 -- sleep 5
[ $status -eq 125 ] || failed "an antagonist that ended first gave status $status, not 125"
reason_has d "the antagonist stress-ng ended before the command did"
exit 0
