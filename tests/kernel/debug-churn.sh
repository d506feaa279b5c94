#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Every variant that is meant to be right churns on a kernel with lockdep, PROVE_RCU, KASAN,
# DEBUG_OBJECTS, KVM_PROVE_MMU and kmemleak, with CPUs in parallel: teardown one by one and all at
# once, conversions by host and by guest, a storm of one thread and of three, and, where the variant does
# that, conversions that remove S-EPT tables. No splat, the books balance, nothing leaks.
#
# STORM_ROUNDS  rounds of each storm (default 30)
#
# stdout: a line per variant, its cells are conservation/lockdep/KASAN/kmemleak of one boot; rcu-naive's
# line is the negative control's (rcu-naive.sh).
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu immediate-irqsave rcu-page}
rounds=${STORM_ROUNDS:-30}
wrong=0

# What kmemleak knew before is forgotten. It reports what is older than five seconds only.
# It refuses to scan once it gave up.
leaks_before='k=/sys/kernel/debug/kmemleak; echo scan >$k && echo scan >$k && echo clear >$k || exit 1'
leaks_after='sleep 6; echo scan >$k && echo scan >$k && cat $k >$RESULTS_DIR/kmemleak.txt'

# cell NAME DIR COMMANDS : one boot; its cell in $cell, "ok/clean/clean/0" if all is well
cell() {
	boot "$1" "$2" --time wall --mem 1G --timeout 1200 -- \
		sh -c "$leaks_before; $3; s=\$?; $leaks_after; exit \$s"
	log=$work/$2/console.log
	grep -q 'Lock dependency validator' "$log" || failed "$1 has no lockdep"
	grep -q 'KernelAddressSanitizer initialized' "$log" || failed "$1 has no KASAN"
	cell=$(jq -r .conservation "$work/$2/status.json")
	grep -qE 'possible (circular|recursive|irq lock)|inconsistent lock state|suspicious RCU' "$log" &&
		cell=$cell/report || cell=$cell/clean
	grep -q 'KASAN: ' "$log" && cell=$cell/report || cell=$cell/clean
	leaks=-
	[ ! -r "$work/$2/kmemleak.txt" ] || leaks=$(grep -c '^unreferenced' "$work/$2/kmemleak.txt")
	cell=$cell/$leaks
	[ $status -eq 0 ] && [ "$cell" = ok/clean/clean/0 ] && return
	wrong=$((wrong + 1))
	echo "$1: $3 ended with status $status:" >&2
	cat "$work/stderr" "$work/$2/kmemleak.txt" >&2
}

need $(printf '%s+debug ' $variants)
for v in $variants; do
	cell $v+debug $v-teardown '
		dpamt-workload teardown --tds 3 --sept-pages 64 --layout sparse >/dev/null &&
		dpamt-workload teardown --tds 8 --mem 2 --destroy all-at-once >/dev/null &&
		dpamt-workload teardown --tds 8 --sept-pages 16 --layout sparse --destroy all-at-once --rounds 3 >/dev/null'
	line="$v teardown=$cell"
	cell $v+debug $v-convert '
		dpamt-workload convert --tds 2 --threads 2 --mem 2 >/dev/null &&
		dpamt-workload convert --tds 3 --threads 4 --mem 4 --pattern random --ops 2000 >/dev/null &&
		dpamt-workload convert --tds 2 --threads 2 --mem 2 --drive guest >/dev/null'
	line="$line convert=$cell"
	cell $v+debug $v-storm "
		dpamt-workload storm --rounds $rounds >/dev/null &&
		dpamt-workload storm --first-round $((rounds + 1)) --rounds $rounds --threads 3 >/dev/null"
	line="$line storm=$cell"
	case $v in
	*septremove)
		cell $v+debug $v-septremove '
			dpamt-workload convert --tds 2 --threads 2 --mem 16 --size 2M --rounds 8 >/dev/null &&
			dpamt-workload convert --tds 2 --threads 4 --mem 16 --size 4M --pattern random --ops 64 >/dev/null &&
			awk '\''$1 == "MEM.SEPT.REMOVE" { exit !($2 >= 128 && !$3) }'\'' /sys/kernel/debug/soft_tdx/leaves'
		line="$line septremove=$cell"
		;;
	*) line="$line septremove=n/a" ;;
	esac
	echo "$line"
done
[ $wrong -eq 0 ] || failed "$wrong boots went wrong"
