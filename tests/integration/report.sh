#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# `dpamt-bench report` on synthetic runs with a known truth (tests/fixtures/make_runs.c):
# the report must find that truth. Damaged, missing or failed boots must be named and must
# not count. Boots nothing.
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

here=${0%/*}
. "$here/../work.sh"

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
	jq -e '.schema == "dpamt-bench/report" and .version == 1 and (.sections | length) > 5' "$dir/report.json" \
		>/dev/null || failed "$1: report.json is not of its schema"
	awk 'length > 75 || NR > 60 { bad = 1; print } END { exit bad || NR < 3 }' "$dir/report-lkml.txt" >&2 ||
		failed "$1: report-lkml.txt is too long or wide"
	LC_ALL=C grep -q '[^ -~]\|http' "$dir/report-lkml.txt" && failed "$1: report-lkml.txt is not ASCII, or has a link"
	tail -n 1 "$dir/report.html" | grep -q '</html>' || failed "$1: report.html is cut short"
	grep -oE '(src|href)="[^#]' "$dir/report.html" && failed "$1: report.html needs other files"
	set -- "$1" "$dir"/plots/*.svg "$dir"/plots/data/*.svg
	[ ! -e "$2" ] || { shift; awk -f "$here/labels.awk" "$@" >&2 || failed "texts of a figure in $dir lie on each other"; }
}

# says TEXT: report.txt has it, whatever the line breaks; lacks TEXT: it has not
flat() { tr -s '\n ' '  ' <"$dir/report.txt"; }
says() { flat | grep -qF -- "$1" || failed "$dir/report.txt lacks: $1"; }
lacks() { flat | grep -qF -- "$1" && failed "$dir/report.txt says: $1"; }
told() { grep -qF -- "$1" "$work/stderr" || failed "stderr lacks: $1"; }

# row FILTER: a jq filter that some row of report.json must pass
row() {
	jq -e "any(.metrics[], .comparisons[]; $1)" "$dir/report.json" >/dev/null ||
		failed "$dir/report.json has no row with $1"
}
# holds FILTER: a jq filter that report.json must pass
holds() { jq -e "$1" "$dir/report.json" >/dev/null || failed "$dir/report.json: not so: $1"; }

# --- the truth of the model
"$make_runs" "$work/good" pages=300 rounds=50
report good 0
[ -s "$work/stderr" ] && failed "good: something on stderr"
grep -q "guest memory faulted in: 1.172 MiB each" "$work/good/report.txt" || failed "the size of the TDs is missing"
row '.experiment == "teardown" and .metric == "spt_held_peak_pages" and .variant == "rcu" and .unit == "pages" and
     .time_base == "simulated-virtual" and .n_boots == 5 and .median == 300 and .q1 == 300 and .q3 == 300'
row '.metric == "spt_held_peak_pages" and .variant == "immediate" and .median == 1 and .same_in_its_boots'
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
	      convert_round_ns_p90 convert_to_shared_ns_p50 convert_to_private_ns_p99 convert_punch_ns_p50 \
	      convert_fault_ns_p99 pamt_lock_wait_ns_mean pamt_lock_wait_ns_max pamt_seamcall_ns_mean \
	      pamt_seamcall_ns_max; do
	row ".metric == \"$metric\" and .n_boots == 5"
done
says 'S-EPT pages held at the peak are 300 (1.172 MiB) under rcu and 1 (4 KiB) under immediate: more, which is worse;'
says 'in the convert experiment, no S-EPT page is freed while TDs live: 0 before the first td_destroy in each of 5'
says 'With 5 against 5 boots no p can be below 0.0079.'
says 'ok in 20 of 20 finished boots'
says 'S-EPT pages held (0, then log)'
for figure in retention-teardown destroy-latency-teardown op-latency-convert held-time-teardown \
	      lock-time-teardown; do
	[ "$(head -c 4 "$dir/plots/$figure.png" | tail -c 3)" = PNG ] || failed "$figure.png is no PNG"
	grep -q '</svg>' "$dir/plots/$figure.svg" || failed "$figure.svg is no SVG"
	[ -s "$dir/plots/$figure.txt" ] || failed "there is no $figure.txt"
	grep -q "id=\"$figure-narrow-" "$dir/report.html" || grep -q "id='$figure-narrow-" "$dir/report.html" ||
		failed "report.html lacks $figure"
done
# what is read first: the answer, a figure, the primary metrics; all else behind a line
sed '/^=* The rest: /,$d' "$dir/report.txt" >"$work/lead"
grep -q '^Answer (teardown' "$work/lead" && grep -q 'S-EPT pages held (0, then log)' "$work/lead" &&
	grep -Eq '^spt_held_peak_pages +1 +300 +\+299 in every boot +more$' "$work/lead" ||
	failed "the lead lacks answer, figure or table"
grep -q 'pamt_seamcall_ns_mean' "$work/lead" && failed "the lead has other metrics"
grep -Eq '^spt_held_peak_pages +1 +300 +\+299' "$dir/report-lkml.txt" || failed "report-lkml.txt lacks the peak"
grep -q 'make kernels tools: build/dpamt-bench run' "$dir/report-lkml.txt" || failed "report-lkml.txt lacks the way to repeat it"
# tails of one thread are told, those of several in virtual time are not
row '.metric == "convert_round_ns_p50" and .carried and .experiment == "convert"'
for run in "$dir"/runs/convert-*/; do
	jq '.threads = 4' "$run/result.json" >"$work/new" && cp "$work/new" "$run/result.json"
done
report good 0
row '.metric == "convert_round_ns_p50" and .carried and .experiment == "convert"'
row '.metric == "convert_round_ns_p90" and (.carried | not) and .experiment == "convert"'
says 'They have no verdict: '
flat | grep -q 'convert_round_ns_p90 [0-9]' && failed "a tail in virtual time is printed"
cp "$dir/report.txt" "$dir/report.json" "$dir/report.html" "$work"
report good 0
for file in report.txt report.json report.html; do
	cmp "$work/$file" "$dir/$file" || failed "the same runs give another $file"
done
for format in json html; do
	"$bench" report --format $format "$dir" 2>"$work/stderr" | cmp - "$dir/report.$format" ||
		failed "--format $format prints something else than report.$format"
done
"$bench" report --format lkml "$dir" | cmp - "$dir/report-lkml.txt" || failed "--format lkml prints something else"
says 'No A/A boots'
holds '.aa.boots_of_second_sets == 0 and .sensitivity == []'
# what the text says is what JSON and HTML say
holds '.answers[0].text | test("at the peak are 300 .1.172 MiB. under rcu")'
grep -q 'S-EPT pages held at the peak are 300 (1.172 MiB) under rcu' "$dir/report.html" || failed "report.html has another answer"

# --- a workload that the analysis does not know: what it declares is the answer
in_boots() { # DIR FILE FILTER
	for run in "$work/$1"/runs/*/; do
		jq "$3" "$run/$2" >"$work/new" && mv "$work/new" "$run/$2"
	done
}
"$make_runs" "$work/unknown" pages=20 rounds=20
in_boots unknown result.json '.workload = "unheard-of" | .primary = [
	{metric: "td_create_ns_p50", what: "making a TD takes"},
	{metric: "spt_held_peak_pages", better: "more"}, {metric: "perf_cycles"}] | del(.control)'
report unknown 0
says 'Answer (teardown; simulated-virtual; platform spr): making a TD takes'
says 'S-EPT pages held at the peak are 20 (80 KiB) under rcu and 1 (4 KiB) under immediate: more, which is better;'
says 'no boot has the metric perf_cycles.'
says 'Not run: there are no boots with conversions.'
row '.metric == "spt_held_peak_pages" and .better == "more" and .primary'
row '.metric == "td_create_ns_p50" and .better == "less" and .primary'
row '.metric == "spt_freed_pages" and .better == null and (.primary | not)'
holds '[.comparisons[] | select(.family == "primary") | .metric] | unique == ["spt_held_peak_pages", "td_create_ns_p50"]'
# a job file has the last word on which metrics, the workload on their words
in_boots unknown header.json '.primary = ["td_create_ns_p50", "spt_freed_pages:less"]'
report unknown 0
says 'Answer (teardown; simulated-virtual; platform spr): making a TD takes'
row '.metric == "spt_freed_pages" and .better == "less" and .primary'
row '.metric == "spt_held_peak_pages" and (.primary | not)'
# one that declares nothing has no answer, and says so
in_boots unknown header.json 'del(.primary)'
in_boots unknown result.json 'del(.primary)'
report unknown 0
says 'Neither the job file nor the workload names a primary metric.'

# --- the primary metrics of a job file
"$make_runs" "$work/named" pages=20 rounds=20
for run in "$work"/named/runs/*/; do
	jq '.primary = ["spt_freed_pages", "no_such_metric"]' "$run/header.json" >"$work/new" &&
		mv "$work/new" "$run/header.json"
	jq '.workload = "unheard-of"' "$run/result.json" >"$work/new" && mv "$work/new" "$run/result.json"
done
report named 0
says 'spt_freed_pages is 80 (320 KiB) under rcu and 80 (320 KiB) under immediate: no difference shown'
says 'no boot has the metric no_such_metric'
holds '[.comparisons[] | select(.family == "primary") | .metric] | unique == ["spt_freed_pages"]'
# naming them does not switch off the negative control
says 'in the convert experiment, no S-EPT page is freed while TDs live'

# --- no difference, and the negative control violated
"$make_runs" "$work/alike" pages=20 rounds=20 alike=1
report alike 0
says 'S-EPT pages held at the peak are 1 (4 KiB) under rcu and 1 (4 KiB) under immediate: no difference shown'
lacks 'which is worse'
"$make_runs" "$work/early" pages=20 rounds=20 early=3
report early 0
says 'VIOLATED. In 5 of 5 boots S-EPT pages were freed while TDs lived, up to 3'
lacks 'no S-EPT page is freed while TDs live'

# --- facts that older runs lack are "not recorded"; those of newer runs are printed
says 'host CPUs not recorded'
says 'mitigations not recorded'
says 'THP not recorded'
says 'CPU time was not recorded in 20 boots.'
lacks 'refuted by'
"$make_runs" "$work/facts" pages=20 rounds=20
for boot in "$work"/facts/runs/*/; do
	jq '. + {question: "Is it so?", expected: "yes", refuted_by: "a no", host_cpus: 64, host_sockets: 2,
		host_thp: "madvise", record: "counters", perf_events: "cycles",
		antagonists: [{name: "rcu-flood", command: "--antagonist rcu-flood"}]}' "$boot/header.json" >"$work/edit" && cp "$work/edit" "$boot/header.json"
	jq '. + {thp: "never", mitigations: "mds: Vulnerable", cpu_seconds: 2.5}' "$boot/status.json" >"$work/edit" &&
		cp "$work/edit" "$boot/status.json"
done
report facts 0
says 'host CPUs 64 online, 2 sockets'
says 'mitigations mds: Vulnerable'
says 'THP never in the guest, madvise on the host'
says 'CPU time on the host, user and system, of QEMU: a boot took 2.5 s (median; longest 2.5 s), all together 50 s.'
says 'question Is it so? expected yes refuted by a no'
says 'Question (teardown): Is it so?'
says '--append "soft_tdx.jitter=10" --record counters --antagonist rcu-flood --perf cycles -- teardown --tds 4'
holds '.question == "Is it so?"'
[ "$(flat | grep -o 'refuted by a no' | wc -l)" -eq 2 ] || failed "facts: not once for each experiment"
for boot in "$work"/facts/runs/*/; do
	printf '# soft_tdx/params\njitter_percent 7\ncost_ns A 1000\ncost_ns B 4000\ncost_ns C 1000\n' >>"$boot/counters-before.txt"
done
report facts 0
says 'SEAMCALLs assumed: B 4000 ns, any other 1000 ns; each varied by up to 7 %'
for boot in "$work"/facts/runs/*/; do
	echo 'boot_jitter_percent 9' >>"$boot/counters-before.txt"
done
report facts 0
says 'each varied by up to 7 % from call to call and by up to 9 % from boot to boot'

# --- too few boots, one variant, more variants
"$make_runs" "$work/few" seeds=2 pages=20 rounds=20
report few 0
says 'S-EPT pages held at the peak are 20 (80 KiB) under rcu and 1 (4 KiB) under immediate: too few boots to tell'
row '.metric == "spt_held_peak_pages" and .shift == 19 and .ci_level < 0.95 and .verdict == "not enough boots"'
"$make_runs" "$work/one" variants=rcu pages=20 rounds=20
report one 0
says 'Answer (teardown; simulated-virtual; platform spr): S-EPT pages held at the peak are 20 (80 KiB) under rcu;'
says '(median of 5 boots, all of rcu).'
lacks 'Question (teardown)'
says 'own patches 3, the last is policy/rcu.patch'
# aggressors' TDs are destroyed by nobody's clock: their pages are not freed "while TDs live"
for boot in "$work"/one/runs/teardown-*/; do
	jq '.tds += 1' "$boot/result.json" >"$work/edit" && cp "$work/edit" "$boot/result.json"
done
report one 0
holds 'any(.metrics[]; .metric == "spt_freed_during_churn_pages" and .experiment == "teardown") | not'
# how many pairs is an answer with one variant too
in_boots one result.json '.primary = ["pamt_pairs_peak"]'
report one 0
flat | grep -Eq 'Answer \(teardown; simulated-virtual; platform spr\): PAMT pairs at the peak are [0-9.]+ \([0-9.]+ [KM]iB\) under rcu' ||
	failed "one: no answer about pairs"
row '.metric == "pamt_pairs_peak" and .experiment == "teardown" and .primary'
holds '.comparisons == []'
"$make_runs" "$work/many" variants=rcu,immediate,own.build pages=20 rounds=20 seeds=6
report many 0
row '.variant_a == "immediate" and .variant_b == "rcu" and .metric == "spt_held_peak_pages" and .shift == 19'
row '.variant_a == "immediate" and .variant_b == "own.build" and .metric == "spt_held_peak_pages" and .shift == 0'
says 'own.build: +0 in every boot'

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
told 'runs/teardown-rcu-s1: no status.json'
told 'runs/teardown-rcu-s5: header.json:'
told 'runs/teardown-immediate-s2: status.json:1: not JSON'
told 'runs/teardown-immediate-s5: status.json: its version is not 1'
told 'runs/teardown-immediate-s6: header.json lacks a plain'
told 'runs/empty'
says 'excluded: teardown-rcu-s2: failed: console: BUG: unable to handle page fault'
says 'excluded: teardown-rcu-s3: conservation violated: sept: spt_held_pages is 2'
says 'excluded: teardown-rcu-s4: the workload'\''s verification says: 3 destroys of 4'
says 'excluded: teardown-immediate-s4: result.json is missing or damaged'
says 'excluded: teardown-immediate-s8: same variant and seed as teardown-immediate-s7'
says 'remark: teardown-rcu-s6: samples.csv:6: cut short; its latencies are left out'
says 'remark: teardown-immediate-s1: counters-after.txt: No such file'
says 'remark: teardown-immediate-s3: trace.dat and retention.csv are left out: events were lost'
row '.experiment == "teardown" and .metric == "spt_held_peak_pages" and .variant == "rcu" and .n_boots == 7'
row '.experiment == "teardown" and .metric == "td_destroy_ns_p50" and .variant == "rcu" and .n_boots == 6'
row '.experiment == "teardown" and .metric == "spt_held_peak_pages" and .variant == "immediate" and .n_boots == 6'

# the planner reads the same runs by the same reader
"$bench" plan --host memory_gib=64 --td one:count=1,memory_gib=4 --runs "$work/bad" >"$work/stdout" 2>"$work/stderr" || failed "plan --runs bad"
told 'runs/teardown-rcu-s5: header.json:6: not JSON'
told 'runs/teardown-immediate-s5: status.json: its version is not 1'
told 'runs/teardown-rcu-s3: conservation violated'
told 'runs/teardown-rcu-s6: samples.csv:6: cut short; its latencies are left out'
told 'runs/teardown-immediate-s1: counters-after.txt: No such file'

# --- the planner's reference: written from boots, then found next to the program
one="--host memory_gib=64 --td one:memory_gib=4 --json -"
"$bench" plan --runs "$work/good" --write-reference "$work/reference.json" || failed "plan --write-reference"
mkdir -p "$work/checkout/build" "$work/checkout/analysis/capacity"
cp "$bench" "$work/checkout/build/"
cp "$work/reference.json" "$work/checkout/analysis/capacity/"
"$bench" plan $one --runs "$work/good" | jq .terms >"$work/with-runs" || failed "plan --runs good"
"$work/checkout/build/dpamt-bench" plan $one >"$work/stdout" || failed "plan with a reference"
jq .terms "$work/stdout" | cmp -s - "$work/with-runs" || failed "the reference and the boots it was written from give other terms"
jq -er .fit "$work/stdout" | grep -qE 'reference .* 20 boots of 20[0-9-]*, kernel 0.0.0, simulated-virtual, on synthetic' ||
	failed "the reference is not named as what it is: $(jq .fit "$work/stdout")"
jq -e '[.terms[] | select(.term == "held_spt_bytes")][0].source == "measured"' "$work/stdout" >/dev/null ||
	failed "the reference has no held memory"
# --check needs no scenario, with the reference or without it
"$work/checkout/build/dpamt-bench" plan --check "$work/bad" >"$work/stdout" 2>/dev/null || failed "plan --check with the reference"
grep -q 'within 0 %' "$work/stdout" || failed "plan --check with the reference says nothing"
# damaged, or not of one kind: one line, no answer
sed '/"workload"/d' "$work/reference.json" >"$work/checkout/analysis/capacity/reference.json"
"$work/checkout/build/dpamt-bench" plan $one >"$work/stdout" 2>"$work/stderr" && failed "a damaged reference is taken"
told 'run 1 is damaged; install the program again, or give --runs DIR'
[ -s "$work/stdout" ] && failed "an answer from a damaged reference"
"$make_runs" "$work/wallfit" pages=20 rounds=20 time=simulated-wall
"$bench" plan --runs "$work/good" "$work/wallfit" --write-reference "$work/two" 2>"$work/stderr" && failed "a reference of two time bases"
told 'a reference is of one kernel and one time base'
[ -e "$work/two" ] && failed "a refused reference is written"

# --- boots that differ in more than the variant
"$make_runs" "$work/mixed" pages=20 rounds=20
edit_mixed() { runs=$work/mixed/runs; edit "$@"; }
edit_mixed teardown-rcu-s1/header.json '.cpus = 8'
report mixed 0
says 'CAUTION the boots differ in: guest'

mkdir -p "$work/empty/runs"

# --- S-EPT pages by the node they sit on, and which node's CPU frees them
"$make_runs" "$work/numa" experiments=teardown pages=20 tds=2 numa=1
report numa 0
of_rcu() { row ".metric == \"$1\" and .variant == \"rcu\" and .median == $2"; }
of_rcu node0_spt_held_peak_pages 10
of_rcu node1_spt_held_peak_pages 10
of_rcu node1_spt_freed_pages 20
of_rcu spt_freed_elsewhere_pages 20
of_rcu numa_miss_pages 70
of_rcu node0_numa_foreign_pages 70
row '.metric == "node1_spt_held_peak_pages" and .variant == "immediate" and .median == 1'
# the areas of both nodes are the area of all
jq -e '[.metrics[] | select(.variant == "rcu")] | (map(select(.metric | test("node[01]_spt_held_page_ns")) | .median) | add) as $n |
	map(select(.metric == "spt_held_page_ns") | .median)[0] as $all | ($n - $all | fabs) < 0.01 * $all' \
	"$work/numa/report.json" >/dev/null || failed "the nodes' areas are not that of all"
edit_numa() { runs=$work/numa/runs; edit "$@"; }
edit_numa teardown-rcu-s1/numa.json '.nodes[1].node = 0'
edit_numa teardown-rcu-s2/numa.json '.nodes[0].pfns = [[2, 262144]]'
rm "$work/numa/runs/teardown-rcu-s3/trace.dat"
report numa 0
says 'remark: teardown-rcu-s1: numa.json: node 1 of the list is damaged; it is left out'
says 'remark: teardown-rcu-s2: 40 events of pages or CPUs whose node is not known are left out'
row '.metric == "node1_spt_held_peak_pages" and .variant == "rcu" and .n_boots == 3'
row '.metric == "numa_miss_pages" and .variant == "rcu" and .n_boots == 4'

# --- many cells are answered together: one sentence for each variant
"$make_runs" "$work/cells" pages=20 rounds=20 experiments=teardown factor=tds:1,2,4 seeds=7
report cells 0
says 'Answer (teardown, 3 cells; simulated-virtual; platform spr): '
[ "$(grep -c '^Answer (' "$work/stdout")" -eq 1 ] || failed "more than one answer for one variant"
says 'under immediate: more in each cell'
jq -e '.answers | length == 3' "$work/cells/report.json" >/dev/null || failed "report.json lacks an answer of a cell"
rm -r "$work"/cells/runs/teardown-*-4-s*
report cells 0
[ "$(grep -c '^Answer (' "$work/stdout")" -eq 2 ] || failed "two cells are not answered one by one"

# --- platform: of the conditions, of each answer, as a factor; boots of earlier dates know none
"$make_runs" "$work/platform" pages=20 rounds=20 experiments=teardown factor=platform:spr,gnr seeds=7
report platform 0
says 'Answer (teardown, platform=spr; simulated-virtual): '
says 'Answer (teardown, platform=gnr; simulated-virtual): '
says 'spr (partial-write erratum: the host clears each page that it gets back)'
says 'gnr (no partial-write erratum: the host clears no page)'
says '--cost mid --platform gnr --append'
# The planner takes no boots of two platforms, neither in a fit nor beside one.
mkdir "$work/spr" "$work/gnr"
for platform in spr gnr; do
	ln -s "$(readlink -f "$(grep -l "platform=$platform" "$work"/platform/runs/*/header.json | head -n 1 | xargs dirname)")" \
		"$work/$platform/boot"
done
for words in "--runs $work/spr $work/gnr" "--runs $work/spr --check $work/gnr"; do
	# shellcheck disable=SC2086
	"$bench" plan --host memory_gib=64 --td one:count=1,memory_gib=4 $words >"$work/stdout" 2>"$work/stderr" &&
		failed "plan $words mixes platforms"
	told 'is a boot of cost mid, platform gnr, and'
	told 'a model needs boots of one cost and platform'
done
"$make_runs" "$work/earlier" pages=20 rounds=20 experiments=teardown
for boot in "$work"/earlier/runs/*/; do
	jq 'del(.platform, .jitter_percent, .boot_jitter_percent)' "$boot/header.json" >"$work/edit" && cp "$work/edit" "$boot/header.json"
done
report earlier 0
says 'Answer (teardown; simulated-virtual): '
says 'platform not recorded'
lacks '--platform'

# --- A/A: the first variant twice; it is not compared as a variant of its own
"$make_runs" "$work/aa" pages=20 rounds=20 aa=1 seeds=7
report aa 0
says '14 boots of the same variant were made a second time with other seeds'
holds '.aa.boots_of_second_sets == 14 and .aa.metrics_compared > 5 and .aa.differ_holm == 0 and
       (.aa.comparisons | all(.variant == "immediate" and .n_a == 7 and .n_b == 7))'
holds '[.comparisons[].variant_b] | unique == ["rcu"]'
row '.metric == "td_destroy_ns_p50" and .experiment == "teardown" and .variant == "immediate" and .n_boots == 7'
says 'seeds 1-7; A/A: immediate, seeds 8-14.'
"$make_runs" "$work/aa3" pages=20 rounds=20 aa=1 seeds=3
report aa3 0
says 'With so few boots no comparison could have differed'
lacks 'That is what the nominal level promises'
# a second set that is another variant in disguise is seen
for boot in "$work"/aa/runs/teardown-immediate-aa-*; do
	cp "$work/aa/runs/teardown-rcu-s1/counters-after.txt" "$boot"
done
report aa 0
says 'A difference between a variant and itself survived the correction'

# --- factors: groups of their own, sensitivity over the costs
"$make_runs" "$work/costs" pages=20 experiments=teardown factor=cost:low,mid,high seeds=7
report costs 0
says 'Experiment teardown, cost=low (simulated-virtual)'
row '.label == "teardown-cost-high" and .levels == "cost=high" and .metric == "spt_held_peak_pages" and .verdict == "more"'
holds '.sensitivity | any(.metric == "td_destroy_ns_p50" and .outcome == "holds" and (.levels | length) == 3)'
says 'td_destroy_ns_p50, rcu against immediate: holds (low: slower'
[ -s "$dir/plots/sensitivity-teardown-cost.png" ] || failed "costs: no figure of the sensitivity"
lacks 'One level of the costs was run'
# the middle level speaks for the answer
holds '[.answers[].label] == ["teardown-cost-mid"]'
"$make_runs" "$work/flip" pages=20 experiments=teardown factor=cost:low,mid,high seeds=7 flip=1
report flip 0
says 'td_destroy_ns_p50, rcu against immediate: flips (low: slower'
says 'high: faster'
"$make_runs" "$work/tds" pages=20 experiments=teardown factor=tds:1,2,8
report tds 0
[ -s "$dir/plots/factor-teardown-tds.svg" ] || failed "tds: no figure against TDs"

# each factor of a job file has its own figure; one variant is enough for it
for factor in per-region:1,8,512 layout:dense,sparse aggressors:0,1,4 hz:100,1000; do
	name=${factor%%:*}
	"$make_runs" "$work/$name" pages=20 seeds=3 experiments=teardown variants=immediate "factor=$factor"
	report "$name" 0
	[ -s "$dir/plots/factor-teardown-$name.png" ] || failed "$name: no figure"
	holds '[.figures[] | select(.kind == "factor") | .caption | contains("simulated-virtual") and
		contains("75.0 % interval")] == [true]'
done
# whatever its levels are, each can be read: report() looks at the SVG, the figure in text has no space either
for factor in headroom:0,512,1024,2048,65536 per-region:1,8,64,512 share:0.5,0.25,4 cpus:4,16,2,none \
	      append:base,nocbs-and-a-label-of-32-characters,nocbs,lazy,expedited \
	      number:0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,100000; do
	name=labels-${factor%%:*}
	"$make_runs" "$work/$name" pages=5 seeds=1 experiments=teardown "factor=$factor"
	report "$name" 0
	for level in $(echo "${factor#*:}" | tr , ' '); do
		for figure in "$dir"/plots/factor-*.txt "$dir"/plots/factor-*.svg "$dir"/plots/data/factor-*-narrow.svg; do
			sed 's/<[^>]*>/ /g' "$figure" | grep -q "\(^\| \)$level\( \|\$\)" || failed "$figure: $level is not to be read"
		done
	done
done

# --- a clock of its own: blocks are kept where there are enough of them
"$make_runs" "$work/wall" pages=20 experiments=teardown seeds=10 time=simulated-wall
report wall 0
[ "$(grep -c '^[0-9]' "$work/wall/plots/data/drift-teardown.dat")" = 20 ] || failed "drift has no point for each boot"
row '.metric == "spt_held_peak_pages" and .test == "blocks" and .n_blocks == 10 and (.p - 2 / 1024 | fabs) < 1e-9 and
     .verdict == "more"'
says 'here for'
"$make_runs" "$work/wall5" pages=20 experiments=teardown seeds=5 time=simulated-wall
report wall5 0
row '.metric == "spt_held_peak_pages" and .test == "ranks" and .verdict == "more"'

# --- perf stat: counted, and what could not be counted is no 0
"$make_runs" "$work/perf" pages=20 experiments=teardown perf=1
report perf 0
row '.metric == "perf_page-faults" and .variant == "rcu" and .median == 1003 and .unit == "events"'
row '.metric == "perf_task-clock" and .median == 12500000 and .unit == "ns"'
says 'perf stat: cycles was not supported in 10 boots'
# in the columns of perf stat: 1001 to 1005 page faults, 4 TDs destroyed; +- is sd / sqrt(5) of the mean
says '1,003 250.75 ( +- 0.07% ) page-faults'
says '12.50 3.12 ( +- 0.00% ) task-clock [msec]'
says '+0 [-3..+3] no difference shown page-faults'
says '<not supported> cycles, 10 boots'
holds '.perf_stat | map(select(.event == "page-faults" and .variant == "rcu"))[0] |
	.mean == 1003 and .per_operation == 250.75 and .operation == "td_destroy" and .n_boots == 5 and
	(.error_percent - 100 * (2.5 | sqrt) / (5 | sqrt) / 1003 | fabs) < 1e-9'
grep -q '^ *1,003 ' "$work/perf/report.html" || failed "report.html has no perf stat columns"
holds 'all(.metrics[]; .metric != "perf_cycles")'
rm "$work/perf/runs/teardown-rcu-s1/perf-stat.json"
echo 'not json' >"$work/perf/runs/teardown-rcu-s2/perf-stat.json"
report perf 0
says 'remark: teardown-rcu-s1: perf-stat.json: No such file'
says 'remark: teardown-rcu-s2: perf-stat.json:1: not "an event of perf stat"'

# cut short: nothing of it is taken
printf '{"counter-value" : "5", "unit" : "", "event" : "page-faults"}\n{"counter-val' \
	>"$work/perf/runs/teardown-rcu-s3/perf-stat.json"
report perf 0
says 'remark: teardown-rcu-s3: perf-stat.json:2: cut short, so no count is taken; its events are left out'

# --- what stress-ng got done: what it did not finish or leave is named and is not 0
"$make_runs" "$work/stress" pages=20 experiments=teardown stress=1
report stress 0
[ -s "$work/stderr" ] && failed "stress: something on stderr"
row '.metric == "stress_vm_ops_per_second" and .variant == "immediate" and .median == 503 and .unit == "1/s" and
     .better == "more" and .n_boots == 5'
row '.metric == "stress_vm_ops_per_second" and .variant_b == "rcu" and .shift == -100 and .ci_low < -90'
holds 'all(.metrics[]; .metric | contains("tmpfs") | not)'
says 'stress-ng: tmpfs was not once finished with a piece of work in 10 boots; it has no value there, which is not 0'
rm "$work/stress/runs/teardown-rcu-s1/stress-ng-1.yaml"
sed -i '$d' "$work/stress/runs/teardown-rcu-s2/stress-ng-1.yaml"
report stress 0
row '.metric == "stress_vm_ops_per_second" and .variant == "rcu" and .n_boots == 3'
says 'stress-ng: stress-ng-1.yaml was absent or without metrics in 1 boots'
says 'remark: teardown-rcu-s2: stress-ng-1.yaml:16: cut short; it is left out'

# --- age.csv: each arm at each time, what is not known named, and damage
"$make_runs" "$work/age" pages=20 experiments=age aa=1
report age 0
[ -s "$work/stderr" ] && failed "age: something on stderr"
age() { # FILTER: a jq filter that some row of .ages must pass
	jq -e "any(.ages[]; $1)" "$dir/report.json" >/dev/null || failed "age: no row with $1"
}
holds '[.ages[] | .arm] | group_by(.) | map({(.[0]): length}) | add == {immediate: 4, "immediate/aa": 4, rcu: 4}'
age '.arm == "immediate" and .lifetimes == 0 and .huge_pages.median == 100 and .pairs_per_page.n_boots == 0'
age '.arm == "rcu" and .lifetimes == 100 and (.without_tds | not) and .huge_pages.median == 80 and
     .unmovable_blocks.median == 30'
age '.arm == "rcu" and .lifetimes == 200 and .without_tds and .huge_pages.median == 60 and .free_2m_pages.median == 20 and
     .pairs_per_page.median == 0.25 and .extfrag_2m.median == -1 and .blocked_2m.n_boots == 0 and .blocked_2m.median == null'
# 103 pages are free beside 20 huge pages in the middle one of five boots, 101 and 105 in the outer ones
age '.arm == "rcu" and .without_tds and (.unusable_2m_percent | (.median - 10300 / (103 + 20 * 512) | fabs) < 1e-6 and
     (.min - 10100 / (101 + 20 * 512) | fabs) < 1e-6 and (.max - 10500 / (105 + 20 * 512) | fabs) < 1e-6)'
row '.metric == "age_huge_pages" and .variant_b == "rcu" and .shift == -20 and .verdict == "less"'
says 'huge pages that the host can still give are 60 under rcu and 80 under immediate: less, which is worse'
says '2M pages after compaction: immediate 100, 80, 80; rcu 100, 60, 60; immediate/aa 100, 80, 80'
says '2M with a page that stays: no boot tells'
holds 'all(.metrics[]; .metric != "age_blocked_2m")'
[ "$(head -c 4 "$dir/plots/host-age-age.png" | tail -c 3)" = PNG ] || failed "host-age-age.png is no PNG"
grep -q "id=.host-age-age-narrow-" "$dir/report.html" || failed "report.html lacks host-age-age"
sed -i '3s/,/;/' "$dir/runs/age-rcu-s1/age.csv"
report age 0
says 'remark: age-rcu-s1: age.csv:3: not "lifetimes,conversions'
age '.arm == "rcu" and .without_tds and .huge_pages.n_boots == 4'

# full names; an event on two lines is refused; odd derived fields cost nothing; multiplexing is told
for run in "$work"/perf/runs/*/; do
	cat >"$run/perf-stat.json" <<-END
		{"counter-value" : "7.000000", "unit" : "", "event" : "tdx:a", "event-runtime" : 5, "pcnt-running" : 100.00}
		{"counter-value" : "9.000000", "unit" : "", "event" : "tdx_a", "pcnt-running" : 100.00, "metric-value" : nan, "metric-unit" : "x"}
		{"counter-value" : "11.000000", "unit" : "", "event" : "cpu/event=1,umask=2/u", "pcnt-running" : 43.20, "metric-value" : inf, "metric-unit" : ""}
		{"metric-value" : 1.5, "metric-unit" : "insn per cycle"}
		{"metric-value" : "1.5", "metric-unit" : "stalled"}
		{"counter-value" : "5.000000", "unit" : "", "event" : "cycles", "pcnt-running" : 100.00}
		{"counter-value" : "6.000000", "unit" : "", "event" : "cycles", "pcnt-running" : 100.00}
	END
done
report perf 0
row '.metric == "perf_tdx:a" and .median == 7'
row '.metric == "perf_tdx_a" and .median == 9'
row '.metric == "perf_cpu/event=1,umask=2/u" and .median == 11'
holds 'all(.metrics[]; .metric != "perf_cycles")'
says 'perf stat: cycles was on several lines, which are no one count (name it once), in 10 boots'
says 'perf stat: cpu/event=1,umask=2/u shared a counter in 10 boots: it was counted for as little as 43 % of the time'
lacks 'perf-stat.json:'

# --- bytes that are no run directories: one line each, and the others still count
"$make_runs" "$work/junk" pages=20 experiments=teardown seeds=6
runs=$work/junk/runs
for file in header.json status.json result.json samples.csv counters-after.txt retention.csv trace.dat console.log; do
	mkdir "$runs/junk-$file"
	cp "$runs"/teardown-rcu-s1/* "$runs/junk-$file"
	head -c 70000 /dev/urandom >"$runs/junk-$file/$file"
done
head -c 1000000 /dev/urandom >"$runs/bytes.zip"
mkdir "$runs/zipped"; head -c 100000 /dev/urandom >"$runs/zipped/runs.zip"
edit teardown-rcu-s2/header.json '.version = 99'
edit teardown-rcu-s3/header.json '.factors = {"cost": ["low"]}'
edit teardown-rcu-s4/header.json '.arm = "immediate"'
edit teardown-rcu-s5/header.json '.factors = {"a b": "x;y"}'
cp -r "$runs/teardown-rcu-s1" "$runs/teardown-rcu-s7.0123456789abcdef.tmp"
report junk 0
told "runs/teardown-rcu-s7.0123456789abcdef.tmp: named *.tmp, the boot did not finish"
told 'runs/junk-header.json: header.json:'
told 'runs/junk-status.json: status.json:1: not JSON'
told 'runs/zipped: no status.json'
told 'runs/teardown-rcu-s2: header.json: its version is not 1'
told 'runs/teardown-rcu-s3: header.json has factors that are not short plain words'
told 'runs/teardown-rcu-s4: header.json has an arm that is not its variant'
told 'runs/teardown-rcu-s5: header.json has factors that are not short plain words'
# header.json and status.json of random bytes, zipped/, *.tmp, and the four edited headers
[ "$(grep -c skipping "$work/stderr")" -eq 8 ] || failed "junk: not one line for each directory skipped"
row '.metric == "spt_held_peak_pages" and .variant == "immediate" and .n_boots == 6'
for argument in "$runs/bytes.zip" "$work/absent" /dev/null; do
	"$bench" report "$argument" >"$work/stdout" 2>"$work/stderr" && failed "report $argument ended well"
	[ "$(wc -l <"$work/stderr")" -eq 1 ] || failed "report $argument: not one line on stderr"
	told 'name a folder that'
done

# --- compare: by folder, variant, factor; from two machines
"$make_runs" "$work/one host" pages=20 rounds=20 host=first perf=1
"$make_runs" "$work/other" pages=30 rounds=20 host=second perf=1
compare() { # STATUS ARGS...
	want=$1; shift
	"$bench" compare "$@" >"$work/stdout" 2>"$work/stderr"
	status=$?
	[ $status -eq "$want" ] || failed "compare $*: exit status $status, expected $want"
}
compared() { jq -e "any(.comparisons[]; $1)" "$work/stdout" >/dev/null || failed "compare: no row with $1"; }
compare 0 --format json "$work/one host" "$work/other"
jq -e '.kind == "compare" and .by == "dir" and
	(.header_differences | any(.fact == "host CPU" and .value == "first" and .of == "one_host"))' \
	"$work/stdout" >/dev/null || failed "compare does not tell the hosts apart"
compared '.experiment == "teardown" and .levels == "variant=rcu" and .metric == "spt_held_peak_pages" and
	  .variant_a == "one_host" and .variant_b == "other" and .shift == 10'
compared '.metric == "perf_page-faults" and .shift == 0'
compare 0 --format json "$work/other" "$work/one host"
compared '.levels == "variant=rcu" and .metric == "spt_held_peak_pages" and .variant_a == "other" and .shift == -10'
compare 0 "$work/one host" "$work/other"
awk 'length > 75 { bad = 1; print } END { exit bad }' "$work/stdout" >&2 || failed "compare is wider than 75 columns"
grep -q 'What differs in the headers' "$work/stdout" && grep -q 'second (other)' "$work/stdout" ||
	failed "compare does not print the hosts"
tr -s '\n ' '  ' <"$work/stdout" | grep -q 'cycles was not supported in 40 boots' || failed "compare: cycles is not named"
compare 0 --by variant --format csv "$work/one host"
awk -F, 'NR == 1 { n = NF } NF != n { exit 1 } END { exit NR < 10 }' "$work/stdout" || failed "csv is no table"
grep -q '^teardown,teardown,,simulated-virtual,spt_held_peak_pages,pages,immediate,rcu,5,5,19,' "$work/stdout" ||
	failed "csv has no row of the peak"
compare 0 --by cost --format json "$work/costs"
compared '.levels == "variant=rcu" and .metric == "spt_held_peak_pages" and .variant_a == "low" and
	  .variant_b == "high" and .shift == 0'
compare 0 --by platform --format json "$work/platform"
compared '.levels == "variant=rcu" and .metric == "spt_held_peak_pages" and .variant_a == "spr" and .variant_b == "gnr"'
# A job that compares a factor: the report is about its levels.
cp -r "$work/platform" "$work/by platform"
for header in "$work/by platform"/runs/*/header.json; do
	jq '.compare = "platform"' "$header" >"$work/header" && mv "$work/header" "$header"
	# boots on gnr recorded no events: nothing of them is drawn, not a zero
	grep -q '"platform": "gnr"' "$header" || continue
	jq '.record = "counters"' "$header" >"$work/header" && mv "$work/header" "$header"
	rm "${header%/*}"/trace.dat "${header%/*}"/retention.csv
done
"$bench" report "$work/by platform" >"$work/stdout" 2>"$work/stderr" || failed "report by a factor"
[ ! -s "$work/stderr" ] || failed "something is on stderr"
data=$(ls "$work/by platform"/plots/data/retention-*rcu*.dat | head -n 1)
awk '/^# gnr/ { gnr = 1; next } /^# / { gnr = 0 } gnr && NF && $1 > -1e29 { exit 1 }' "$data" || failed "$data draws boots without events"
tr -s '\n ' '  ' <"$work/stdout" | grep -qE 'Answer \(teardown, variant=rcu; [^)]*\): [^.]* under gnr and [^.]* under spr: ' ||
	failed "the answer is not about the levels"
grep -q CAUTION "$work/stdout" && failed "what the factor sets is told as a caution"
"$bench" report --format lkml "$work/by platform" >"$work/stdout" 2>"$work/stderr" || failed "lkml by a factor"
grep -qx 'Compared: spr, gnr; variants: .*immediate.*' "$work/stdout" || failed "lkml does not say what is compared"
compare 0 --by arm --format json "$work/aa"
compared '.variant_a == "immediate" and .variant_b == "immediate/aa"'
compare 0 --format json "$work/one host/runs/teardown-rcu-s1" "$work/other/runs/teardown-rcu-s1"
compared '.metric == "spt_held_peak_pages" and .n_a == 1 and .n_b == 1 and .verdict == "not enough boots"'
compare 1 "$work/tds" "$work/empty"
told 'nothing to compare'
compare 1 --by nothing "$work/tds"
told 'no boot has a factor of this name'
compare 1 "$work/tds" "$runs/bytes.zip"
told 'name a folder that'
compare 127
compare 127 --format xml "$work/tds"
told 'is not one of text|json|csv'

# --- a variant with patches of the user's own says which
"$make_runs" "$work/own" variants=immediate,mine pages=30 experiments=teardown
for header in "$work"/own/runs/*mine*/header.json; do
	jq '.kernel += {base: "immediate", own_patches: ["a.diff"]}' "$header" >"$work/header" && cp "$work/header" "$header"
done
report own 0
says 'Your own: mine is immediate with "a.diff".'
"$bench" report "$work/own" --format lkml >"$work/lkml" 2>"$work/stderr" || failed "own: --format lkml"
grep -qx 'Variants: immediate, mine; mine is immediate with "a.diff"' "$work/lkml" || failed "own: lkml does not say what mine is"

# --- nothing to report
report empty 1
says 'Answer: none.'
holds '.metrics == [] and .comparisons == [] and .answers == []'
mkdir "$work/nothing"
report nothing 1
[ "$(wc -l <"$work/stderr")" -eq 1 ] || failed "nothing: not one line on stderr"
told 'name a folder that'
exit 0
