# SPDX-License-Identifier: GPL-2.0
#
# Shared by the tests of the kernels themselves: sourced, not run. As
# integration/lib.sh, for one kernel after another.
. "${0%/*}/../integration/lib.sh"

# need VARIANT[+FLAVOUR]... : these kernels must have been built
need() {
	for name; do
		[ -r "$BUILD/kernels/$name/bzImage" ] || {
			echo "${0##*/}: skipped, 'make kernels VARIANTS=$name' was not run" >&2
			exit 77
		}
	done
}

# boot NAME DIR OPTIONS... -- COMMAND... : its status in $status
boot() {
	name=$1 dir=$2
	shift 2
	"$bench" run --variant "$name" --out "$work/$dir" "$@" >"$work/stdout" 2>"$work/stderr"
	status=$?
}

# good NAME DIR OPTIONS... -- COMMAND... : must end well, with conservation
good() {
	boot "$@"
	[ $status -eq 0 ] || failed "$name: it ended with status $status: $*"
	[ "$(jq -r .conservation "$work/$dir/status.json")" = ok ] ||
		failed "$name: conservation: $(jq -c .conservation_detail "$work/$dir/status.json")"
}

# count DIR NAME : a counter after the run
count() {
	awk -v name="$2" '$1 == name { print $2; found = 1 } END { exit !found }' \
		"$work/$1/counters-after.txt" || failed "$1 has no counter $2"
}
