#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Reproducer of the bug that kvm-fixes/0001 fixes: a thread migrated while it is in
# KVM_TDX_INIT_VCPU, after TDH.VP.INIT associated the vCPU with the old CPU. Without the fix KVM
# does not flush the vCPU there, the next TDH.VP.WR fails with TDX_VCPU_ASSOCIATED, and the VM is
# dead. In wall time: in virtual time a thread moves only where QEMU goes from one CPU to the next.
#
# KERNEL  a bzImage to try instead: one without the fix must fail here
# TDS     how many TDs of two vCPUs are made (default 300; without the fix one in about 130 vCPUs fails)
given=${KERNEL:-}
. "${0%/*}/lib.sh"

tds=${TDS:-300}
variants=${VARIANTS:-immediate rcu}
[ -n "$given" ] && variants=given || need $variants
for v in $variants; do
	inside $v $v-migrate "dmesg -n 1; \$P/vcpu_migrate $tds 2" --time wall \
		${given:+--kernel "$given"}
	grep -q "^$((tds * 2)) vCPUs made, [1-9][0-9]* migrations, first failure -, warnings 0\$" "$work/stdout" ||
		failed "$v: $(cat "$work/stdout") $(grep -h 'TDH_VP_' "$work/$v-migrate/dmesg.txt" | head -n 1)"
	echo "$v: $(cat "$work/stdout")"

	# Would it be seen? Let the module say so once.
	inside $v $v-seen "dmesg -n 1
		echo VP.WR 11 0x8000070100000000 1 >/sys/kernel/debug/soft_tdx/inject
		\$P/vcpu_migrate 9 2" ${given:+--kernel "$given"}
	grep -q "^[0-9]* vCPUs made, .* EIO, warnings 1\$" "$work/stdout" ||
		failed "$v: a TDH.VP.WR that failed was not noticed: $(cat "$work/stdout")"
done
