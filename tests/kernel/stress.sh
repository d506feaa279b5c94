#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# TDs come and go on a machine that changes: threads migrate between CPUs all the time, with
# vCPUs that run, a CPU goes offline and comes back, memory runs out in a cgroup,
# TDs are destroyed while others convert, by who made them and by their death. No
# splat, a clean errno where one is due, and nothing is left.
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu}
need $variants

# A shell script for the VM: what it prints, and its status, are what counts.
inside() { # VARIANT DIR SCRIPT
	boot "$1" "$1-$2" --time wall --timeout 600 -- sh -c "$nothing_left $3"
	[ $status -eq 0 ] || failed "$1: $2 ended with status $status"
}

# After the last TD: no page held, none owned by the module, no pair, no KeyID in use.
nothing_left='
nothing_left() {
	for want in "sept spt_held_pages 0" "sept spt_leaked_pages 0" "pamt pamt_pairs 0"; do
		set -- $want
		got=$(awk -v n=$2 "\$1 == n { print \$2 }" /sys/kernel/debug/tdx_stats/$1)
		[ "$got" = "$3" ] || { echo "$2 is $got" >&2; exit 1; }
	done
	for want in "pages_owned 0" "keyids_used 0"; do
		grep -qx "$want" /sys/kernel/debug/soft_tdx/pages || { cat /sys/kernel/debug/soft_tdx/pages >&2; exit 1; }
	done
}'

for v in $variants; do
	inside $v destroy '
		dpamt-workload convert --tds 4 --threads 4 --mem 4 --rounds 3 >/dev/null & w=$!
		n=0
		while kill -0 $w 2>/dev/null; do
			dpamt-workload teardown --tds 8 --mem 2 --destroy all-at-once >/dev/null || exit 1
			n=$((n + 1))
		done
		echo "TDs were destroyed $n times"
		[ $n -gt 1 ] && wait $w && nothing_left'

	# Killed as soon as it has one, two, three, four TDs or more, beside four that convert.
	inside $v kill '
		keyids() { sed -n "s/^keyids_used //p" /sys/kernel/debug/soft_tdx/pages; }
		for n in 1 2 3 4; do
			dpamt-workload convert --tds 4 --threads 4 --mem 4 --rounds 2 >/dev/null & w=$!
			while [ $(keyids) -lt 4 ] && kill -0 $w 2>/dev/null; do :; done
			dpamt-workload teardown --tds 8 --mem 2 --destroy all-at-once --rounds 1000 >/dev/null & t=$!
			while [ $(keyids) -lt $((4 + n)) ] && kill -0 $t 2>/dev/null; do :; done
			kill -9 $t
			kill -0 $w || { echo "nobody converts any more" >&2; exit 1; }
			wait $t
			s=$?
			[ $s -eq 137 ] || { echo "teardown ended with status $s" >&2; exit 1; }
			wait $w || exit 1
		done
		nothing_left'

	inside $v migrate '
		dpamt-workload convert --tds 4 --threads 4 --mem 2 --rounds 2 --drive guest >/dev/null & w=$!
		dpamt-workload teardown --tds 16 --mem 2 --destroy all-at-once --rounds 4 >/dev/null & t=$!
		while kill -0 $w 2>/dev/null || kill -0 $t 2>/dev/null; do
			for mask in 1 2; do
				taskset -ap $mask $w >/dev/null 2>&1
				taskset -ap $mask $t >/dev/null 2>&1
			done
		done
		wait $w && wait $t && nothing_left'

	inside $v offline '
		dpamt-workload convert --tds 4 --threads 4 --mem 4 --rounds 2 >/dev/null & w=$!
		n=0
		while kill -0 $w 2>/dev/null; do
			echo 0 >/sys/devices/system/cpu/cpu1/online && n=$((n + 1))
			echo 1 >/sys/devices/system/cpu/cpu1/online
		done
		echo "cpu1 went offline $n times"
		[ $n -gt 0 ] && wait $w && nothing_left'
	grep -q 'went offline' "$work/stdout" || failed "$v: cpu1 never went offline"

	inside $v memcg '
		mount -t cgroup2 none /sys/fs/cgroup &&
		echo +memory >/sys/fs/cgroup/cgroup.subtree_control && mkdir /sys/fs/cgroup/small &&
		echo 24M >/sys/fs/cgroup/small/memory.max || exit 1
		sh -c "echo \$\$ >/sys/fs/cgroup/small/cgroup.procs; exec dpamt-workload teardown --tds 64 --mem 16" >/dev/null 2>/run/err
		s=$?
		cat /run/err >&2
		[ $s -ne 0 ] || { echo "24 MB were enough for 64 TDs of 16 MB" >&2; exit 1; }
		grep -q "^oom_kill [1-9]\|^oom [1-9]" /sys/fs/cgroup/small/memory.events || grep -q "exhausted" /run/err || exit 1
		nothing_left'
	echo "$v: destroy, kill, migrate, offline, memcg passed"
done
