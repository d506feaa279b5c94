#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Negative controls: kernels with a bug that the software TDX module must notice. If it does not,
# then it would not notice the same mistake in another patch either. controls/ has the bugs, each a
# patch on immediate.
. "${0%/*}/lib.sh"

need early-put extra-put unlocked-vp-init missing-put double-free early-unlock+kunit immediate immediate+kunit

# dies DIR PATTERN: the boot failed, and its log says why
dies() {
	cat "$work/$1"/console.log "$work/$1"/dmesg* 2>/dev/null | grep -m1 "$2" ||
		failed "$1: nothing in the log says $2; it ended with status $status: $(cat "$work/stdout")"
}

# PAMT put before WBINVD: MISSING_PAMT_PAGE_PAIR
boot early-put early-put --timeout 300 -- convert --tds 1 --threads 1 --mem 8 --rounds 2
[ $status -ne 0 ] || failed "early-put: conversions went well"
dies early-put 'SEAMCALL TDH_PHYMEM_PAGE_WBINVD failed: 0x80000308'

# PAMT put where nothing is left: NO_PAMT_PAGE_PAIR
boot extra-put extra-put --timeout 300 -- convert --tds 1 --threads 1 --mem 8 --rounds 2
[ $status -ne 0 ] || failed "extra-put: the TD was destroyed well"
dies extra-put 'TDH.PHYMEM.PAMT.REMOVE failed: 0xc0000305'

# The storm finds each of five within ROUNDS rounds of seed 1, and nothing without them.
ROUNDS=20
storm() {
	boot $1 $1-storm --mem 1G --cpus 1 --timeout 300 --seed 1 --append kunit.enable=0 -- storm --rounds $ROUNDS
}
for clean in immediate immediate+kunit; do
	storm $clean
	[ $status -eq 0 ] || failed "$clean: the storm found something: $(cat "$work/stderr")"
done
for bug in early-put extra-put missing-put double-free early-unlock+kunit; do
	storm $bug
	[ $status -ne 0 ] || failed "$bug: $ROUNDS rounds of the storm went well"
done
dies early-put-storm 'SEAMCALL TDH_PHYMEM_PAGE_WBINVD failed'
dies extra-put-storm 'TDH.PHYMEM.PAMT.REMOVE failed: 0x'
dies missing-put-storm 'pamt_pairs was [0-9]*, and is'
dies early-unlock+kunit-storm 'WARNING: .*tdp_mmu.c'
dies double-free-storm 'SEAMCALL TDH_PHYMEM_PAGE_RECLAIM failed'

# INIT_VCPU without mmu_lock: the TD is busy. It is a race: TDs are made until one dies, at most 400.
inside unlocked-vp-init unlocked "dmesg -n 1; \$P/punch_other vcpus 256 400" --time wall --cpus 2 --mem 1G
case $(cat "$work/stdout") in
*" alive 400 "*) failed "unlocked-vp-init: 400 TDs lived" ;;
"TDs "*) cat "$work/stdout" ;;
*) failed "unlocked-vp-init: it ended with status $status" ;;
esac
dies unlocked 'SEAMCALL TDH_[A-Z_]* failed: 0x80000200'
