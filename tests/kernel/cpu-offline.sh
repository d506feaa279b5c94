#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Reproducer of what kvm-fixes/0011 fixes: a CPU that goes offline. Without the fix a kernel with lockdep warns
# each time, because tdx_offline_cpu() flushes the CPU's cache with preemption on.
#
# KERNEL  a bzImage with lockdep to try instead: one without the fix must fail here
given=${KERNEL:-}
. "${0%/*}/lib.sh"

kernels=${KERNELS:-immediate+kunit}
[ -n "$given" ] && kernels=given || need $kernels
for k in $kernels; do
	inside $k $k 'dmesg -n 1
	[ -e /proc/lockdep_stats ] || { echo "this kernel has no lockdep" >&2; exit 1; }
	for i in 1 2 3; do
		echo 0 >/sys/devices/system/cpu/cpu1/online || exit 1
		echo 1 >/sys/devices/system/cpu/cpu1/online || exit 1
	done
	echo "offline $(dmesg | grep -c "smpboot: CPU 1 is now offline"), warnings $(dmesg | grep -c WARNING:)"' \
		--time wall --cpus 2 --append kunit.enable=0 ${given:+--kernel "$given"}
	[ $status -eq 0 ] || failed "$k: it ended with status $status"
	[ "$(cat "$work/stdout")" = 'offline 3, warnings 0' ] || failed "$k: $(cat "$work/stdout")"
	echo "$k: a CPU went offline three times, without a warning"
done
