#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Dynamic PAMT is used as the merged code uses it: gets, puts, allocations and SEAMCALLs of each step
# in the life of a TD are what was worked out by hand, to the page.
#
# The TD has one vCPU and three pages in each of two regions of 2 MiB.
# create:	the TDR, six pages of the TDCS, the TDVPR, five TDCX: 13 gets, two pages each.
# add:		the first page, and the tables of three levels below the root: 4 gets. The vCPU's cache
#		is filled to ten pages before, and has two left.
# populate:	the other five pages, and a table for the second region: 6 gets. The first fault finds
#		its page mapped, but fills the cache (8 pages); each other fault refills what the one
#		before took, and the last one, of a get, leaves 8: 8 + 2 * 5 pages.
# convert:	six pages leave and come back: 6 puts, 6 gets, 2 * 6 pages.
# destroy:	six guest pages are removed; 4 tables and 13 control pages are reclaimed: 23 puts. The
#		cache's 8 pages are freed, and were never the module's.
# How many pairs are added and removed depends on which 2 MiB of the host the pages lie in. But each
# get takes two pages. All of them are reset and freed at once, unless they become a pair, whose pages are
# reset and freed when it is removed.
#
# Two designs take pages otherwise, and do the rest alike. With the fast path a get takes two pages, and the lock,
# if it adds the pair, and a put the lock if it removes it. Recycling returns a pair that is not needed to the vCPU's
# cache; gets of create have none, and free theirs. In both the cache holds 10 pages in the end, or 8 if the last get
# added a pair.
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu immediate-fastpath immediate-recycle}
need $variants

want='
create 13 0 26 0 0 0 0 0
add 4 0 10 3 1 0 0 0
finalize 0 0 0 0 0 0 0 0
populate 6 0 18 1 0 5 0 0
convert 6 6 12 0 0 6 6 0
destroy 0 23 0 0 0 0 6 17'
echo "$want" | sed 1d >"$work/want"

for v in $variants; do
	case $v in
	# These get at other places, or allocate otherwise.
	*topup|*septremove|*terminate) echo "$v: not the merged code, left out"; continue ;;
	*fastpath) kind=fastpath ;;
	*recycle) kind=recycle ;;
	*) kind=merged ;;
	esac
	inside $v $v-counts '$P/pamt_counts 2 3'
	[ $status -eq 0 ] || failed "$v: it ended with status $status"
	# How many pages the other designs take per step depends on which get adds a pair.
	awk -v kind=$kind '
		NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
		{ print $1, get("pamt_get"), get("pamt_put"), kind == "merged" ? get("pamt_pages_allocated") : "-",
			get("MEM.SEPT.ADD"), get("MEM.PAGE.ADD"), get("MEM.PAGE.AUG"),
			get("MEM.PAGE.REMOVE"), get("PHYMEM.PAGE.RECLAIM") }
		function get(name) { return $column[name] }
	' "$work/stdout" >"$work/got"
	awk -v kind=$kind '{ if (kind != "merged") $4 = "-"; print }' "$work/want" >"$work/expected"
	diff "$work/expected" "$work/got" >"$work/stderr" || failed "$v: worked out (<) and counted (>) differ"
	awk -v v=$v -v kind=$kind '
		NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
		function get(name) { return $column[name] }
		function check(what, is, should) {
			if (is == should) return
			print v ": " $1 ": " what " is " is ", should be " should; bad = 1
		}
		{
			check("PAMT.ADD", get("PHYMEM.PAMT.ADD"), get("pamt_add"))
			check("PAMT.REMOVE", get("PHYMEM.PAMT.REMOVE"), get("pamt_remove"))
			check("gets with the lock", get("pamt_get_locked"),
				kind == "fastpath" ? get("pamt_add") : get("pamt_get"))
			check("puts with the lock", get("pamt_put_locked"),
				kind == "fastpath" ? get("pamt_remove") : get("pamt_put"))
			# of pairs that were taken and not needed
			unneeded = 0
			if (kind == "merged" || kind == "recycle" && $1 == "create")
				unneeded = get("pamt_get") - get("pamt_add")
			check("pages reset", get("pamt_pages_reset"), 2 * (unneeded + get("pamt_remove")))
			left = $1 == "destroy" ? get("pamt_pages_freed") - get("pamt_pages_reset") : 0
			if (kind == "merged" || left != 10)
				check("pages freed", get("pamt_pages_freed"),
					get("pamt_pages_reset") + ($1 == "destroy" ? 8 : 0))
			thrown += 2 * unneeded
			added += get("pamt_add"); removed += get("pamt_remove")
			taken += get("pamt_pages_allocated"); freed += get("pamt_pages_freed")
		}
		END {
			$1 = "in all"
			check("pairs removed", removed, added); check("pages freed", freed, taken)
			check("pages allocated", taken, 2 * added + thrown + left)
			printf "%s: %d pairs, %d pages for pairs, as worked out\n", v, added, taken
			exit bad || !added
		}
	' "$work/stdout" >"$work/checks" || failed "$v: $(cat "$work/checks")"
	cat "$work/checks"
done
