#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Negative control: PAMT put from an RCU callback under a plain spinlock. Lockdep
# must say that dpamt_lock is taken in softirq context and with softirqs on; if
# it does not, then it would not find a mistake in the other variants either.
. "${0%/*}/lib.sh"

need rcu-naive+kunit
boot rcu-naive+kunit naive --append kunit.enable=0 --timeout 600 -- teardown --tds 2 --sept-pages 64 --layout sparse
[ $status -ne 0 ] || failed "lockdep found nothing wrong"
grep -q 'WARNING: inconsistent lock state' "$work/naive/console.log" ||
	failed "it failed, but not for its lock: $(jq -r .reason "$work/naive/status.json")"
grep -q '{SOFTIRQ-ON-W} -> {IN-SOFTIRQ-W}' "$work/naive/console.log" || failed "not the usage expected"
grep -q 'dpamt_lock' "$work/naive/console.log" || failed "the report does not name dpamt_lock"

# Its line in debug-churn.sh's table. This kernel has neither KASAN nor kmemleak.
echo "rcu-naive teardown=$(jq -r .conservation "$work/naive/status.json")/report/-/- convert=n/a septremove=n/a"
