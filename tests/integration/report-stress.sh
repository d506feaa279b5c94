#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What a report takes from stress-ng-N.yaml. Boots nothing.
#
# BUILD	the build directory (default: build)
set -u
. "${0%/*}/../report-checks.sh"

# --- what stress-ng got done: what it did not finish or leave is named and is not 0
"$make_runs" "$work/stress" pages=20 experiments=teardown stress=1
report stress 0
[ -s "$work/stderr" ] && failed "stress: something on stderr"
row '.metric == "stress_vm_ops_per_second" and .variant == "immediate" and .median == 503 and .unit == "1/s" and
     .better == "more" and .n_boots == 5'
row '.metric == "stress_vm_ops_per_second" and .variant_b == "rcu" and .shift == -100 and .ci_low < -90'
holds 'all(.metrics[]; .metric | contains("tmpfs") | not)'
says 'stress-ng: tmpfs was not once finished with a piece of work in 10 boots; it has no value there, which is not 0'
rm "$work/stress/runs/teardown-rcu-s1/stress-ng-1.yaml"
sed -i '$d' "$work/stress/runs/teardown-rcu-s2/stress-ng-1.yaml"
report stress 0
row '.metric == "stress_vm_ops_per_second" and .variant == "rcu" and .n_boots == 3'
says 'stress-ng: stress-ng-1.yaml was absent or without metrics in 1 boots'
says 'remark: teardown-rcu-s2: stress-ng-1.yaml:16: cut short; it is left out'
exit 0
