#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# May PAMT be put from an RCU callback while CPUs go offline? TDs with many S-EPT pages are destroyed on
# cpu1, which goes offline and comes back all the time. Between CPUHP_AP_KVM_ONLINE, where the dying CPU
# leaves VMX operation, and CPUHP_TEARDOWN_CPU, which turns its interrupts off, softirqs still run: a
# callback's SEAMCALL is then #UD, the pair leaks and the kernel warns.
#
# A kernel that puts PAMT right after RECLAIM must never get there, or the test fails. A kernel that puts it from the
# callback can get there, unless its callbacks run in kthreads, which are gone or parked by then. Whether a boot
# gets there is chance. If none of them did, the test is skipped and names the kernel.
#
# HOTPLUG_TRIES  boots of eight TDs each, for a kernel that is expected to fail, until it does (default 10)
. "${0%/*}/lib.sh"

tries=${HOTPLUG_TRIES:-10}
ud=0x8000ff0000000006	# TDX_SEAMCALL_UD

script='dmesg -n 1
online=/sys/devices/system/cpu/cpu1/online
n=0
for td in 1 2 3 4 5 6 7 8; do
	dpamt-workload teardown --draws off --tds 1 --sept-pages 2000 --layout sparse >/run/out 2>&1 & w=$!
	while kill -0 $w 2>/dev/null; do
		taskset -ap 2 $w >/dev/null 2>&1
		echo 0 >$online && n=$((n + 1))
		echo 1 >$online
	done
	wait $w || { cat /run/out >&2; exit 1; }
done
dmesg >$RESULTS_DIR/dmesg.txt
echo "offline $n"
sed -n "s/^pamt_put /put /p" /sys/kernel/debug/tdx_stats/policy
echo "leaked $(awk "\$1 == \"pamt_pairs\" { print \$2 }" /sys/kernel/debug/tdx_stats/pamt)"
echo "status $(sed -n "s/.*TDH.PHYMEM.PAMT.REMOVE failed: //p" $RESULTS_DIR/dmesg.txt)"
echo "context $(sed -n "s/^\[[^]]*\] *\(\(tdp_mmu_free_sp_rcu_callback\)+.*\)/\2/p" $RESULTS_DIR/dmesg.txt | head -n 1)"'

# hotplug NAME DIR OPTIONS... : $offline times cpu1 went off, $leaked pairs, $ud_status of the first
# failing REMOVE, $put: when the kernel puts PAMT
hotplug() {
	name=$1 dir=$2
	shift 2
	boot "$name" "$dir" --time wall --timeout 600 "$@" -- sh -c "$script"
	# Leaked pairs are a violated balance, which is what is looked for: 126.
	[ $status -eq 0 ] || [ "$status" -eq 126 ] || failed "$name: the boot ended with status $status"
	said() { sed -n "s/^$1 //p" "$work/$dir/stdout.txt"; }
	offline=$(said offline) leaked=$(said leaked) ud_status=$(said status) context=$(said context) put=$(said put)
	[ "${offline:-0}" -gt 8 ] || failed "$name: cpu1 went offline ${offline:-0} times only"
}

# check_safe WHAT : after hotplug, it must not have happened
check_safe() {
	[ -z "$ud_status" ] && [ "$leaked" -eq 0 ] ||
		failed "$1: $leaked pairs leaked, PAMT.REMOVE failed with ${ud_status:-nothing}"
	echo "$1: cpu1 went offline $offline times, no SEAMCALL failed"
}

# check_unsafe NAME : after hotplug, it has happened, or happens in another boot; else NAME is added to $unseen
check_unsafe() {
	i=1
	while [ -z "$ud_status" ]; do
		[ $i -lt "$tries" ] || { unseen="$unseen $1"; return; }
		hotplug "$1" "$1-$i"
		i=$((i + 1))
	done
	[ "$ud_status" = $ud ] || failed "$1: PAMT.REMOVE failed with $ud_status, not $ud"
	[ "$leaked" -gt 0 ] || failed "$1: PAMT.REMOVE failed, but no pair leaked"
	[ -n "$context" ] || failed "$1: PAMT.REMOVE failed elsewhere than in the callback"
	echo "$1: cpu1 went offline $offline times: $leaked pairs leaked, #UD in an RCU callback"
}

unseen=
variants=${VARIANTS:-immediate rcu}
need $variants
for v in $variants; do
	hotplug $v $v
	case $put in
	rcu) check_unsafe $v ;;
	?*) check_safe $v ;;
	*) failed "$v does not say when it puts PAMT" ;;
	esac
done
case " $variants " in
*" rcu "*)
	hotplug rcu rcu-nocbs --append rcu_nocbs=0-1
	check_safe "rcu, callbacks offloaded"
	hotplug rcu rcu-kthread --append rcutree.use_softirq=0
	check_safe "rcu, callbacks in rcuc kthreads"
	;;
esac
[ -z "$unseen" ] || {
	echo "${0##*/}: skipped, in $tries boots each no callback ran outside VMX operation:$unseen" >&2
	exit 77
}
exit 0
