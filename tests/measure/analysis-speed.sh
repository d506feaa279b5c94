#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# How long does the analysis take over a run with ten million samples, and over
# one with ten million trace events, and how much memory? Beside it, what perf
# script and trace-cmd report take to print as many events: trace-cmd the very
# trace.dat, perf a perf.data of as many getppid() calls made here (its shortest
# lines; skipped where perf may not trace). Medians over RUNS of wall and CPU
# seconds of this machine, and the largest memory, file pages included; nothing
# here is simulated.
#
# Drawing figures takes gnuplot the same for any number of samples: the report of
# a thousandth of them tells how long. A tenth of them tells whether memory grows.
#
# The aim that would be refuted: 20 times less CPU time than either printer, and
# memory that does not grow with the samples.
#
# usage: tests/measure/analysis-speed.sh [MILLIONS [RUNS]]  (default 10 5; 2.5 GB below $TMPDIR)
set -eu
cd "$(dirname "$0")/../.."
millions=${1:-10} runs=${2:-5}
bench=$PWD/build/dpamt-bench make_runs=$PWD/build/tests/make_runs
make -s tools build/tests/make_runs
dir=$(mktemp -d "${TMPDIR:-/tmp}/analysis-speed.XXXXXX")
trap 'rm -rf "$dir"' EXIT
for part in 1 10 1000; do
	for bin in 0 1; do	# 25 samples a round
		"$make_runs" "$dir/samples$bin-$part" seeds=1 variants=rcu experiments=convert tds=5 \
			rounds=$((millions * 40000 / part)) bin=$bin
	done
	"$make_runs" "$dir/events-$part" seeds=1 variants=rcu experiments=teardown tds=4 \
		pages=$((millions * 125000 / part))
done

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
# timed NAME LABEL FILE COMMAND... : a line of the table; the CPU seconds stay in $dir/cpu.NAME
timed() {
	name=$1 label=$2 bytes=$(stat -c %s "$3")
	shift 3
	: >"$dir/times"
	for _ in $(seq "$runs"); do
		/usr/bin/time -a -o "$dir/times" -f '%e %U %S %M' "$@" >/dev/null 2>"$dir/stderr" ||
			{ cat "$dir/stderr" >&2; exit 1; }
	done
	awk '{ print $1 }' "$dir/times" >"$dir/wall"
	awk '{ print $2 + $3 }' "$dir/times" >"$dir/cpu"
	awk '{ print $4 / 1024 }' "$dir/times" >"$dir/rss"
	median "$dir/cpu" >"$dir/cpu.$name"
	printf '%-44s %8.2f %8.2f %8.1f %8.1f\n' "$label" "$(median "$dir/wall")" "$(cat "$dir/cpu.$name")" \
		"$(sort -n "$dir/rss" | tail -n 1)" "$(echo "$bytes" | awk '{ print $1 / 1048576 }')"
}

echo "$millions million samples or events, medians of $runs runs; $(nproc) CPUs, load $(cut -d' ' -f1 /proc/loadavg)"
printf '%-44s %8s %8s %8s %8s\n' '' 'wall s' 'CPU s' 'RSS MiB' 'file MiB'
for part in 1 10 1000; do
	of=; [ $part -eq 1 ] || of=", 1/$part of it"
	for bin in 0 1; do
		file=$(echo "$dir/samples$bin-$part"/runs/*/samples.*)
		timed "${file##*.}-$part" "dpamt-bench report, ${file##*/}$of" "$file" "$bench" report "$dir/samples$bin-$part"
	done
	run=$(echo "$dir/events-$part"/runs/*)
	timed "dat-$part" "dpamt-bench report, trace.dat, retention.csv$of" "$run/trace.dat" "$bench" report "$dir/events-$part"
done
run=$(echo "$dir/events-1"/runs/*)
printers=
timed trace-csv 'dpamt-bench trace --csv' "$run/trace.dat" "$bench" trace --csv "$run"
if command -v trace-cmd >/dev/null; then
	timed trace-cmd 'trace-cmd report, the same trace.dat' "$run/trace.dat" trace-cmd report -i "$run/trace.dat"
	printers="$printers trace-cmd"
fi
if perf record -q -m 64M -e syscalls:sys_enter_getppid -o "$dir/perf.data" \
	perf bench syscall basic --loop ${millions}000000 >/dev/null 2>&1; then
	timed perf 'perf script, getppid calls' "$dir/perf.data" perf script -i "$dir/perf.data"
	printers="$printers perf"
else
	echo 'perf script: skipped, perf may not trace here'
fi
for printer in $printers; do
	for kind in csv bin dat; do
		echo "$(cat "$dir/cpu.$printer") $(cat "$dir/cpu.$kind-1") $(cat "$dir/cpu.$kind-1000")" |
			awk -v p="$printer" -v k="$kind" '{
				printf "%s / report of .%s: %.1f times the CPU time", p, k, $1 / $2
				if ($2 > $3)
					printf "; without the figures %.0f times", $1 / ($2 - $3)
				printf "\n" }'
	done
done
