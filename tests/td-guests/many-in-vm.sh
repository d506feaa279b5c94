#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Runs inside the VM of dpamt-bench: COUNT TDs at once, each as run-in-vm.sh has it. When all of them have said WORD,
# all are torn down at once. Guest N's console goes to $RESULTS_DIR/guestN/.
#
# usage: many-in-vm.sh COUNT ROOT WORD QEMU_OPTION...
set -u
count=$1
shift
together=$(mktemp -d)
mkfifo "$together/there" || exit 1
exec 9<>"$together/there"
guests=
for i in $(seq "$count"); do
	mkdir "$RESULTS_DIR/guest$i"
	mkfifo "$together/gate$i" || exit 1
	TOGETHER=$together GATE=$together/gate$i RESULTS_DIR=$RESULTS_DIR/guest$i sh "${0%/*}/run-in-vm.sh" "$@" 9>&- &
	guests="$guests $!"
done
# One that fails is there, too, and needs no gate.
there=
for i in $guests; do
	read -r which <&9
	there="$there $which"
done
read -r uptime _ </proc/uptime
for which in $there; do [ "$which" = failed ] || echo >"$which"; done
failed=0
for i in $guests; do wait "$i" || failed=1; done
read -r gone _ </proc/uptime
rm -rf "$together"
[ $failed -eq 0 ] || exit 1
echo "$count guests were up $uptime s after the VM's start, and gone at $gone s"
