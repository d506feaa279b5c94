#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Each variant but rcu-naive: its tdx_stats/policy is that of lib/variants.c, a small teardown and some
# conversions end well, and the counters balance. So do a teardown with static PAMT and a short storm.
#
# VARIANTS_OPTIONAL=1 skips variants that were not built.
. "${0%/*}/lib.sh"

tested=0
for series in kernel-patches/series/*; do
	v=${series##*/}
	[ $v != rcu-naive ] || continue
	if [ ! -r "$BUILD/kernels/$v/bzImage" ]; then
		[ "${VARIANTS_OPTIONAL:-0}" = 1 ] || failed "$v was not built: make kernels VARIANTS=$v"
		continue
	fi
	start=$(date +%s)
	good $v $v --mem 1G -- sh -c '
		dpamt-workload teardown --tds 4 --sept-pages 32 --layout sparse >/dev/null &&
		dpamt-workload convert --tds 2 --threads 2 --mem 4 --size 2M >/dev/null &&
		dpamt-workload convert --tds 1 --threads 1 --mem 2 --ops 64 --drive guest >/dev/null &&
		cat /sys/kernel/debug/tdx_stats/policy'
	variant_policy $v >"$work/want"
	diff "$work/want" "$work/stdout" >"$work/stderr" || failed "$v: policy expected (<) and found (>)"
	removed=$(count $v MEM.SEPT.REMOVE)
	case $(grep '^also ' "$work/want") in
	'also sept-remove') [ "$removed" -gt 0 ] || failed "$v removed no S-EPT table" ;;
	*) [ "$removed" -eq 0 ] || failed "$v removed $removed S-EPT tables" ;;
	esac
	good $v $v-static --mem 1G --append soft_tdx.dpamt=0 -- teardown --tds 2 --sept-pages 8 --layout sparse
	[ "$(count $v-static pamt_get)" -eq 0 ] || failed "$v: static PAMT, and $(count $v-static pamt_get) gets"
	good $v $v-storm --mem 1G --cpus 1 --timeout 300 --seed 1 -- storm --rounds 3
	went=$(jq .storm.succeeded.terminate "$work/$v-storm/result.json")
	case $(grep '^also ' "$work/want") in
	'also terminate') [ "$went" -gt 0 ] || failed "$v: the storm terminated no TD" ;;
	*) [ "$went" -eq 0 ] || failed "$v terminated a TD, and has no such command" ;;
	esac
	echo "$v: $(count $v spt_freed_pages) S-EPT pages freed, $(($(date +%s) - start)) s"
	tested=$((tested + 1))
done
[ $tested -gt 0 ] || { echo "${0##*/}: skipped, no variant was built" >&2; exit 77; }
