#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Compares the outputs of two builds. Runs a list of command lines with each, on the same synthetic
# run directories, and prints the differences in stdout, stderr, exit status and data of figures.
# Exit status: 0 no difference, 1 a difference, 2 it could not compare.
#
# usage: tests/measure/compare-outputs.sh OLD_BUILD NEW_BUILD [LIST]
#
# OLD_BUILD, NEW_BUILD  build directories of two checkouts (make tools build/tests/make_runs)
# LIST      command lines (default: compare-outputs.list next to this script, which says its form)
# KEEP=DIR  keep the outputs in DIR/old and DIR/new, four files for each command line
set -u

die() { echo "compare-outputs: $*" >&2; exit 2; }

if [ $# -lt 2 ] || [ $# -gt 3 ]; then
	echo "usage: tests/measure/compare-outputs.sh OLD_BUILD NEW_BUILD [LIST]" >&2
	exit 2
fi
list=$(realpath -e "${3:-${0%/*}/compare-outputs.list}") || exit 2
work=$(mktemp -d "${TMPDIR:-/tmp}/compare-outputs.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 2' INT TERM
said=$work
if [ -n "${KEEP:-}" ]; then
	mkdir -p "$KEEP" || exit 2
	said=$(realpath "$KEEP")
fi
declare -A build
build[old]=$(realpath -e "$1") && build[new]=$(realpath -e "$2") || exit 2
for side in old new; do
	[ -x "${build[$side]}/dpamt-bench" ] || die "${build[$side]} has no dpamt-bench; run 'make tools' there"
done

# The old build's run directories serve both: a new build has to read them.
make_fixtures() {
	local name settings
	[ -x "${build[old]}/tests/make_runs" ] ||
		die "${build[old]}/tests has no make_runs; run 'make build/tests/make_runs' there"
	mkdir "$work/fixtures"
	while read -r name settings; do
		"${build[old]}/tests/make_runs" "$work/fixtures/$name" $settings >"$work/log" 2>&1 ||
			die "make_runs $name: $(tail -n 1 "$work/log")"
	done < <(sed -n 's/^fixture //p' "$list")
	if grep -q '^damage ' "$list"; then
		(cd "$work/fixtures" && eval "$(sed -n 's/^damage //p' "$list")") || die "$list: a line damage failed"
	fi
}

# say SIDE NUMBER PROGRAM WORDS...
say() {
	local out=$said/$1/$2 program=${build[$1]}/dpamt-$3
	shift 3
	echo "${program##*/dpamt-} $*" >"$out.command"
	"$program" "$@" >"$out.stdout" 2>"$out.stderr" </dev/null
	echo $? >"$out.status"
}

record() { # SIDE
	local side=$1 number=0 line dir
	rm -rf "${said:?}/$side" "$work/run"
	mkdir "$said/$side"
	# Both work under one path, which the outputs show.
	cp -r "$work/fixtures" "$work/run"
	cd "$work/run" || exit 2
	while read -r line; do
		number=$((number + 1))
		eval "say $side $(printf %03d $number) $line"
	done < <(grep -E '^(bench|workload)( |$)' "$list")
	for dir in */plots; do
		[ ! -d "$dir" ] || (cd "$dir" && find . -type f ! -name '*.png' | sort | xargs sha256sum) \
			>"$said/$side/figures-${dir%/plots}"
	done
	sed -i "s,${build[$side]},BUILD,g; s,${build[$side]%/*}/,CHECKOUT/,g" "$said/$side"/*.std*
	cd "$OLDPWD" || exit 2
}

make_fixtures
record old
record new

commands=0 differing=0
for command in "$said"/old/*.command; do
	commands=$((commands + 1))
	same=1
	for what in status stdout stderr; do
		file=$(basename "$command" .command).$what
		cmp -s "$said/old/$file" "$said/new/$file" && continue
		[ $same = 0 ] || echo "== $(cat "$command")"
		same=0
		diff -U1 --label "old $what" --label "new $what" "$said/old/$file" "$said/new/$file"
	done
	[ $same = 1 ] || differing=$((differing + 1))
done
figures=$(cd "$said" && diff -rN old new | grep -E '^(diff .*figures-|[<>] [0-9a-f]{64} )' | sed 's/^\([<>]\) [0-9a-f]*/\1/')
[ -z "$figures" ] || { echo "== figures (< old, > new)"; echo "$figures"; }
echo "$commands command lines, $differing of them differ; figures $([ -z "$figures" ] && echo 'are the same' || echo differ)"
[ "$commands" -gt 0 ] || die "$list has no command line"
[ $differing = 0 ] && [ -z "$figures" ]
