#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# `dpamt-bench report` on synthetic runs with a known truth: the report must find that truth, in
# each of its forms. Boots nothing.
#
# BUILD	the build directory (default: build)
set -u
. "${0%/*}/../report-checks.sh"

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
	      pamt_seamcall_ns_max pamt_get_ns_mean pamt_put_ns_mean; do
	row ".metric == \"$metric\" and .n_boots == 5"
done
# gets and puts apart are what they are together, and all calls of the model take the lock
holds 'def of(m): [.metrics[] | select(.metric == m and .experiment == "teardown" and .variant == "rcu")][0].median;
	(of("pamt_get_ns_mean") + of("pamt_put_ns_mean")) / 2 - of("pamt_total_ns_mean") | fabs < 1e-6'
holds 'def of(m): [.metrics[] | select(.metric == m and .experiment == "teardown" and .variant == "rcu")][0].median;
	of("pamt_get_ns_mean") > of("pamt_put_ns_mean") and of("pamt_locked_calls") == of("pamt_getput_calls")'
says 'S-EPT pages held at the peak are 300 (1.172 MiB) under rcu and 1 (4 KiB) under immediate: more, which is worse;'
says 'in the convert experiment, no S-EPT page is freed while TDs live: 0 before the first td_destroy in each of 5'
says 'With 5 against 5 boots no p can be below 0.0079.'
says 'ok in 20 of 20 finished boots'
says 'Intervals are over boots of one build of each kernel on one QEMU.'
grep -q '^Intervals hold for one build of each kernel' "$dir/report-lkml.txt" ||
	failed "report-lkml.txt does not say that its intervals hold for one build"
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

# --- no difference, and the negative control violated
"$make_runs" "$work/alike" pages=20 rounds=20 alike=1
report alike 0
says 'S-EPT pages held at the peak are 1 (4 KiB) under rcu and 1 (4 KiB) under immediate: no difference shown'
lacks 'which is worse'
"$make_runs" "$work/early" pages=20 rounds=20 early=3
report early 0
says 'VIOLATED. In 5 of 5 boots S-EPT pages were freed while TDs lived, up to 3'
lacks 'no S-EPT page is freed while TDs live'
exit 0
