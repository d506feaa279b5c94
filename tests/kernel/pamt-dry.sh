#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Reproducer of the bug that kvm-fixes/0006 fixes: KVM_TDX_INIT_MEM_REGION fills a vCPU's caches once and
# then tries until it succeeds, while a failed attempt brings nothing back. The first page of a TD takes
# eight of ten pages of PAMT: for three tables and itself. Without the fix two busy answers leave it
# without pages until a signal comes, and five make KVM warn that its cache of tables is empty. The second
# page has all ten for itself, two for each attempt: without the fix, four busy answers take the last.
#
# KERNEL  a bzImage to try instead: one without the fix must fail here
given=${KERNEL:-}
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu}
[ -n "$given" ] && variants=given || need $variants

want='
MEM.SEPT.ADD 1 | - | failed gets: no | signal: no | again: ok
MEM.SEPT.ADD 2 | - | failed gets: no | signal: no | again: ok
MEM.SEPT.ADD 5 | - | failed gets: no | signal: no | again: ok
MEM.PAGE.ADD 1 | - | failed gets: no | signal: no | again: ok
MEM.PAGE.ADD 2 | - | failed gets: no | signal: no | again: ok
MEM.PAGE.ADD 4 second page | - | failed gets: no | signal: no | again: ok
MEM.PAGE.ADD 5 second page | - | failed gets: no | signal: no | again: ok'

for v in $variants; do
	inside $v $v-dry 'dmesg -n 1
		for n in 1 2 5; do $P/pamt_dry MEM.SEPT.ADD $n || exit 1; done
		for n in 1 2; do $P/pamt_dry MEM.PAGE.ADD $n || exit 1; done
		for n in 4 5; do $P/pamt_dry MEM.PAGE.ADD $n second || exit 1; done' ${given:+--kernel "$given"}
	echo "$want" | sed 1d | diff - "$work/stdout" >"$work/stderr" || failed "$v: expected (<) and found (>)"
	[ $status -eq 0 ] || failed "$v: it ended with status $status"
	! grep -q 'WARNING: ' "$work/$v-dry/dmesg.txt" || failed "$v: the kernel warned"
	echo "$v: up to five busy answers are survived"
done
