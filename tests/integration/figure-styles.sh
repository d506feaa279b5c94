#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In figures no two columns look the same, builds of one variant included; a variant looks the same
# whether there are other builds of it or not. Boots nothing.
#
# BUILD	the build directory (default: build)
set -u
. "${0%/*}/../report-checks.sh"

# setting DIR NAME : a line per column of the retention figure
setting() { sed -n "s/^$2 = '\(.*\)'/\1/p" "$work/$1/plots/data/retention-teardown.set" | tr ' ' '\n'; }
# styles DIR : variant, colour, dash of each column
styles() {
	for name in variants colours dashes; do setting "$1" $name >"$work/$name"; done
	paste -d' ' "$work/variants" "$work/colours" "$work/dashes"
}

"$make_runs" "$work/plain" pages=20 rounds=20 experiments=teardown variants=immediate,rcu
"$make_runs" "$work/builds" pages=20 rounds=20 experiments=teardown \
	variants=immediate,rcu,immediate+hz100,rcu+hz100,immediate+hz1000,rcu+hz1000
report plain 0
report builds 0
styles plain >"$work/alone"
[ "$(wc -l <"$work/alone")" -eq 2 ] || failed "not two columns: $(cat "$work/alone")"
styles builds | grep -v + | diff "$work/alone" - >"$work/stderr" ||
	failed "immediate and rcu alone (<) and beside other builds (>)"
alike=$(setting builds colours | sort | uniq -d)
[ -z "$alike" ] || failed "of six columns some have the same colour: $alike"
exit 0
