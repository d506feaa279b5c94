#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A build of kernels says from time to time what it is at, in a pipe as well, and ends as its command ends.
# Builds nothing.
set -u
cd "$(dirname "$0")/../.." || exit 1

. tests/work.sh

mkdir -p "$work/dpamt-bench/log"
printf '  CC      a.o\n  CC      arch/x86/kvm/b.o\n' >"$work/dpamt-bench/log/base-1.log"
echo old >"$work/dpamt-bench/log/old.log"
touch -d '1 hour ago' "$work/dpamt-bench/log/old.log"
XDG_CACHE_HOME=$work CLOCK_SECONDS=1 bench/kernel/clock.sh sh -c 'echo out; sleep 3; exit 7' >"$work/stdout" 2>"$work/stderr"
[ $? = 7 ] || failed "the exit status is not the command's"
[ "$(cat "$work/stdout")" = out ] || failed "stdout has more than the command's"
grep -qx 'kernels: elapsed 0:01, now CC arch/x86/kvm/b.o' "$work/stderr" || failed "it does not say what it is at"
XDG_CACHE_HOME=$work/none CLOCK_SECONDS=1 bench/kernel/clock.sh sleep 2 2>"$work/stderr" || failed "without logs"
grep -qx 'kernels: elapsed 0:01' "$work/stderr" || failed "without logs: it says something else"
# What reads its stderr is not kept waiting for the next line.
timeout 10 sh -c 'CLOCK_SECONDS=60 bench/kernel/clock.sh sleep 0.5 2>&1 | cat' >"$work/stdout" ||
	failed "stderr is open after the command's end"
