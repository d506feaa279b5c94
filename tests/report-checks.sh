# SPDX-License-Identifier: GPL-2.0
#
# Sourced by tests of reports and of comparisons: synthetic runs with a known truth
# (tests/fixtures/make_runs.c), a report of them, and what it must say.
#
# BUILD	the build directory (default: build)
BUILD=${BUILD:-build}
bench=$BUILD/dpamt-bench
make_runs=$BUILD/tests/make_runs

[ -x "$make_runs" ] || make -s "$make_runs" >&2
for tool in jq gnuplot "$bench" "$make_runs"; do
	command -v "$tool" >/dev/null || { echo "${0##*/}: skipped, there is no $tool" >&2; exit 77; }
done

. "${0%/*}/../work.sh"

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
	[ ! -e "$2" ] || { shift; awk -f "${0%/*}/labels.awk" "$@" >&2 || failed "texts of a figure in $dir lie on each other"; }
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

# in_boots DIR FILE FILTER: change that file of each run of DIR by a jq filter
in_boots() {
	for run in "$work/$1"/runs/*/; do
		jq "$3" "$run/$2" >"$work/new" && mv "$work/new" "$run/$2" || failed "$run/$2 is not changed by: $3"
	done
}

# edit DIR RUN/FILE FILTER: the same of one run
edit() {
	jq "$3" "$work/$1/runs/$2" >"$work/edit" && cp "$work/edit" "$work/$1/runs/$2" || failed "$1: $2 is not changed by: $3"
}
