#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The workload storm on kernels with FAULT_INJECTION: allocations fail, among them such as may sleep, user
# space sees it, the storm is clean, and a whole run repeats.
#
# VARIANTS  whose debug kernels (default: immediate)
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate}
need $(printf '%s+debug ' $variants)

for v in $variants; do
	for dir in $v $v-again; do
		good $v+debug $dir --mem 1G --cpus 1 --timeout 600 --seed 1 -- storm --rounds 10 --print
		grep -a '^round .* = ' "$work/$dir/console.log" | tr -d '\r' >"$work/$dir.steps"
	done
	[ "$(wc -l <"$work/$v.steps")" -gt 500 ] || failed "$v: 10 rounds have $(wc -l <"$work/$v.steps") steps"
	cmp -s "$work/$v.steps" "$work/$v-again.steps" || failed "$v: the same seed did not repeat its results"
	n=$(jq .storm.allocations_failed "$work/$v/result.json")
	told=$(jq .storm.errors_of_allocations "$work/$v/result.json")
	[ "$n" -ge 10 ] || failed "$v: $n allocations failed in 10 rounds"
	[ "$told" -gt 0 ] || failed "$v: no step ended with an errno because an allocation failed"
	grep -q '^round [0-9]* step .* = ENOMEM, an allocation failed' "$work/$v/console.log" ||
		failed "$v: no step says that an allocation failed"
	echo "$v: $n allocations failed, $told steps ended with an errno for it"
done
