#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# TDs with as many vCPUs as KVM allows: one per CPU, and no more. All of them fault at once, convert,
# and are torn down; nothing is left.
. "${0%/*}/lib.sh"

cpus=8
variants=${VARIANTS:-immediate rcu}
need $variants
for v in $variants; do
	good $v $v-teardown --cpus $cpus --time wall -- \
		teardown --tds 2 --vcpus $cpus --mem 4 --destroy all-at-once
	good $v $v-convert --cpus $cpus --time wall -- \
		convert --tds 2 --vcpus $cpus --threads $((2 * cpus)) --mem 4 --drive guest
	[ "$(count $v-convert VP.INIT)" -eq $((2 * cpus)) ] || failed "$v: $(count $v-convert VP.INIT) vCPUs"
	boot $v $v-more --cpus $cpus -- teardown --tds 1 --vcpus $((cpus + 1))
	[ $status -ne 0 ] || failed "$v: a TD has more vCPUs than the machine has CPUs"
	stderr_has "$((cpus + 1)) vCPUs per TD, but KVM allows $cpus here"
done
