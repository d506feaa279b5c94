#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What `dpamt-bench plan` takes from boots: a reference that is written and found again, the boots that it
# checks itself by, and none of another kind. Boots nothing.
#
# BUILD	the build directory (default: build)
set -u
. "${0%/*}/../report-checks.sh"

# --- the planner's reference: written from boots, then found next to the program
"$make_runs" "$work/good" pages=300 rounds=50
"$make_runs" "$work/smaller" pages=20 rounds=20 seeds=12
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
"$work/checkout/build/dpamt-bench" plan --check "$work/smaller" >"$work/stdout" 2>/dev/null || failed "plan --check with the reference"
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

# --- no boots of two platforms, neither in a fit nor beside one
"$make_runs" "$work/platform" pages=20 rounds=20 experiments=teardown factor=platform:spr,gnr seeds=7
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
exit 0
