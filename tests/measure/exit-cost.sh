#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What do an entry of a TD's vCPU and what KVM does about its exit cost, of a guest that executes (code) and of one that
# follows a script (guest)? Conversions of 64 pages, in virtual and in wall time, costs mid without jitter, kvm_entry and
# kvm_exit traced. A line for each boot and reason: drive, time base, seed, reason, exits, median microseconds from entry to
# exit and from exit to the next entry; and one for VP.ENTER, calls and mean microseconds by the module's own count.
#
# Needs `make kernels VARIANTS=immediate`.
#
# usage: tests/measure/exit-cost.sh [SEED...]  (default: 1 2 3)
#
# OUT=DIR  keep the run directories there
set -eu
cd "$(dirname "$0")/../.."
[ $# -gt 0 ] || set -- 1 2 3
. tests/work.sh

# The last CPU: QEMU 7.2 loses bits of the first one's state (kernel-patches/SOFT-TDX.md, Unmodified guests).
inside='
	t=/sys/kernel/tracing
	echo 8192 >$t/buffer_size_kb && echo 1 >$t/events/kvm/kvm_entry/enable && echo 1 >$t/events/kvm/kvm_exit/enable &&
	echo 1 >$t/tracing_on || exit 1
	taskset -c $(($(nproc) - 1)) dpamt-workload convert --tds 1 --threads 1 --mem 2 --pages-per-region 64 \
		--drive DRIVE >/dev/null || exit 1
	cat $t/trace >$RESULTS_DIR/exits.txt
	cat /sys/kernel/debug/soft_tdx/leaves >$RESULTS_DIR/leaves.txt'

echo "drive time seed reason exits entry_to_exit_us exit_to_entry_us"
for seed; do
	for time in virtual wall; do
		cpus=1
		[ $time = virtual ] || cpus=2
		for drive in code guest; do
			dir=${OUT:-$work}/$drive-$time-$seed
			build/dpamt-bench run --variant immediate --time $time --cpus $cpus --mem 1G --timeout 300 --seed "$seed" \
				--append 'soft_tdx.jitter=0 soft_tdx.boot_jitter=0' --out "$dir" -- \
				sh -c "$(echo "$inside" | sed "s/DRIVE/$drive/")" >"$work/stdout" 2>"$work/stderr" ||
				failed "$drive, $time, seed $seed"
			# "REASON in US" and "REASON out US", then the medians of each reason
			sed -nE 's/.* ([0-9]+)\.([0-9]{6}): kvm_(entry|exit): (vcpu 0 reason ([A-Z_]+))?.*/\1\2 \3 \5/p' "$dir/exits.txt" |
				awk '$2 == "entry" { if (reason) print reason, "out", $1 - left; entered = $1 }
				     $2 == "exit" { reason = $3; left = $1; if (entered) print reason, "in", $1 - entered }' |
				jq -Rrn --arg boot "$drive $time $seed" '
					def median: sort | (.[(length - 1) / 2 | floor] + .[length / 2 | floor]) / 2;
					def us($way): map(select(.[1] == $way)[2] | tonumber);
					[inputs | split(" ")] | group_by(.[0])[] |
					"\($boot) \(.[0][0]) \(us("in") | length) \(us("in") | median) \(us("out") | median)"' >"$work/medians"
			[ -s "$work/medians" ] || failed "$drive, $time, seed $seed: no exits were traced"
			cat "$work/medians"
			awk -v boot="$drive $time $seed" '$1 == "VP.ENTER" { print boot, $1, $2, $4 / $2 / 1000, "-" }' \
				"$dir/leaves.txt"
		done
	done
done
