#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# `dpamt-bench report` on synthetic runs with a known truth (tests/fixtures/make_runs.c):
# the truth must come out, and what is damaged, missing or failed must be told and
# must not count. Boots nothing.
#
# BUILD	the build directory (default: build)
set -u
BUILD=${BUILD:-build}
bench=$BUILD/dpamt-bench
make_runs=$BUILD/tests/make_runs

[ -x "$make_runs" ] || make -s "$make_runs" >&2
for tool in jq gnuplot "$bench" "$make_runs"; do
	command -v "$tool" >/dev/null || { echo "report.sh: skipped, there is no $tool" >&2; exit 77; }
done

work=$(mktemp -d "${TMPDIR:-/tmp}/dpamt-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

failed() {
	echo "report.sh: FAILED: $*" >&2
	[ -s "$work/stderr" ] && sed 's/^/    /' "$work/stderr" >&2
	exit 1
}

# report DIR STATUS: run it, check the exit status and what holds for every report
report() {
	dir=$work/$1
	"$bench" report "$dir" >"$work/stdout" 2>"$work/stderr"
	status=$?
	[ $status -eq "$2" ] || failed "$1: exit status $status, expected $2"
	[ -e "$dir/runs" ] || return 0
	cmp -s "$work/stdout" "$dir/report.txt" || failed "$1: stdout is not report.txt"
	awk 'length > 75 { bad = 1; print } END { exit bad }' "$dir/report.txt" >&2 ||
		failed "$1: report.txt is wider than 75 columns"
	LC_ALL=C grep -q '[^ -~]' "$dir/report.txt" && failed "$1: report.txt is not ASCII"
	jq -e 'type == "array"' "$dir/summary.json" >/dev/null || failed "$1: summary.json is not an array"
}

# says TEXT: report.txt has it, whatever the line breaks; lacks TEXT: it has not
flat() { tr -s '\n ' '  ' <"$dir/report.txt"; }
says() { flat | grep -qF -- "$1" || failed "$dir/report.txt lacks: $1"; }
lacks() { flat | grep -qF -- "$1" && failed "$dir/report.txt says: $1"; }
told() { grep -qF -- "$1" "$work/stderr" || failed "stderr lacks: $1"; }

# row FILTER: a jq filter that some row of summary.json must pass
row() { jq -e "any(.[]; $1)" "$dir/summary.json" >/dev/null || failed "$dir/summary.json has no row with $1"; }

# --- the truth of the model
"$make_runs" "$work/good" pages=300 rounds=50
report good 0
[ -s "$work/stderr" ] && failed "good: something on stderr"
row '.experiment == "teardown" and .metric == "spt_held_peak_pages" and .variant == "rcu" and .unit == "pages" and
     .time_base == "simulated-virtual" and .n_boots == 5 and .median == 300 and .q1 == 300 and .q3 == 300'
row '.metric == "spt_held_peak_pages" and .variant == "immediate" and .median == 1'
row '.experiment == "teardown" and .metric == "spt_held_time_mean_ns" and .variant == "immediate" and .median == 1000'
row '.experiment == "teardown" and .metric == "spt_held_peak_pages" and .variant_a == "immediate" and
     .variant_b == "rcu" and .shift == 299 and .ci_low == 299 and .ci_high == 299 and .n_a == 5 and .n_b == 5 and
     (.p - 2 / 252 | fabs) < 1e-9 and (.ci_level - 0.96825396825 | fabs) < 1e-9 and .verdict == "more"'
row '.experiment == "teardown" and .metric == "td_destroy_ns_p50" and .ci_low < 5e6 and .ci_high > 5e6 and
     .verdict == "slower"'
row '.metric == "convert_round_ns_p50" and .verdict == "no difference shown"'
row '.metric == "spt_leaked_pages" and .p == 1 and .p_holm == 1'
row '.metric == "spt_freed_during_churn_pages" and .variant == "rcu" and .median == 0 and .n_boots == 5'
for metric in spt_held_time_max_ns spt_held_page_ns spt_freed_pages pamt_pairs_peak pamt_pairs_held_back_peak \
	      td_destroy_ns_p99 convert_to_shared_ns_p50 convert_to_private_ns_p99 convert_punch_ns_p50 \
	      convert_fault_ns_p99 pamt_lock_wait_ns_mean pamt_lock_wait_ns_max pamt_seamcall_ns_mean \
	      pamt_seamcall_ns_max; do
	row ".metric == \"$metric\" and .n_boots == 5"
done
says 'rcu holds more memory than immediate: 300 S-EPT pages (1.172 MiB) at the peak against 1 S-EPT page (4 KiB)'
says 'in the convert experiment, no S-EPT page is freed while TDs live: 0 before the first td_destroy in each of 5'
says 'With 5 against 5 boots no p can be below 0.0079.'
says 'ok in 20 of 20 finished boots'
says 'S-EPT pages held (0, then log)'
for figure in retention-teardown destroy-latency-teardown convert-latency-convert held-time-teardown; do
	[ "$(head -c 4 "$dir/plots/$figure.png" | tail -c 3)" = PNG ] || failed "$figure.png is no PNG"
	grep -q '</svg>' "$dir/plots/$figure.svg" || failed "$figure.svg is no SVG"
done
cp "$dir/report.txt" "$dir/summary.json" "$work"
report good 0
cmp "$work/report.txt" "$dir/report.txt" && cmp "$work/summary.json" "$dir/summary.json" ||
	failed "the same runs give another report"

# --- no difference, and the negative control violated
"$make_runs" "$work/alike" pages=20 rounds=20 alike=1
report alike 0
says 'Answer (teardown): no difference shown in the memory that rcu and immediate hold'
lacks 'holds more'
"$make_runs" "$work/early" pages=20 rounds=20 early=3
report early 0
says 'VIOLATED. In 5 of 5 boots S-EPT pages were freed while TDs lived, up to 3'
lacks 'no S-EPT page is freed while TDs live'

# --- too few boots, one variant, more variants
"$make_runs" "$work/few" seeds=2 pages=20 rounds=20
report few 0
says 'there are not enough boots to tell the memory held under rcu from that under immediate'
row '.metric == "spt_held_peak_pages" and .shift == 19 and .ci_level < 0.95 and .verdict == "not enough boots"'
"$make_runs" "$work/one" variants=rcu pages=20 rounds=20
report one 0
says 'Answer: none.'
says 'Experiment teardown has boots of rcu only.'
jq -e 'all(.[]; has("variant_a") | not)' "$dir/summary.json" >/dev/null || failed "one variant was compared"
"$make_runs" "$work/many" variants=rcu,immediate,own.build pages=20 rounds=20 seeds=6
report many 0
row '.variant_a == "immediate" and .variant_b == "rcu" and .metric == "spt_held_peak_pages" and .shift == 19'
row '.variant_a == "immediate" and .variant_b == "own.build" and .metric == "spt_held_peak_pages" and .shift == 0'
says 'own.build: +0 [+0..+0]'

# --- damage: each told, none fatal, none counted
"$make_runs" "$work/bad" pages=20 rounds=20 seeds=12
runs=$work/bad/runs
edit() { jq "$2" "$runs/$1" >"$work/edit" && cp "$work/edit" "$runs/$1"; }
rm "$runs/teardown-rcu-s1/status.json"
edit teardown-rcu-s2/status.json '.status = "failed" | .reason = "console: BUG: unable to handle page fault"'
edit teardown-rcu-s3/status.json '.conservation = "violated" | .conservation_detail = ["sept: spt_held_pages is 2"]'
edit teardown-rcu-s4/result.json '.verify = "3 destroys of 4"'
head -c 100 "$runs/teardown-rcu-s5/header.json" >"$work/cut" && cp "$work/cut" "$runs/teardown-rcu-s5/header.json"
head -c 200 "$runs/teardown-rcu-s6/samples.csv" >"$work/cut" && cp "$work/cut" "$runs/teardown-rcu-s6/samples.csv"
rm "$runs/teardown-immediate-s1/counters-after.txt"
printf 'PK\003\004\377\376 not json' >"$runs/teardown-immediate-s2/status.json"
LC_ALL=C sed -i 's/dropped events: 0/dropped events: 9/' "$runs/teardown-immediate-s3/trace.dat"
rm "$runs/teardown-immediate-s4/result.json"
edit teardown-immediate-s5/status.json '.version = 2'
edit teardown-immediate-s6/header.json '.variant = "../x"'
edit teardown-immediate-s7/header.json '.seed = 8'
mkdir "$runs/empty"
: >"$runs/a-file"
report bad 0
told 'skipping runs/teardown-rcu-s1: no status.json'
told 'skipping runs/teardown-rcu-s5: header.json is not JSON'
told 'skipping runs/teardown-immediate-s2: status.json is not JSON'
told 'skipping runs/teardown-immediate-s5: status.json has a version other than 1'
told 'skipping runs/teardown-immediate-s6: header.json lacks a plain'
told 'skipping runs/empty'
says 'excluded: teardown-rcu-s2: failed: console: BUG: unable to handle page fault'
says 'excluded: teardown-rcu-s3: conservation violated: sept: spt_held_pages is 2'
says 'excluded: teardown-rcu-s4: the workload'\''s verification says: 3 destroys of 4'
says 'excluded: teardown-immediate-s4: result.json is missing or damaged'
says 'excluded: teardown-immediate-s8: same variant and seed as teardown-immediate-s7'
says 'remark: teardown-rcu-s6: samples.csv is damaged'
says 'remark: teardown-immediate-s1: counters cannot be read'
says 'remark: teardown-immediate-s3: trace.dat and retention.csv are left out: events were lost'
row '.experiment == "teardown" and .metric == "spt_held_peak_pages" and .variant == "rcu" and .n_boots == 7'
row '.experiment == "teardown" and .metric == "td_destroy_ns_p50" and .variant == "rcu" and .n_boots == 6'
row '.experiment == "teardown" and .metric == "spt_held_peak_pages" and .variant == "immediate" and .n_boots == 6'

# --- boots that differ in more than the variant
"$make_runs" "$work/mixed" pages=20 rounds=20
edit_mixed() { runs=$work/mixed/runs; edit "$@"; }
edit_mixed teardown-rcu-s1/header.json '.cpus = 8'
report mixed 0
says 'CAUTION the boots differ in: guest'

# --- nothing to report
mkdir -p "$work/empty/runs"
report empty 1
says 'Answer: none.'
[ "$(jq length "$dir/summary.json")" = 0 ] || failed "empty: summary.json is not empty"
mkdir "$work/nothing"
report nothing 1
[ "$(wc -l <"$work/stderr")" -eq 1 ] || failed "nothing: not one line on stderr"
told 'name a folder that'
exit 0
