#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# `dpamt-bench compare` of synthetic runs: by folder, variant or factor, from two machines. Boots nothing.
#
# BUILD	the build directory (default: build)
set -u
. "${0%/*}/../report-checks.sh"

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
"$make_runs" "$work/costs" pages=20 experiments=teardown factor=cost:low,mid,high seeds=7
compare 0 --by cost --format json "$work/costs"
compared '.levels == "variant=rcu" and .metric == "spt_held_peak_pages" and .variant_a == "low" and
	  .variant_b == "high" and .shift == 0'
"$make_runs" "$work/platform" pages=20 rounds=20 experiments=teardown factor=platform:spr,gnr seeds=7
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
"$make_runs" "$work/aa" pages=20 rounds=20 aa=1 seeds=7
compare 0 --by arm --format json "$work/aa"
compared '.variant_a == "immediate" and .variant_b == "immediate/aa"'
compare 0 --format json "$work/one host/runs/teardown-rcu-s1" "$work/other/runs/teardown-rcu-s1"
compared '.metric == "spt_held_peak_pages" and .n_a == 1 and .n_b == 1 and .verdict == "not enough boots"'
"$make_runs" "$work/tds" pages=20 experiments=teardown factor=tds:1,2,8
mkdir -p "$work/empty/runs"
head -c 1000000 /dev/urandom >"$work/bytes.zip"
compare 1 "$work/tds" "$work/empty"
told 'nothing to compare'
compare 1 --by nothing "$work/tds"
told 'no boot has a factor of this name'
compare 1 "$work/tds" "$work/bytes.zip"
told 'name a folder that'
compare 127
compare 127 --format xml "$work/tds"
told 'is not one of text|json|csv'
exit 0
