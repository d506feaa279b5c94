#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Every verb explains itself: VERB --help and `help VERB` print the same usage to stdout, exit
# status 0, nothing on stderr. Every program has --version. Boots nothing.
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

prints verbs "$bench" help
verbs=$(sed -nE 's/^  ([a-z]+) .*/\1/p' "$work/verbs")
[ "$(echo "$verbs" | wc -l)" -ge 10 ] || failed "help lists too few verbs: $verbs"
for verb in $verbs; do
	prints dashes "$bench" "$verb" --help
	prints word "$bench" help "$verb"
	prints short "$bench" "$verb" -h
	head -n 1 "$work/dashes" | grep -q "^usage: dpamt-bench $verb" || failed "$verb --help has no usage"
	cmp "$work/dashes" "$work/word" || failed "$verb --help and help $verb differ"
	cmp "$work/dashes" "$work/short" || failed "$verb --help and $verb -h differ"
done
prints job "$bench" help job
"$bench" help nonsense >"$work/stdout" 2>/dev/null && failed "help nonsense: exit status 0"
[ -s "$work/stdout" ] && failed "help nonsense: something on stdout"

for program in dpamt-bench dpamt-agent dpamt-workload; do
	prints version "$BUILD/$program" --version
	grep -qE "^$program [^ ]+\$" "$work/version" || failed "$program --version: $(cat "$work/version")"
done
exit 0
