#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The same pages converted by the host and by the guest's MapGPA: KVM makes the
# same SEAMCALLs for them, and the guest's come with VP.ENTER.
. "${0%/*}/lib.sh"

need immediate
for drive in host guest; do
	good immediate $drive -- convert --tds 2 --threads 2 --mem 2 --drive $drive
done
leaf() { awk -v name="$2" '$1 == name { print $2; exit }' "$work/$1/counters-after.txt"; }
for l in MEM.PAGE.AUG MEM.RANGE.BLOCK MEM.PAGE.REMOVE PHYMEM.PAGE.RECLAIM MEM.SEPT.ADD; do
	[ "$(leaf host $l)" = "$(leaf guest $l)" ] ||
		failed "$l: $(leaf host $l) calls by the host, $(leaf guest $l) by the guest"
done
[ "$(leaf host VP.ENTER)" -eq 0 ] || failed "a vCPU ran in the host-driven boot"
# Each of 1024 pages: at least the two MapGPA, the violation, and the end.
[ "$(leaf guest VP.ENTER)" -ge 4096 ] || failed "only $(leaf guest VP.ENTER) VP.ENTER"
exit 0
