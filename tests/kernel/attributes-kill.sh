#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Reproducer of the bug that kvm-fixes/0007 fixes: a process that sets the attributes of a large range cannot
# be killed meanwhile. Without the fix it is gone seconds later, here within a quarter of a second.
#
# KERNEL  a bzImage to try instead: one without the fix must fail here
given=${KERNEL:-}
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate}
[ -n "$given" ] && variants=given || need $variants
for v in $variants; do
	inside $v $v 'dmesg -n 1; $P/attributes_kill clear 24; $P/attributes_kill set 22' \
		--mem 1G ${given:+--kernel "$given"}
	[ $status -eq 0 ] || failed "$v: it ended with status $status"
	[ "$(wc -l <"$work/stdout")" -eq 2 ] || failed "$v: $(cat "$work/stdout" "$work/stderr")"
	late=$(awk '/ gone / && $5 > 250' "$work/stdout")
	[ -z "$late" ] || failed "$v: $late"
	sed "s/^/$v: /" "$work/stdout"
done
