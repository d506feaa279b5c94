#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# `dpamt-bench shrink` on a planted bug: few operations are left, and the C program of them fails on the
# kernel with the bug, and not on one without.
. "${0%/*}/lib.sh"

need early-put immediate

"$bench" shrink --variant early-put --seed 1 -- storm --rounds 5 >"$work/program.c" 2>"$work/stderr" ||
	failed "shrink: $(cat "$work/stderr")"
summary=$(grep ' operations, ' "$work/stderr")
left=$(sed -n 's/^\([0-9]*\) of [0-9]* operations, .*/\1/p' "$work/stderr")
[ "${left:-100}" -le 16 ] || failed "$left operations are left: $(cat "$work/stderr")"
[ "$(grep -c '^	step(' "$work/program.c")" -eq "$left" ] || failed "the program has not $left operations"

visible=$work
! hidden_in_vm "$work" || :	# sets visible
gcc -static -isystem "$BUILD/kernels/headers" -o "$visible/program" "$work/program.c" 2>"$work/stderr" ||
	failed "the program does not compile: $(cat "$work/stderr")"
boot early-put bug --mem 1G --cpus 1 --timeout 300 -- "$visible/program"
[ $status -ne 0 ] || failed "the program does not fail on early-put"
good immediate no-bug --mem 1G --cpus 1 --timeout 300 -- "$visible/program"
echo "early-put: $summary"
