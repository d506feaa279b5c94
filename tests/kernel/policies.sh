#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What each free policy holds when a TD with 2053 leaf S-EPT pages is torn down,
# that conversions free no S-EPT page while TDs live, and that nothing is left
# after the last TD.
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu}
need $variants

# policy DIR KEY : the value in the kernel's tdx_stats/policy
policy() {
	awk -v name="$2" '/^# / { on = $2 == "policy" } on && $1 == name { print $2 }' \
		"$work/$1/counters-after.txt"
}

check() { # VARIANT WHAT VALUE OPERATOR LIMIT
	test "$3" "$4" "$5" || failed "$1: $2 is $3, should be $4 $5"
}

for v in $variants; do
	t=$v-teardown
	good $v $t -- teardown --tds 1 --sept-pages 2053 --layout sparse
	check $v spt_reclaimed_pages "$(count $t spt_reclaimed_pages)" -ge 2053
	check $v spt_freed_pages "$(count $t spt_freed_pages)" -eq "$(count $t spt_allocated_pages)"
	for left in spt_leaked_pages spt_held_pages pamt_pairs pamt_pairs_held_back pages_owned pages_pamt; do
		check $v $left "$(count $t $left)" -eq 0
	done

	# The kernel holds pages as its policy says.
	peak=$(count $t spt_held_peak_pages) pairs=$(count $t pamt_pairs_held_back_peak)
	case $(policy $t spt_free) in
	immediate) check $v spt_held_peak_pages $peak -le 2 ;;
	rcu) check $v spt_held_peak_pages $peak -ge 1900 ;;
	*) failed "$v has the free policy $(policy $t spt_free)" ;;
	esac
	case $(policy $t pamt_put) in
	immediate) check $v pamt_pairs_held_back_peak $pairs -le 1 ;;
	rcu) check $v pamt_pairs_held_back_peak $pairs -gt 2 ;;
	*) failed "$v has the PAMT policy $(policy $t pamt_put)" ;;
	esac

	# S-EPT pages are reclaimed after the conversions only, with the TDs.
	c=$v-convert
	good $v $c -- convert --tds 2 --threads 2 --mem 4
	destroy_ns=$(awk -F, '$1 == "td_destroy" && (!min || $5 < min) { min = $5 } END { print min }' \
		"$work/$c/samples.csv")
	[ -n "$destroy_ns" ] || failed "$v: convert destroyed no TD"
	awk -F, -v end="$destroy_ns" 'NR > 1 && $1 < end && $2 > 0 { exit 1 }' "$work/$c/retention.csv" ||
		failed "$v: an S-EPT page was given back while the TDs were alive"
	check $v "spt_freed_pages of convert" "$(count $c spt_freed_pages)" -gt 0
	echo "$v: held at most $peak pages, $pairs pairs"
done
