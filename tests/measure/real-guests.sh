#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What do TDs with an unmodified OVMF hold when they end, one, two and four of them at once? A line for each boot
# (simulated-wall): policy, guests, S-EPT pages that KVM allocated, those held at the peak, how long one is held on
# average and at most, pairs held back, seconds from the last guest's shell until all are gone.
#
# Needs `make kernels VARIANTS="immediate rcu"` and `tests/td-guests/root.sh firmware`.
#
# usage: tests/measure/real-guests.sh [ROUNDS [GUESTS...]]  (default 5 1 2 4)
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
order='immediate rcu'
echo "policy guests spt_allocated_pages spt_held_peak_pages held_mean_us held_max_us pairs_held_back_peak teardown_s"
for round in $(seq "$rounds"); do
	for guests; do
		for policy in $order; do
			dir=$work/$round-$guests-$policy
			build/dpamt-bench run --variant "$policy" --time wall --cpus 3 --mem 4G --timeout 900 --seed "$round" --out "$dir" -- \
				sh "$PWD/tests/td-guests/many-in-vm.sh" "$guests" "$root" 'UEFI Interactive Shell' -m 256 -smp 1 \
				2>"$work/stderr" >/dev/null || failed "$policy, $guests guests, round $round"
			awk -v policy="$policy" -v guests="$guests" '
				FNR == NR { n[$1] = $2; next }
				/ guests were up / { down = $(NF - 1) - $5 }
				END { print policy, guests, n["spt_allocated_pages"], n["spt_held_peak_pages"],
					n["spt_held_page_ns"] / n["spt_freed_pages"] / 1000, n["spt_held_time_max_ns"] / 1000,
					n["pamt_pairs_held_back_peak"], down }' "$dir/counters-after.txt" "$dir/stdout.txt"
		done
	done
	# The other one first.
	order="${order#* } ${order%% *}"
done
