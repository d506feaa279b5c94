#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# How long does the analysis take over a run with ten million samples, and over
# one with ten million trace events, and how much memory? Beside it, what perf
# script and trace-cmd report take to print as many events: trace-cmd the very
# trace.dat, perf a perf.data of as many getppid() calls made here (its shortest
# lines; skipped where perf may not trace). Wall and CPU seconds of this machine;
# nothing here is simulated.
#
# The aim that would be refuted: 20 times less CPU time than either printer, and
# no more memory than the files have bytes.
#
# usage: tests/measure/analysis-speed.sh [MILLIONS]	(default 10; 2.5 GB below $TMPDIR)
set -eu
cd "$(dirname "$0")/../.."
millions=${1:-10}
bench=$PWD/build/dpamt-bench make_runs=$PWD/build/tests/make_runs
make -s tools build/tests/make_runs
dir=$(mktemp -d "${TMPDIR:-/tmp}/analysis-speed.XXXXXX")
trap 'rm -rf "$dir"' EXIT
for bin in 0 1; do	# 25 samples a round
	"$make_runs" "$dir/samples$bin" seeds=1 variants=rcu experiments=convert tds=5 \
		rounds=$((millions * 40000)) bin=$bin
done
"$make_runs" "$dir/events" seeds=1 variants=rcu experiments=teardown tds=4 pages=$((millions * 125000))

timed() { # LABEL FILE COMMAND...
	label=$1 bytes=$(stat -c %s "$2")
	shift 2
	/usr/bin/time -o "$dir/time" -f '%e %U %S %M' "$@" >/dev/null 2>"$dir/stderr" ||
		{ cat "$dir/stderr" >&2; exit 1; }
	tail -n 1 "$dir/time" | awk -v l="$label" -v b="$bytes" '{ printf "%-44s %8.2f %8.2f %8d %8d\n",
		l, $1, $2 + $3, $4 / 1024, b / 1048576 }'
}

echo "$millions million samples or events; $(nproc) CPUs, load $(cut -d' ' -f1 /proc/loadavg)"
printf '%-44s %8s %8s %8s %8s\n' '' 'wall s' 'CPU s' 'RSS MiB' 'file MiB'
for bin in 0 1; do
	file=$(echo "$dir/samples$bin"/runs/*/samples.*)
	timed "dpamt-bench report, ${file##*/}" "$file" "$bench" report "$dir/samples$bin"
done
run=$(echo "$dir"/events/runs/*)
timed 'dpamt-bench report, trace.dat + retention.csv' "$run/trace.dat" "$bench" report "$dir/events"
timed 'dpamt-bench trace --csv' "$run/trace.dat" "$bench" trace --csv "$run"
if command -v trace-cmd >/dev/null; then
	timed 'trace-cmd report, the same trace.dat' "$run/trace.dat" trace-cmd report -i "$run/trace.dat"
fi
if perf record -q -m 64M -e syscalls:sys_enter_getppid -o "$dir/perf.data" \
	perf bench syscall basic --loop ${millions}000000 >/dev/null 2>&1; then
	timed 'perf script, getppid calls' "$dir/perf.data" perf script -i "$dir/perf.data"
else
	echo 'perf script: skipped, perf may not trace here'
fi
