#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# In figures no two columns look the same, builds of one variant included; a variant looks the same
# whether there are other builds of it or not. Boots nothing.
#
# BUILD	the build directory (default: build)
set -u
. "${0%/*}/../report-checks.sh"

# style DIR NAME : the words of a setting in the data of the retention figure
style() { sed -n "s/^$2 = '\(.*\)'/\1/p" "$work/$1/plots/data/retention-teardown.set"; }

"$make_runs" "$work/plain" pages=20 rounds=20 experiments=teardown variants=immediate,rcu
"$make_runs" "$work/builds" pages=20 rounds=20 experiments=teardown \
	variants=immediate,rcu,immediate+hz100,rcu+hz100,immediate+hz1000,rcu+hz1000
report plain 0
report builds 0
for name in colours dashes; do
	[ "$(style plain $name | wc -w)" -eq 2 ] || failed "$name: $(style plain $name)"
	[ "$(style builds $name | cut -d' ' -f1-2)" = "$(style plain $name)" ] ||
		failed "$name of immediate and rcu: $(style plain $name), with other builds $(style builds $name)"
done
alike=$(style builds colours | tr ' ' '\n' | sort | uniq -d)
[ -z "$alike" ] || failed "two of six columns have the colour" $alike
exit 0
