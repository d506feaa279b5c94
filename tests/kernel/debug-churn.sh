#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Every variant that is meant to be right churns on a kernel with lockdep, PROVE_RCU, KASAN,
# DEBUG_OBJECTS, KVM_PROVE_MMU and kmemleak, with CPUs in parallel: teardown one by one and all at
# once, conversions by host and by guest, a storm of one thread and of three, and, where the variant does
# that, conversions that remove S-EPT tables. No splat, the books balance, nothing leaks.
#
# All of a variant is one boot with one look for leaks at its end: to boot such a kernel and to let kmemleak
# scan its memory takes longer than most of what they are for.
#
# STORM_ROUNDS  rounds of each storm (default 20; `make soak` has long ones)
#
# stdout: a line per variant: conservation/lockdep/KASAN/kmemleak of its boot, and how each step ended.
# rcu-naive's line is the negative control's (rcu-naive.sh).
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu immediate-irqsave rcu-page}
rounds=${STORM_ROUNDS:-20}
wrong=0

# The steps, in the VM. The status of each goes to $RESULTS_DIR/NAME.step.
steps='
work() { dpamt-workload "$@" >/dev/null; }
teardown() {
	work teardown --tds 3 --sept-pages 64 --layout sparse &&
	work teardown --tds 8 --mem 2 --destroy all-at-once &&
	work teardown --tds 8 --sept-pages 16 --layout sparse --destroy all-at-once --rounds 3
}
convert() {
	work convert --tds 2 --threads 2 --mem 2 &&
	work convert --tds 3 --threads 4 --mem 4 --pattern random --ops 2000 &&
	work convert --tds 2 --threads 2 --mem 2 --drive guest
}
storm() { work storm --rounds $rounds && work storm --first-round $((rounds + 1)) --rounds $rounds --threads 3; }
septremove() {
	work convert --tds 2 --threads 2 --mem 16 --size 2M --rounds 8 &&
	work convert --tds 2 --threads 4 --mem 16 --size 4M --pattern random --ops 64 &&
	awk "\$1 == \"MEM.SEPT.REMOVE\" { exit !(\$2 >= 128 && !\$3) }" /sys/kernel/debug/soft_tdx/leaves
}
# What kmemleak knew before is forgotten. It reports what is older than five seconds only, and refuses to
# scan once it gave up.
k=/sys/kernel/debug/kmemleak
echo scan >$k && echo scan >$k && echo clear >$k || exit 1
for step in $all; do $step; echo $? >$RESULTS_DIR/$step.step; done
sleep 6
echo scan >$k && echo scan >$k && cat $k >$RESULTS_DIR/kmemleak.txt'

# churn VARIANT STEP... : one boot; its line on stdout
churn() {
	v=$1
	shift
	boot $v+debug $v --time wall --mem 1G --timeout 1800 -- sh -c "rounds=$rounds all='$*'; $steps"
	log=$work/$v/console.log
	grep -q 'Lock dependency validator' "$log" || failed "$v+debug has no lockdep"
	grep -q 'KernelAddressSanitizer initialized' "$log" || failed "$v+debug has no KASAN"
	cell=$(jq -r .conservation "$work/$v/status.json")
	grep -qE 'possible (circular|recursive|irq lock)|inconsistent lock state|suspicious RCU' "$log" &&
		cell=$cell/report || cell=$cell/clean
	grep -q 'KASAN: ' "$log" && cell=$cell/report || cell=$cell/clean
	leaks=-
	[ ! -r "$work/$v/kmemleak.txt" ] || leaks=$(grep -c '^unreferenced' "$work/$v/kmemleak.txt")
	line="$v $cell/$leaks"
	[ $status -eq 0 ] && [ "$cell/$leaks" = ok/clean/clean/0 ] && bad= || bad=1
	for step; do
		ended=$(cat "$work/$v/$step.step" 2>/dev/null) || ended=-
		[ "$ended" = 0 ] || bad=1
		line="$line $step=$ended"
	done
	echo "$line"
	[ -n "$bad" ] || return 0
	wrong=$((wrong + 1))
	echo "$v+debug: the boot ended with status $status: $line" >&2
	cat "$work/stderr" "$work/$v/kmemleak.txt" >&2
}

need $(printf '%s+debug ' $variants)
for v in $variants; do
	case $v in
	*septremove) churn $v teardown convert storm septremove ;;
	*) churn $v teardown convert storm ;;
	esac
done
[ $wrong -eq 0 ] || failed "$wrong boots went wrong"
