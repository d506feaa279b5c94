#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A boot that panics, warns, hangs or loses its QEMU fails the run with one line that
# names the cause, and leaves a run directory with status "failed".
. "${0%/*}/lib.sh"

run a -- panic
[ $status -eq 126 ] || failed "a panic gave status $status, not 126"
stderr_has "Kernel panic - not syncing: sysrq triggered crash"
reason_has a "kernel trouble"

run b -- warn
[ $status -eq 126 ] || failed "a WARNING gave status $status, not 126"
reason_has b "kernel trouble (WARNING): WARNING: CPU: 0 PID: 1 at a test of dpamt-bench"

# A task that waits for the host is not hung: virtual time runs ahead meanwhile.
for expected in 'virtual 0' 'wall 120'; do
	time=${expected% *}
	run hung-$time --time $time -- cat /proc/sys/kernel/hung_task_timeout_secs
	[ "$time $(cat "$work/stdout")" = "$expected" ] || failed "hung tasks: $time $(cat "$work/stdout"), not $expected"
done

# Progress in a pipe is a line every half minute.
run c --timeout 32 -- hang
[ $status -eq 126 ] || failed "a hang gave status $status, not 126"
reason_has c "no end within 32 s of wall time"
grep -qx 'boot 1 of 1, 1 running, elapsed 0:3[0-2]' "$work/stderr" || failed "no line of progress after 30 s"

# hang DIR : a boot in the background that will not end; sets $pid and $qemu once its guest has spoken
hang() {
	"$bench" run --variant test --kernel "$KERNEL" --workload "$probe" --out "$work/$1" -- hang 2>"$work/stderr" &
	pid=$!
	wait_for $pid test -s "$work/$1.tmp/console.log"
	read -r qemu _ <"/proc/$pid/task/$pid/children" || true
}

# QEMU is killed as soon as the guest has something to say.
hang d
[ -n "$qemu" ] || failed "dpamt-bench has no child"
kill -KILL "$qemu"
wait $pid
status=$?
[ $status -eq 126 ] || failed "a killed QEMU gave status $status, not 126"
reason_has d "QEMU was killed by signal 9"

# Interrupted: nothing is left, neither a directory nor a process.
hang e
kill -TERM $pid
wait $pid
status=$?
[ $status -eq 130 ] || failed "an interrupted run gave status $status, not 130"
[ ! -e "$work/e" ] && [ ! -e "$work/e.tmp" ] || failed "an interrupted run left a directory"
[ ! -e "/proc/$qemu" ] || failed "QEMU outlived an interrupted run"

run f --append panic_on_warn=1 --time later -- clock
[ $status -eq 127 ] || failed "a wrong option gave status $status, not 127"
[ "$(wc -l <"$work/stderr")" -eq 1 ] || failed "a wrong option gave more than one line"
exit 0
