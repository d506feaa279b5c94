#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Each allocation of each step in a TD's life fails once (tests/kernel/guest/enomem.c), on kernels with
# lockdep, KASAN and kmemleak: ENOMEM or success, no warning, everything comes back, nothing leaks.
# Minutes per kernel, so not for all VARIANTS: the others allocate where these do.
. "${0%/*}/lib.sh"

variants=${ENOMEM_VARIANTS:-immediate rcu}
need $(printf '%s+debug ' $variants)
for v in $variants; do
	inside $v+debug $v 'dmesg -n 1
		k=/sys/kernel/debug/kmemleak; echo scan >$k && echo scan >$k && echo clear >$k || exit 1
		$P/enomem create add populate convert run destroy; s=$?
		sleep 6	# kmemleak looks at what is older than five seconds
		echo scan >$k && echo scan >$k && cat $k >$RESULTS_DIR/kmemleak.txt || exit 1
		echo "status $s, $(grep -c ^unreferenced $RESULTS_DIR/kmemleak.txt) leaks"' \
		--time wall --timeout 3600
	grep -qx 'status 0, 0 leaks' "$work/stdout" ||
		failed "$v: $(cat "$work/stdout") $(head -n 40 "$work/$v/kmemleak.txt")"
	[ $status -eq 0 ] || failed "$v: the boot ended with status $status"
	sed "s/^/$v: /" "$work/stdout"
done
