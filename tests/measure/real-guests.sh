#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What do TDs with an unmodified OVMF hold when they end, one, two and four of them at once? A line for each boot
# (simulated-virtual): policy, cost level, guests, S-EPT pages that KVM allocated, those held at the peak, how long one
# is held on average and at most, pairs held back, PAMT gets, calls of PAMT.ADD, seconds from the last guest's shell
# until all are gone.
#
# Needs `make kernels VARIANTS="immediate rcu"` and `tests/td-guests/root.sh firmware`. Boots of both policies run side by side.
#
# usage: tests/measure/real-guests.sh [ROUNDS [GUESTS...]]  (default 5 1 2 4)
#
# COSTS  cost levels of the module (default: mid)
set -eu
cd "$(dirname "$0")/../.."
rounds=${1:-5}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- 1 2 4
root=$(tests/td-guests/root.sh --cached firmware) || {
	echo "real-guests: run 'tests/td-guests/root.sh firmware' first" >&2
	exit 1
}
. tests/work.sh
tests/td-guests/archive.sh "$root" "$work/td.cpio" || failed "archive.sh"

# boot DIR POLICY COST GUESTS SEED
boot() {
	build/dpamt-bench run --variant "$2" --cost "$3" --cpus 2 --mem 3G --timeout 1800 --seed "$5" --root "$work/td.cpio" \
		--out "$work/$1" -- sh /td/many-in-vm.sh "$4" /td 'UEFI Interactive Shell' -m 256 -smp 1 \
		2>"$work/$1.err" >/dev/null
}

line() { # DIR POLICY COST GUESTS
	awk -v policy="$2" -v cost="$3" -v guests="$4" '
		FNR == NR { n[$1] = $2; next }
		/ guests were up / { down = $(NF - 1) - $5 }
		END { print policy, cost, guests, n["spt_allocated_pages"], n["spt_held_peak_pages"],
			n["spt_held_page_ns"] / n["spt_freed_pages"] / 1000, n["spt_held_time_max_ns"] / 1000,
			n["pamt_pairs_held_back_peak"], n["pamt_get"], n["pamt_add"], down }' \
		"$work/$1/counters-after.txt" "$work/$1/stdout.txt"
}

echo "policy cost guests spt_allocated_pages spt_held_peak_pages held_mean_us held_max_us pairs_held_back_peak" \
	"pamt_gets pamt_adds teardown_s"
for round in $(seq "$rounds"); do
	for cost in ${COSTS:-mid}; do
		for guests; do
			dir=$round-$cost-$guests
			boot $dir-immediate immediate $cost $guests $round &
			other=$!
			status=0
			boot $dir-rcu rcu $cost $guests $round || status=$?
			wait $other || status=$?
			for policy in immediate rcu; do
				[ $status -eq 0 ] || failed "$dir: $(cat "$work/$dir-$policy.err")"
				line $dir-$policy $policy $cost $guests
			done
		done
	done
done
