#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Reproducer of the bug that kvm-fixes/0002 fixes: a TD that is refused because its cgroup's limit
# (misc.max) is reached is uncharged without having been charged. Without the fix the limit is gone.
#
# KERNEL  a bzImage to try instead: one without the fix must fail here
given=${KERNEL:-}
. "${0%/*}/lib.sh"

# More than there are KeyIDs, so that one which is not given back would be missed.
tries=70
variants=${VARIANTS:-immediate rcu}
[ -n "$given" ] && variants=given || need $variants
for v in $variants; do
	for limit in 1 3; do
		inside $v $v-$limit "dmesg -n 1; \$P/misc_limit $limit $tries" ${given:+--kernel "$given"}
		want="created $limit | refused $((tries - limit)) | charged $limit"
		want="$want | after raising the limit: charged $((limit + 1)) | in the end: charged 0 | warnings 0"
		[ "$(cat "$work/stdout")" = "$want" ] ||
			failed "$v, limit $limit: $(cat "$work/stdout"), not $want"
		[ $status -eq 0 ] || failed "$v, limit $limit: it ended with status $status"
	done
	echo "$v: limits of 1 and 3 TDs held, $tries tries each"
done
