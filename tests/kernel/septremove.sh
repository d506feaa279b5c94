#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# With S-EPT removal a conversion that empties tables gives them back while the
# TD lives: converting 62 MiB twice removes each of the 31 tables of 4K pages
# twice, and by the variant's policy they are held or not.
. "${0%/*}/lib.sh"

variants=$(variants_with also sept-remove)
need $variants
for v in $variants; do
	good $v $v -- convert --tds 1 --threads 1 --mem 62 --size 62M --rounds 2
	awk '$1 == "MEM.SEPT.REMOVE" { exit !($2 >= 62 && $3 == 0) }' "$work/$v/counters-after.txt" ||
		failed "$v: $(grep '^MEM.SEPT.REMOVE' "$work/$v/counters-after.txt")"
	destroy_ns=$(awk -F, '$1 == "td_destroy" { print $5 }' "$work/$v/samples.csv")
	freed=$(awk -F, -v end="$destroy_ns" 'NR > 1 && $1 < end && $2 < last { n++ } { last = $2 } END { print n + 0 }' \
		"$work/$v/retention.csv")
	[ "$freed" -ge 62 ] || failed "$v: $freed S-EPT pages were freed before the TD was destroyed"
	peak=$(count $v spt_held_peak_pages)
	case $(variant_policy $v | grep '^spt_free ') in
	'spt_free immediate') [ "$peak" -le 2 ] || failed "$v held $peak pages" ;;
	'spt_free rcu') [ "$peak" -ge 31 ] || failed "$v held $peak pages only" ;;
	esac
	echo "$v: $freed pages freed by conversions, $peak held at most"
done
