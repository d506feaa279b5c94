#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# KVM_TDX_INIT_MEM_REGION fills a vCPU's PAMT cache once and then tries until it succeeds, while each get
# takes two of the ten pages, and a failed attempt brings none back. The first page of a TD takes eight:
# for three tables and itself. So one TDX_OPERAND_BUSY is survived; after two the cache is dry, each
# attempt fails for want of two pages, and the ioctl goes on until a signal comes. Nothing is lost then:
# called again, it succeeds. A fault or KVM_PRE_FAULT_MEMORY fills the cache for each attempt
# (failures-busy.sh).
#
# Recycled pages and the fast path take that away, but for pages that a PAMT.ADD needs.
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu}
need $variants

want='
MEM.SEPT.ADD 1 | - | failed gets: no | signal: no | again: ok
MEM.SEPT.ADD 2 | KVM_TDX_INIT_MEM_REGION EINTR | failed gets: yes | signal: yes | again: ok
MEM.PAGE.ADD 1 | - | failed gets: no | signal: no | again: ok
MEM.PAGE.ADD 2 | KVM_TDX_INIT_MEM_REGION EINTR | failed gets: yes | signal: yes | again: ok'

for v in $variants; do
	case $v in
	*fastpath|*recycle|*topup) echo "$v: not the merged code, left out"; continue ;;
	esac
	inside $v $v-dry 'for leaf in MEM.SEPT.ADD MEM.PAGE.ADD; do
			$P/pamt_dry $leaf 1 && $P/pamt_dry $leaf 2 || exit 1
		done'
	[ $status -eq 0 ] || failed "$v: it ended with status $status"
	echo "$want" | sed 1d | diff - "$work/stdout" >"$work/stderr" || failed "$v: expected (<) and found (>)"
	echo "$v: one busy answer is survived, two leave the ioctl without pages until a signal"
done
