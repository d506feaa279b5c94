#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The same pages converted by a guest that follows a script, and by one that executes code: KVM makes
# the same SEAMCALLs for them. The code itself is four pages and two S-EPT tables in each TD, which are
# added, measured and removed. Two such boots leave the same bytes.
#
# VARIANT  another kernel
. "${0%/*}/lib.sh"

kernel=${VARIANT:-immediate}
need $kernel
tds=2 code_pages=4 code_tables=2
for drive in guest code; do
	good $kernel $drive -- convert --tds $tds --threads 2 --mem 2 --pages-per-region 64 --drive $drive
done
leaf() { awk -v name="$2" '$1 == name { print $2; exit }' "$work/$1/counters-after.txt"; }

# more LEAF CALLS : what the code's own memory takes
more() {
	[ "$(leaf code "$1")" -eq $(($(leaf guest "$1") + $2)) ] ||
		failed "$1: $(leaf guest "$1") calls with a script, $(leaf code "$1") with code, not $2 more"
}
for l in MEM.PAGE.AUG VP.CREATE VP.INIT; do more $l 0; done
# KVM removes a page of a TD that lives by these three.
for l in MEM.PAGE.ADD MEM.RANGE.BLOCK MEM.TRACK MEM.PAGE.REMOVE; do more $l $((tds * code_pages)); done
more MR.EXTEND $((tds * code_pages * 16))
more MEM.SEPT.ADD $((tds * code_tables))
more PHYMEM.PAGE.RECLAIM $((tds * code_tables))
# Of each of 128 pages: two MapGPA, the violation, and the end.
[ "$(leaf code VP.ENTER)" -ge 512 ] || failed "only $(leaf code VP.ENTER) VP.ENTER"

for boot in a b; do
	good $kernel $boot --cpus 1 -- convert --tds 1 --threads 1 --mem 2 --pages-per-region 16 --drive code
done
for file in samples.csv result.json counters-after.txt trace.dat; do
	cmp "$work/a/$file" "$work/b/$file" || failed "$file differs between two equal boots"
done
exit 0
