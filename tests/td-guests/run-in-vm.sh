#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Runs inside the VM of dpamt-bench: an unmodified QEMU with one TD, until a whole line of its console has WORD or
# QEMU ends. The console goes to $RESULTS_DIR/guest-console.txt; where a trace is recorded, each of its lines is a mark there.
#
# The guest keeps off the first CPU, if there are more: QEMU 7.2 loses bits of that CPU's state when another CPU
# executes FXRSTOR or XRSTOR (kernel-patches/SOFT-TDX.md, Unmodified guests).
#
# PREFIX    what the names of its files begin with: PREFIX=1- is 1-guest-console.txt
# TOGETHER  a directory of many-in-vm.sh: the guest writes the name of its GATE to the FIFO `there` when it has said WORD,
#	    or "failed"
# GATE	    a FIFO; the guest stays until it can read a line there
#
# usage: run-in-vm.sh ROOT WORD QEMU_OPTION...
set -u
root=$1 word=$2
shift 2
libraries=$root/usr/lib/x86_64-linux-gnu
console=$RESULTS_DIR/${PREFIX:-}guest-console.txt
tracing=/sys/kernel/tracing
give_up() {
	[ -z "${TOGETHER:-}" ] || echo failed >"$TOGETHER/there"
	echo "run-in-vm.sh: $*" >&2
	exit 1
}
fifo=$(mktemp -u)
mkfifo "$fifo" || give_up "no FIFO $fifo for the guest's console"
last_cpu=$(($(nproc) - 1))
[ $last_cpu -eq 0 ] || taskset -pc 1-$last_cpu $$ >/dev/null || give_up "cannot keep off the first CPU"

"$root/usr/lib64/ld-linux-x86-64.so.2" --library-path "$libraries" "$root/usr/bin/qemu-system-x86_64" \
	-L "$root/usr/share/qemu" -L "$root/usr/share/seabios" -L "$root/usr/lib/ipxe/qemu" \
	-no-user-config -nodefaults -display none -net none -no-reboot \
	-accel kvm -cpu host -object tdx-guest,id=tdx0 \
	-machine q35,kernel-irqchip=split,confidential-guest-support=tdx0 \
	-bios "$root/usr/share/ovmf/OVMF.fd" -serial stdio "$@" \
	</dev/null >"$fifo" 2>"$RESULTS_DIR/${PREFIX:-}qemu-errors.txt" &
qemu=$!
# mark_lines : what comes in goes out, and to the trace if one is recorded
mark_lines() {
	[ "$(cat $tracing/events/tdx/enable 2>/dev/null)" = 1 ] || exec cat
	while IFS= read -r line || [ -n "$line" ]; do
		echo "$line"
		echo "guest ${PREFIX:-}$line" >$tracing/trace_marker
	done
}
# tee ends when QEMU has ended.
tee "$console" <"$fifo" | mark_lines | {
	grep -q -m 1 -e "$word" || exit 1
	[ -z "${TOGETHER:-}" ] || { echo "$GATE" >"$TOGETHER/there"; read -r _ <"$GATE"; }
	kill $qemu
	cat >/dev/null
}
reached=$?
wait $qemu
status=$?
rm -f "$fifo"
[ $reached -eq 0 ] || give_up "the guest's console never said \"$word\"; QEMU ended with status $status"
# It ends well when it is told to.
[ $status -eq 0 ] || { echo "run-in-vm.sh: QEMU ended with status $status after \"$word\"" >&2; exit 1; }
echo "reached \"$word\", QEMU ended with status $status"
