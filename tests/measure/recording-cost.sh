#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Measures how much recording slows a workload down. In virtual time (one instruction is one
# nanosecond), for
#	teardown	the destruction of one TD with 8209 S-EPT pages, one 4K page each
#	convert		a 4K round trip private - shared - private, median of 4096
# with nothing recorded (tdx_stats=off), with the kernel's counters, with every
# tdx event in trace.dat; and the same events taken by perf record and by
# trace-cmd record, in the host's root file system, where a run without them is the
# measure. Last, all three recorders in one run: they must count the same events.
#
# The aim that would be refuted: counters cost at most 1 %, trace at most 5 %.
# Exit 1 if they cost more, or if the recorders disagree.
#
# usage: tests/measure/recording-cost.sh [OUT_DIR]
#	SEEDS="1 2 3"  VARIANT=immediate
set -eu
cd "$(dirname "$0")/../.."
bench=build/dpamt-bench
SEEDS=${SEEDS:-1 2 3}
VARIANT=${VARIANT:-immediate}
out=${1:-}
if [ -z "$out" ]; then
	out=$(mktemp -d "${TMPDIR:-/tmp}/recording-cost.XXXXXX")
	trap 'rm -rf "$out"' EXIT
fi
mkdir -p "$out"
for tool in jq perf trace-cmd; do
	command -v $tool >/dev/null || { echo "recording-cost: $tool is missing" >&2; exit 77; }
done

teardown="teardown --tds 1 --sept-pages 8209 --layout sparse"
convert="convert --tds 1 --threads 1 --mem 16"
work='sh -c "dpamt-workload $* --json >$RESULTS_DIR/workload.json" sh'
perf="perf record -q -a -k mono -m 16M -e tdx:*"
trace="trace-cmd record -q"
events="-C mono -b 16384 -e tdx"

boot() { # DIR RUN-OPTIONS... -- COMMAND...
	dir=$out/$1 && shift
	nice "$bench" run --variant "$VARIANT" --out "$dir" "$@" >"$out/log" 2>&1 || {
		cat "$out/log" >&2
		echo "recording-cost: a boot failed: $dir" >&2
		exit 1
	}
}

host() { # DIR RECORD SCRIPT WORKLOAD-ARGS...: SCRIPT sees them as "$@"
	name=$1 record=$2 script=$3 && shift 3
	boot "$name" --seed "$seed" --record "$record" -- sh -c "cd /tmp; $script" sh "$@"
}

for seed in $SEEDS; do
	for load in teardown convert; do
		eval "args=\$$load"
		for record in none counters trace; do
			boot $load-$record-$seed --seed "$seed" --record $record -- $args
		done
		host $load-host-$seed counters "$work \"\$@\"" $args --seed=$seed
		host $load-perf-$seed counters "$perf -o p.data -- $work \"\$@\"
			perf script -F event -i p.data | wc -l >\$RESULTS_DIR/events" $args --seed=$seed
		host $load-tracecmd-$seed counters "$trace $events -o t.dat $work \"\$@\"
			trace-cmd report -i t.dat | grep -c ': tdx_' >\$RESULTS_DIR/events" $args --seed=$seed
		host $load-all-$seed trace "$perf -o p.data -- $trace -B other $events -o t.dat $work \"\$@\"
			perf script -F event -i p.data | wc -l >\$RESULTS_DIR/perf.events
			trace-cmd report -i t.dat | grep -c ': tdx_' >\$RESULTS_DIR/tracecmd.events" \
			$args --seed=$seed
	done
done

result() { # DIR: the workload's result
	for file in "$out/$1/result.json" "$out/$1/workload.json"; do
		[ ! -s "$file" ] || { echo "$file"; return; }
	done
}

median() { # LOAD RECORDER
	case $1 in teardown) op=td_destroy ;; convert) op=convert_round ;; esac
	for seed in $SEEDS; do
		jq ".ops.$op.p50_ns" "$(result "$1-$2-$seed")"
	done | sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

count() { # LOAD RECORDER, of the first seed
	dir=$out/$1-$2-${SEEDS%% *}
	case $2 in
	trace) "$bench" trace --csv "$dir" | grep -c ',tdx_' ;;
	perf|tracecmd) cat "$dir/events" ;;
	*) echo 0 ;;
	esac
}

bad=0
echo "Cost of recording, kernel $VARIANT, simulated-virtual, medians over seeds $SEEDS"
echo
printf '%-28s %9s %14s %8s %9s %12s %8s\n' recorder 'events' 'destroy ns' 'more %' 'events' 'convert ns' 'more %'
for recorder in none counters trace host perf tracecmd; do
	case $recorder in
	none|counters|trace) base=none ;;
	*) base=host ;;
	esac
	line=
	for load in teardown convert; do
		ns=$(median $load $recorder) than=$(median $load $base)
		more=$(awk -v a="$ns" -v b="$than" 'BEGIN { printf "%.2f", 100 * (a / b - 1) }')
		line="$line $(count $load $recorder) $ns $more"
		case $recorder in counters) limit=1 ;; trace) limit=5 ;; *) limit= ;; esac
		if [ -n "$limit" ] && awk -v m="$more" -v l=$limit 'BEGIN { exit !(m > l) }'; then
			echo "recording-cost: $recorder costs $more % of $load, the aim is $limit %" >&2
			bad=1
		fi
	done
	case $recorder in
	none) name="nothing (tdx_stats=off)" ;;
	trace) name="counters and trace.dat" ;;
	host) name="counters, host's root" ;;
	perf) name="  and perf record" ;;
	tracecmd) name="  and trace-cmd record" ;;
	*) name=$recorder ;;
	esac
	printf '%-28s %9s %14s %8s %9s %12s %8s\n' "$name" $line
done
echo
echo "All three recorders in one run, tdx events counted by each:"
for load in teardown convert; do
	for seed in $SEEDS; do
		dir=$out/$load-all-$seed
		ours=$("$bench" trace --csv "$dir" | grep -c ',tdx_')
		perf_n=$(cat "$dir/perf.events") tracecmd_n=$(cat "$dir/tracecmd.events")
		echo "  $load seed $seed: trace.dat $ours, perf $perf_n, trace-cmd $tracecmd_n"
		if [ "$ours" -ne "$perf_n" ] || [ "$ours" -ne "$tracecmd_n" ]; then
			echo "recording-cost: the recorders disagree in $dir" >&2
			bad=1
		fi
	done
done
exit $bad
