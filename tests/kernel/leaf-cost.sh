#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Does each leaf function of the software TDX module take the time that soft_tdx.cost says? In virtual
# time an emulation that is slower than that shows: the mean of the calls must be within 10 % of the
# parameter, or be what the emulation takes by itself, if that is more.
. "${0%/*}/lib.sh"

# What the emulation takes at least, ns: 950 for any leaf, and more for one that clears a page, looks
# through one, or flushes all caches. SOFT-TDX.md has these numbers.
floors='MNG.ADDCX 1300
VP.CREATE 1300
VP.ADDCX 1500
MEM.SEPT.ADD 1350
MEM.SEPT.REMOVE 2150
PHYMEM.PAMT.ADD 2200
PHYMEM.PAMT.REMOVE 1300
PHYMEM.CACHE.WB 260000
MNG.INIT 1300
MR.EXTEND 1300'

variant=immediate-septremove	# the only one that calls SEPT.REMOVE
need $variant
for cost in low mid high; do
	good $variant $cost --cost $cost --append "soft_tdx.jitter=0 soft_tdx.boot_jitter=0" -- \
		convert --tds 2 --threads 1 --mem 8 --pages-per-region 1 --size 8M
	awk -v cost=$cost -v floors="$floors" '
		BEGIN {
			n = split(floors, f, "\n")
			for (i = 1; i <= n; i++) { split(f[i], w, " "); floor[w[1]] = w[2] }
		}
		$1 == "cost_ns" { ns[$2] = $3; next }
		$1 ~ /^(MNG|MR|MEM|VP|PHYMEM)\./ && NF == 4 && $2 > $3 { calls[$1] = $2; all[$1] = $4 }
		END {
			for (leaf in calls) {
				mean = all[leaf] / calls[leaf]; most = ns[leaf] * 1.1
				if (most < 950) most = 950
				if (most < floor[leaf]) most = floor[leaf]
				checked++
				if (mean >= ns[leaf] * 0.9 && mean <= most) continue
				printf "%s: %s takes %d ns, not %d\n", cost, leaf, mean, ns[leaf]
				wrong = 1
			}
			if (checked < 20) { printf "%s: only %d leaves were called\n", cost, checked; wrong = 1 }
			if (!wrong) printf "%s: %d leaves take what they should\n", cost, checked
			exit wrong
		}' "$work/$cost/counters-after.txt" >"$work/$cost.txt" ||
		failed "$(cat "$work/$cost.txt")"
	cat "$work/$cost.txt"
done
