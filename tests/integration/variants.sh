#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Real boots of the two kernels in question: what each holds when a TD with
# 2053 leaf S-EPT pages is torn down, that conversions free no S-EPT page while
# TDs live, and that nothing is left after the last TD.
. "${0%/*}/lib.sh"

# boot VARIANT DIR WORKLOAD ARGS... : must succeed with conservation
boot() {
	variant=$1 dir=$2
	shift 2
	[ -r "$BUILD/kernels/$variant/bzImage" ] || {
		echo "variants.sh: skipped, 'make kernels' did not build $variant" >&2
		exit 77
	}
	"$bench" run --variant "$variant" --out "$work/$dir" -- "$@" >"$work/stdout" 2>"$work/stderr" ||
		failed "$variant: $* ended with status $?"
	[ "$(jq -r .conservation "$work/$dir/status.json")" = ok ] ||
		failed "$variant: $*: conservation: $(jq -c .conservation_detail "$work/$dir/status.json")"
}

# count DIR NAME : a counter after the run
count() {
	awk -v name="$2" '$1 == name { print $2; found = 1 } END { exit !found }' \
		"$work/$1/counters-after.txt" || failed "$1 has no counter $2"
}

check() { # VARIANT WHAT VALUE OPERATOR LIMIT
	[ "$3" "$4" "$5" ] || failed "$1: $2 is $3, should be $4 $5"
}

for variant in immediate rcu; do
	t=$variant-teardown
	boot $variant $t teardown --tds 1 --sept-pages 2053 --layout sparse
	[ "$(count $t spt_free)" = $variant ] || failed "the kernel of $variant says $(count $t spt_free)"
	check $variant spt_reclaimed_pages "$(count $t spt_reclaimed_pages)" -ge 2053
	check $variant spt_freed_pages "$(count $t spt_freed_pages)" -eq "$(count $t spt_allocated_pages)"
	check $variant spt_leaked_pages "$(count $t spt_leaked_pages)" -eq 0
	check $variant spt_held_pages "$(count $t spt_held_pages)" -eq 0
	check $variant pamt_pairs "$(count $t pamt_pairs)" -eq 0
	check $variant pages_owned "$(count $t pages_owned)" -eq 0
	check $variant pages_pamt "$(count $t pages_pamt)" -eq 0

	# S-EPT pages are reclaimed after the conversions only, with the TDs.
	c=$variant-convert
	boot $variant $c convert --tds 2 --threads 2 --mem 4
	destroy_us=$(awk -F, '$1 == "td_destroy" && (!min || $5 < min) { min = $5 } END { print min }' \
		"$work/$c/samples.csv")
	[ -n "$destroy_us" ] || failed "$variant: convert destroyed no TD"
	awk -F, -v end="$destroy_us" 'NR > 1 && $1 < end && $2 > 0 { exit 1 }' "$work/$c/retention.csv" ||
		failed "$variant: an S-EPT page was freed while the TDs were alive"
	check $variant "spt_freed_pages of convert" "$(count $c spt_freed_pages)" -gt 0
done

check immediate spt_held_peak_pages "$(count immediate-teardown spt_held_peak_pages)" -le 2
check rcu spt_held_peak_pages "$(count rcu-teardown spt_held_peak_pages)" -ge 1900
check rcu pamt_pairs_held_back_peak "$(count rcu-teardown pamt_pairs_held_back_peak)" -gt 2
exit 0
