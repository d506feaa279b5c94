#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# bash completes verbs, options, values, experiments, variants, workloads and their options. The manual
# pages have each verb and each option, no line wider than 80 columns, and no error for man. Boots
# nothing.
#
# BUILD	the build directory (default: build)
set -u
BUILD=$(realpath "${BUILD:-build}")
cd "$(dirname "$0")/../.." || exit 1

. tests/work.sh
. bench/install/dpamt-bench.bash

# A build directory with kernels that nobody built.
mkdir -p "$work"/build/kernels/{immediate,rcu+hz100} "$work/bench"
touch "$work"/build/kernels/{immediate,rcu+hz100}/bzImage
cp "$BUILD/dpamt-bench" "$BUILD/dpamt-workload" "$work/build"
ln -s "$PWD/bench/experiments" "$work/bench/experiments"

# offers WANT WORDS... : the candidates for the last of WORDS, as the function that bash would call
# puts them into COMPREPLY
offers() {
	local want=$1
	shift
	COMP_WORDS=("$work/build/$1" "${@:2}")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=(unset)
	_dpamt "${COMP_WORDS[0]}"
	[ "${COMPREPLY[*]}" = "$want" ] || failed "'$*': '${COMPREPLY[*]}', not '$want'"
}
complete -p dpamt-bench | grep -q -- '-F _dpamt' || failed "bash does not ask _dpamt for dpamt-bench"
complete -p dpamt-workload | grep -q -- '-F _dpamt' || failed "bash does not ask _dpamt for dpamt-workload"

offers 'run report' dpamt-bench r
offers '--version' dpamt-bench --v
offers 'job' dpamt-bench help j
offers 'compare contention' dpamt-bench help co
offers 'quick' dpamt-bench run qui
offers 'rcu-factors real-guests-lock real-guests retention' dpamt-bench run --out here r
offers 'plan-check plan-fit' dpamt-bench list plan
offers '--order-seed' dpamt-bench run retention --ord
offers 'immediate rcu+hz100' dpamt-bench run --variant ''
offers 'rcu+hz100' dpamt-bench run --variant = r
offers 'virtual' dpamt-bench run --time = v
offers 'none counters trace' dpamt-bench run --record =
offers 'spr gnr' dpamt-bench run --platform ''
offers '' dpamt-bench run --out ''
offers '' dpamt-bench report ''
offers 'text json html lkml' dpamt-bench report DIR --format ''
offers 'immediate-fastpath' dpamt-bench contention --design immediate-f
offers 'one five' dpamt-bench contention --posted ''
offers 'dir variant arm' dpamt-bench compare --by ''
offers 'teardown' dpamt-bench run --variant rcu -- tear
offers '--layout' dpamt-bench run --variant rcu -- teardown --la
offers 'dense' dpamt-bench run --variant rcu -- teardown --layout d
offers '' dpamt-bench run --variant rcu -- sh -c
offers '' dpamt-bench nonsense ''
offers 'teardown' dpamt-workload tea
offers '--aggressor' dpamt-workload teardown --ag
offers 'serial staggered' dpamt-workload teardown --destroy s
offers '--json' dpamt-workload convert --tds 3 --j
first=$("$BUILD/dpamt-workload" LIST-ANTAGONISTS | head -n 1 | cut -f1)
offers "$first" dpamt-workload antagonist "$first"
offers "$first" dpamt-workload convert --antagonist "$first"

# --- manual pages
for program in dpamt-bench dpamt-workload; do
	bin=$BUILD/$program
	"$bin" man >"$work/page" 2>"$work/stderr" || failed "$program man: exit status $?"
	[ ! -s "$work/stderr" ] || failed "$program man: $(cat "$work/stderr")"
	for name in $("$bin" complete -- '' | grep -v ^--); do
		grep -qxF ".Ss $name" "$work/page" || failed "$program.1 lacks $name"
		for option in $("$bin" complete -- "$name" --); do
			grep -q "^\.It Fl Fl ${option#--}\( \|\$\)" "$work/page" || [ "$option" = --help ] ||
				failed "$program.1 lacks $option of $name"
		done
	done
	command -v man >/dev/null || continue
	MANWIDTH=80 man --warnings -l "$work/page" >"$work/text" 2>"$work/stderr" || failed "man: $(cat "$work/stderr")"
	[ ! -s "$work/stderr" ] || failed "man of $program.1: $(head -n 3 "$work/stderr")"
	awk 'length($0) > 80 { bad = 1 } END { exit bad }' "$work/text" || failed "$program.1 is wider than 80 columns"
	grep -q '^ *EXIT STATUS' "$work/text" || failed "$program.1 ends early"
done
exit 0
