#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# VERB --help and `help VERB` print the same usage to stdout, with exit status 0 and nothing on
# stderr. A wrong command line gives one clear line. Every program has --version. Boots nothing.
#
# BUILD	the build directory (default: build)
set -u
BUILD=${BUILD:-build}
bench=$BUILD/dpamt-bench

. "${0%/*}/../work.sh"

# prints FILE COMMAND...: exit status 0, something on stdout (FILE), nothing on stderr
prints() {
	file=$work/$1
	shift
	"$@" >"$file" 2>"$work/stderr" || failed "$*: exit status $?"
	[ -s "$file" ] || failed "$*: nothing on stdout"
	[ ! -s "$work/stderr" ] || failed "$*: on stderr: $(cat "$work/stderr")"
}

for program in dpamt-bench dpamt-workload; do
	bin=$BUILD/$program
	prints verbs "$bin" help
	prints dashes "$bin" --help
	cmp "$work/verbs" "$work/dashes" || failed "$program help and --help differ"
	verbs=$(sed -nE 's/^  ([A-Za-z-]+) .*/\1/p' "$work/verbs" | sort -u)
	[ "$(echo "$verbs" | wc -l)" -ge 10 ] || failed "$program help lists too few verbs: $verbs"
	for verb in $verbs complete; do
		prints dashes "$bin" "$verb" --help
		prints word "$bin" help "$verb"
		prints short "$bin" "$verb" -h
		awk 'length > 80 { bad = 1; print } END { exit bad }' "$work/dashes" >&2 || failed "$verb --help is wider than 80 columns"
		head -n 1 "$work/dashes" | grep -q "^usage: $program $verb" || failed "$verb --help has no usage"
		cmp "$work/dashes" "$work/word" || failed "$verb --help and help $verb differ"
		cmp "$work/dashes" "$work/short" || failed "$verb --help and $verb -h differ"
	done
	"$bin" help nonsense >"$work/stdout" 2>/dev/null && failed "help nonsense: exit status 0"
	[ -s "$work/stdout" ] && failed "help nonsense: something on stdout"
done
for topic in job scenario parameters; do
	prints topic "$bench" help $topic
	awk 'length > 80 { bad = 1; print } END { exit bad }' "$work/topic" >&2 || failed "help $topic is wider than 80 columns"
	"$bench" help | grep -q "^  help $topic " || failed "help does not list $topic"
	"$bench" $topic >/dev/null 2>&1 && failed "the topic $topic is a verb"
done

# refuses STATUS LINE COMMAND... : that exit status, that one line on stderr, nothing on stdout
refuses() {
	status=$1 line=$2 program=$3
	shift 3
	"$BUILD/$program" "$@" >"$work/stdout" 2>"$work/stderr"
	code=$?
	[ $code -eq "$status" ] || failed "$program $*: exit status $code, not $status"
	[ "$(cat "$work/stderr")" = "$program: $line" ] || failed "$program $*: $(cat "$work/stderr")"
	[ ! -s "$work/stdout" ] || failed "$program $*: something on stdout"
}
refuses 127 "run: unknown option --experiment: --help lists the options" dpamt-bench run --experiment quick
refuses 127 "run: --cpus: 65 is out of range; give 1..64" dpamt-bench run --cpus 65 -- true
refuses 127 "run: --mem: '4K' is not a number of MiB (suffixes M, G are understood)" dpamt-bench run --mem=4K -- true
refuses 127 "run: --time: 'later' is not one of virtual|wall" dpamt-bench run --time later -- true
refuses 127 "run: --seed is given twice" dpamt-bench run --seed 1 --seed 2 -- true
refuses 127 "run: --out needs a value: DIR" dpamt-bench run quick --out
refuses 127 "run: --root is for VMs; remove --target local" dpamt-bench run --target local --root x -- true
refuses 127 "run: --jobs is for experiments only" dpamt-bench run --jobs 2 -- true
refuses 127 "run: 'quick' is taken for an experiment, whose job file says what is run; remove --cpus, or write -- before a command" \
	dpamt-bench run --cpus 2 quick
