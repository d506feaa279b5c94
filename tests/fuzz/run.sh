#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run every fuzz target for a bounded time with its seeds, and print its number of
# executions. An input that makes one fail is kept in build/fuzz/found/.
#
# usage: tests/fuzz/run.sh SECONDS [TARGET...]
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=$1
shift
corpus=build/fuzz/corpus
[ $# -gt 0 ] || set -- trace samples retention replacements age stress numa counters job console run
tests/fuzz/make_corpus.sh $corpus || exit 1
mkdir -p build/fuzz/found
bad=0
for target; do
	seeds=$corpus/$target
	[ "$target" != run ] || seeds=$corpus/run_dir
	new=build/fuzz/grown/$target
	mkdir -p "$new"
	log=build/fuzz/$target.log
	SEED_RUN=$corpus/run nice build/fuzz/fuzz_$target \
		-max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
		-print_final_stats=1 -artifact_prefix=build/fuzz/found/$target- \
		"$new" "$seeds" >"$log" 2>&1
	status=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	cover=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
	if [ $status -eq 0 ]; then
		echo "fuzz_$target: $seconds s, ${runs:-0} executions, ${cover:-0} edges, nothing found"
	else
		bad=1
		echo "fuzz_$target: FAILED after ${runs:-?} executions, see $log" >&2
		grep -m 3 'ERROR\|SUMMARY\|Test unit written' "$log" >&2
	fi
done
exit $bad
