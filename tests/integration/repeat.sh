#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Two boots of the same kernel, command and seed in virtual time with one CPU leave the
# same bytes; another seed leaves others. console.log is excluded, because the kernel
# still logs while the results are copied to the host.
. "${0%/*}/lib.sh"

for dir in a b; do
	run $dir --cpus 1 --seed 3 -- clock
	[ $status -eq 0 ] || failed "the boot ended with status $status"
done
for file in samples.csv result.json counters-before.txt counters-after.txt trace.dat \
	    retention.csv agent.txt; do
	cmp "$work/a/$file" "$work/b/$file" || failed "$file differs between two equal boots"
done
[ "$(wc -l <"$work/a/samples.csv")" -eq 101 ] || failed "samples.csv is not complete"
"$bench" trace --csv "$work/a" >"$work/events" 2>"$work/stderr" || failed "trace.dat cannot be read"
[ "$(head -n 2 "$work/events" | cut -d, -f1,4 | tail -n 1)" = 0,print ] || failed "trace.dat lacks the mark"

jq -e '.host_cpus > 0 and has("host_sockets") and has("host_thp") and (has("question") | not)' "$work/a/header.json" \
	>/dev/null || failed "header.json lacks facts about the host"
jq -e '.cpu_seconds > 0 and (.thp | IN("always", "madvise", "never")) and (.mitigations | contains("spectre_v2: "))' \
	"$work/a/status.json" >/dev/null || failed "status.json lacks CPU time, THP or mitigations"

run c --cpus 1 --seed 4 -- clock
[ $status -eq 0 ] || failed "the boot ended with status $status"
cmp -s "$work/a/samples.csv" "$work/c/samples.csv" && failed "the seed makes no difference"
exit 0
