#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Seeds for the fuzz targets: DIR/TARGET/* from run directories, and DIR/run, the
# good run that fuzz_run starts from. Run directories of real boots below
# results/ are taken as well, if there are any.
#
# usage: tests/fuzz/make_corpus.sh DIR
set -eu
dir=$1
rm -rf "$dir"
mkdir -p "$dir"
build/tests/make_runs "$dir/made" seeds=1 variants=rcu pages=20 rounds=5 tds=2 perf=1
for target in trace samples retention replacements age stress numa counters job console run_dir; do
	mkdir "$dir/$target"
done
n=0
take() { # RUN
	n=$((n + 1))
	[ ! -f "$1/trace.dat" ] || [ "$(stat -c %s "$1/trace.dat")" -gt 65536 ] || cp "$1/trace.dat" "$dir/trace/$n"
	for file in samples retention; do
		[ ! -f "$1/$file.csv" ] || head -c 4000 "$1/$file.csv" >"$dir/$file/$n"
	done
	{ cat "$1/counters-before.txt"; printf '\0'; cat "$1/counters-after.txt"; } >"$dir/counters/$n"
	[ ! -s "$1/console.log" ] || tail -c 4000 "$1/console.log" >"$dir/console/$n"
	i=0
	for file in header.json status.json result.json samples.csv retention.csv \
		    counters-before.txt counters-after.txt perf-stat.json; do
		if [ -s "$1/$file" ]; then
			{ printf "\\$(printf %03o $i)"; head -c 8000 "$1/$file"; } >"$dir/run_dir/$n-$i"
		fi
		i=$((i + 1))
	done
}
build/tests/make_runs "$dir/bin" seeds=1 variants=rcu pages=2 rounds=2 tds=2 bin=1
for run in "$dir"/bin/runs/*; do
	cp "$run/samples.bin" "$dir/samples/bin-${run##*/}"
	{ printf '\010'; cat "$run/samples.bin"; } >"$dir/run_dir/bin-${run##*/}"
done
rm -rf "${dir:?}/bin"
for run in "$dir"/made/runs/* $(find results -name status.json 2>/dev/null | head -n 6 | xargs -r -n 1 dirname); do
	take "$run"
done
cp -r "$dir/made/runs/teardown-rcu-s1" "$dir/run"
cp bench/experiments/*.job "$dir/job/"
printf '[global]\nseeds = 2\n[a]\nworkload = teardown\noptions = --tds 2\nvariants = immediate rcu\n' >"$dir/job/own"
printf '[    1.000000] BUG: unable to handle page fault\ndpamt-agent: x: y\n[    2.0] WARNING: CPU: 0\n' >"$dir/console/own"
# what fuzzing found: a line without a comma
printf 'op,td,thread,seq,start_ns,latency_ns\na,0,0,0,1,2\nno sample\n' >"$dir/samples/no-comma"
{
	echo round,td,headroom_kib,start_ns,replace_ns,given_up,enomem,waits,oom_kills,allocstall,psi_some_us,psi_full_us
	printf '0,0,1024,5,600,0,1,37,0,0,783,782\n1,0,0,700,600,1,0,0,1,,,\n'
} >"$dir/replacements/own"
{
	echo lifetimes,conversions,tds,t_ns,free0,free1,free2,free3,free4,free5,free6,free7,free8,free9,free10,percpu_pages,unmovable_blocks,movable_blocks,reclaimable_blocks,other_blocks,huge_pages,blocked_2m,pamt_pairs,tdx_pages
	printf '0,0,0,5,9,8,7,6,5,4,3,2,1,0,0,12,3,250,2,0,31,40,0,0\n100,1600,16,70,9,8,7,6,5,4,3,2,1,0,0,,,,,,,,,\n'
} >"$dir/age/own"
# what fuzzing found: a table that ends in its header
for table in samples retention replacements age; do
	set -- "$dir/$table"/*
	head -n 1 "$1" | tr -d '\n' >"$dir/$table/no-rows"
done
cat >"$dir/stress/own" <<END
---
system-info:
      stress-ng-version: 0.15.06

metrics:
    - stressor: vm
      bogo-ops: 19476
      bogo-ops-per-second-real-time: 4875.215042
      wall-clock-time: 3.994901

    - stressor: tmpfs
      bogo-ops: 0
      bogo-ops-per-second-real-time: 0.000000

times:
      run-time: 4.0

...
END
reading='{"free_pages":9,"numa_hit":1,"numa_miss":2,"numa_foreign":0,"interleave_hit":0,"local_node":1,"other_node":2}'
node() { printf '{"node":%s,"total_pages":512,"cpus":[%s],"pfns":[[%s]],"before":%s,"after":%s}' "$1" "$2" "$3" "$reading" "$reading"; }
printf '{"schema":"dpamt-bench/numa","version":1,"nodes":[%s,%s]}\n' "$(node 0 0 1,512)" "$(node 1 1 512,1024)" >"$dir/numa/own"
rm -rf "$dir/made"