refuses 127 "run: an experiment and -- COMMAND exclude each other; remove quick" dpamt-bench run quick -- true
refuses 127 "run: --slurm-args needs --executor slurm" dpamt-bench run quick --slurm-args x
refuses 127 "run: --antagonist a/b: must be a name, or stress-ng:ARG,ARG" dpamt-bench run --antagonist a/b -- true
refuses 127 "run: nothing to run; give the name of an experiment, or -- COMMAND" dpamt-bench run
refuses 127 "run: no kernel variant; give --variant NAME" dpamt-bench run --workload /bin/true -- true
refuses 127 "report: DIR is missing; \`dpamt-bench report --help\` shows what it takes" dpamt-bench report
refuses 127 "report: unexpected word 'b'; \`dpamt-bench report --help\` shows what it takes" dpamt-bench report a b
refuses 127 "contention: --calls: 1 is out of range; give 1000..1000000000" dpamt-bench contention --calls 1
refuses 127 "contention: --vcpus 1,0: must be 1 to 32 numbers from 1 to 4096" dpamt-bench contention --vcpus 1,0
refuses 127 "contention: --set needs --posted" dpamt-bench contention --set fault_ns=1
refuses 127 "contention: --load needs --posted" dpamt-bench contention --runs x --load fault
refuses 127 "contention: --posted is a fit to posted figures: remove --runs; --set changes a parameter" \
	dpamt-bench contention --posted one --runs x
refuses 127 "contention: --posted is a fit to posted figures: remove --hold-ns; --set changes a parameter" \
	dpamt-bench contention --hold-ns 5 --posted one
refuses 127 "contention: --posted: 'two' is not one of one|five" dpamt-bench contention --posted two
refuses 127 "contention: --set fault_ns=3:2:1: must be numbers from 0 to 1e+09, low <= mid <= high" \
	dpamt-bench contention --posted one --set fault_ns=3:2:1
refuses 127 "contention: --set x=1: must be NAME=VALUE or NAME=LOW:MID:HIGH; \`dpamt-bench help parameters\` lists the names" \
	dpamt-bench contention --posted one --set x=1
refuses 127 "contention: --design immediate: --posted compares the others with it; name another" \
	dpamt-bench contention --posted one --design immediate
refuses 127 "contention: --crowd-percent needs --check" dpamt-bench contention --crowd-percent 5
"$bench" contention --design nonsense 2>&1 | grep -q "^dpamt-bench: contention: --design: 'nonsense' is not one of immediate|rcu|" ||
	failed "contention takes any --design"
small_plan="--host memory_gib=64 --td a:memory_gib=1,arrivals_per_day=1"
refuses 127 "plan: variant = rcu-fastpath: the boots are of immediate, rcu; give --runs DIR, made by \`dpamt-bench run plan-fit --variants rcu-fastpath --out DIR\`" \
	dpamt-bench plan $small_plan --kernel variant=rcu-fastpath
refuses 127 "fleet: variant = immediate-topup: no term counts the pairs that its spare S-EPT pages need; plan for one of immediate, rcu" \
	dpamt-bench fleet $small_plan --kernel variant=immediate-topup
refuses 127 "fleet: unknown option --check: --help lists the options" dpamt-bench fleet --check x
refuses 127 "there is no verb 'nonsense'; \`dpamt-bench help\` lists them" dpamt-bench nonsense
refuses 2 "teardown: --tds: 0 is out of range; give 1..4094" dpamt-workload teardown --tds 0
refuses 2 "teardown: unexpected word '5'; \`dpamt-workload teardown --help\` shows what it takes" dpamt-workload teardown 5
refuses 2 "antagonist: NAME is missing; \`dpamt-workload antagonist --help\` shows what it takes" dpamt-workload antagonist
refuses 2 "there is no workload 'nonsense'; \`dpamt-workload help\` lists them" dpamt-workload nonsense

# what doctor finds missing, or cannot find out, it says what to do about
"$bench" doctor 2>/dev/null >"$work/wrapped"
sed -e ':a' -e '$!{N;ba' -e '}' -e 's/\n  */ /g' "$work/wrapped" >"$work/doctor"
grep -qE '^ok ' "$work/doctor" || failed "doctor finds nothing: $(cat "$work/doctor")"
grep -E '^(missing|unknown) ' "$work/doctor" | grep -vE '; [a-z]' && failed "doctor: no advice"

for program in dpamt-bench dpamt-agent dpamt-workload; do
	prints version "$BUILD/$program" --version
	grep -qE "^$program [^ ]+\$" "$work/version" || failed "$program --version: $(cat "$work/version")"
done
exit 0
