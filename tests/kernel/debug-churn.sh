#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Every variant that is meant to be right churns on a kernel with lockdep,
# PROVE_RCU, KASAN, DEBUG_OBJECTS and KVM_PROVE_MMU, without a splat: teardown
# one by one and all at once, conversions by host and by guest, in virtual time
# and with vCPUs in parallel.
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu immediate-irqsave rcu-page}
for v in $variants; do
	need "$v+debug"
	k=$v+debug
	good $k $v-1 --timeout 600 -- teardown --tds 3 --sept-pages 64 --layout sparse
	grep -q 'Lock dependency validator' "$work/$v-1/console.log" || failed "$k has no lockdep"
	grep -q 'KernelAddressSanitizer initialized' "$work/$v-1/console.log" || failed "$k has no KASAN"
	good $k $v-2 --timeout 600 -- teardown --tds 8 --mem 2 --destroy all-at-once
	good $k $v-3 --timeout 600 -- convert --tds 2 --threads 2 --mem 2
	good $k $v-4 --timeout 600 --time wall -- convert --tds 3 --threads 4 --mem 4 --pattern random --ops 2000
	good $k $v-5 --timeout 600 --time wall -- teardown --tds 8 --sept-pages 16 --layout sparse --destroy all-at-once --rounds 3
	good $k $v-6 --timeout 600 -- convert --tds 2 --threads 2 --mem 2 --drive guest
	echo "$v: clean"
done
