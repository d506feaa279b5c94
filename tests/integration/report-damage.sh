#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Damaged, missing or failed boots, and bytes that are none: each must be named and must not count, in a
# report and in a plan. Boots nothing.
#
# BUILD	the build directory (default: build)
set -u
. "${0%/*}/../report-checks.sh"

# --- damage: each told, none fatal, none counted
"$make_runs" "$work/bad" pages=20 rounds=20 seeds=12
runs=$work/bad/runs
rm "$runs/teardown-rcu-s1/status.json"
edit bad teardown-rcu-s2/status.json '.status = "failed" | .reason = "console: BUG: unable to handle page fault"'
edit bad teardown-rcu-s3/status.json '.conservation = "violated" | .conservation_detail = ["sept: spt_held_pages is 2"]'
edit bad teardown-rcu-s4/result.json '.verify = "3 destroys of 4"'
head -c 100 "$runs/teardown-rcu-s5/header.json" >"$work/cut" && cp "$work/cut" "$runs/teardown-rcu-s5/header.json"
head -c 200 "$runs/teardown-rcu-s6/samples.csv" >"$work/cut" && cp "$work/cut" "$runs/teardown-rcu-s6/samples.csv"
rm "$runs/teardown-immediate-s1/counters-after.txt"
printf 'PK\003\004\377\376 not json' >"$runs/teardown-immediate-s2/status.json"
LC_ALL=C sed -i 's/dropped events: 0/dropped events: 9/' "$runs/teardown-immediate-s3/trace.dat"
rm "$runs/teardown-immediate-s4/result.json"
edit bad teardown-immediate-s5/status.json '.version = 2'
edit bad teardown-immediate-s6/header.json '.variant = "../x"'
edit bad teardown-immediate-s7/header.json '.seed = 8'
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
edit junk teardown-rcu-s2/header.json '.version = 99'
edit junk teardown-rcu-s3/header.json '.factors = {"cost": ["low"]}'
edit junk teardown-rcu-s4/header.json '.arm = "immediate"'
edit junk teardown-rcu-s5/header.json '.factors = {"a b": "x;y"}'
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

# --- nothing to report
mkdir -p "$work/empty/runs"
report empty 1
says 'Answer: none.'
holds '.metrics == [] and .comparisons == [] and .answers == []'
mkdir "$work/nothing"
report nothing 1
[ "$(wc -l <"$work/stderr")" -eq 1 ] || failed "nothing: not one line on stderr"
told 'name a folder that'
exit 0
