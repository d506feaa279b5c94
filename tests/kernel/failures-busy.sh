#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# TDX_OPERAND_BUSY from each leaf function that a TD's life reaches: how often KVM tries again, what
# user space is told, how often the kernel warns, and what is left behind. Where KVM excludes
# contention by its own locks it does not retry: it warns once and kills the VM (TDX_BUG_ON), which
# is specified, and the table says what that leaks.
#
# A row that changes is a change of what KVM does under contention.
#
# Left out: SYS.* (only called before debugfs is there), PHYMEM.PAGE.RDMD (not called), VP.RD (only
# for a vCPU in HLT with an interrupt pending). More busy answers in a row to "add": pamt-dry.sh.
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu}
need $variants

# STEP LEAF NTH COUNT | IOCTL ERRNO | warnings | left behind
# A group is a boot. Its last row may leave a guest page with the TDX module, which guest_memfd frees
# all the same: who gets it next fails, so nothing may follow.
common='
create MNG.CREATE 1 1 | KVM_TDX_INIT_VM EIO | 1 | -
create MNG.KEY.CONFIG 1 1 | KVM_TDX_INIT_VM EIO | 1 | -
create MNG.ADDCX 1 1 | KVM_TDX_INIT_VM EIO | 1 | -
create MNG.ADDCX 6 1 | KVM_TDX_INIT_VM EIO | 1 | -
create MNG.INIT 1 1 | KVM_TDX_INIT_VM EIO | 1 | -
create MNG.RD 1 1 | - | 0 | -
create VP.CREATE 1 1 | KVM_TDX_INIT_VCPU EIO | 1 | -
create VP.ADDCX 1 1 | KVM_TDX_INIT_VCPU EIO | 1 | -
create VP.ADDCX 5 1 | KVM_TDX_INIT_VCPU EIO | 1 | -
create VP.INIT 1 1 | KVM_TDX_INIT_VCPU EIO | 1 | -
create VP.WR 1 1 | KVM_CREATE_GUEST_MEMFD EIO | 1 | -
create VP.WR 3 1 | KVM_CREATE_GUEST_MEMFD EIO | 1 | -
add MEM.SEPT.ADD 1 1 | - | 0 | -
add MEM.PAGE.ADD 1 1 | - | 0 | -
add MR.EXTEND 1 1 | KVM_TDX_INIT_MEM_REGION EIO | 1 | -
finalize MR.FINALIZE 1 1 | KVM_TDX_FINALIZE_VM EBUSY | 0 | -
convert MEM.RANGE.BLOCK 1 2 | KVM_SET_MEMORY_ATTRIBUTES(private) EIO | 2 | tdr=1 guest=1 refs=2

populate MEM.SEPT.ADD 1 1 | - | 0 | -
populate MEM.SEPT.ADD 1 5 | - | 0 | -
populate MEM.PAGE.AUG 1 1 | - | 0 | -
populate MEM.PAGE.AUG 1 5 | - | 0 | -
convert MEM.RANGE.BLOCK 1 1 | - | 0 | -
convert MEM.TRACK 1 1 | - | 0 | -
convert MEM.PAGE.REMOVE 1 1 | - | 0 | -
convert PHYMEM.PAGE.WBINVD 1 1 | KVM_SET_MEMORY_ATTRIBUTES(private) EIO | 1 | refs=1
convert MEM.TRACK 1 2 | KVM_SET_MEMORY_ATTRIBUTES(private) EIO | 2 | tdr=1 guest=1 refs=2
'
removed='
run VP.ENTER 1 1 | - | 0 | -
run VP.ENTER 1 5 | - | 0 | -
destroy MEM.RANGE.BLOCK 1 1 | - | 0 | -
destroy MEM.TRACK 1 1 | - | 0 | -
destroy MEM.PAGE.REMOVE 1 1 | - | 0 | -
destroy PHYMEM.PAGE.WBINVD 1 1 | - | 1 | refs=1
destroy PHYMEM.PAGE.WBINVD 8 1 | - | 1 | refs=1 lost=1
convert MEM.PAGE.REMOVE 1 2 | KVM_SET_MEMORY_ATTRIBUTES(private) EIO | 2 | tdr=1 guest=1 refs=2

destroy VP.FLUSH 1 1 | - | 1 | tdr=1 tdcx=11 tdvpr=1 sept=6 leaked=6 refs=19
destroy MNG.VPFLUSHDONE 1 1 | - | 1 | tdr=1 tdcx=11 tdvpr=1 sept=6 leaked=6 refs=19
destroy PHYMEM.CACHE.WB 1 1 | - | 2 | tdr=1 tdcx=11 tdvpr=1 sept=6 leaked=6 refs=19
destroy MNG.KEY.FREEID 1 1 | - | 1 | tdr=1 tdcx=11 tdvpr=1 sept=6 leaked=6 refs=19
destroy MEM.RANGE.BLOCK 1 2 | - | 2 | tdr=1 guest=1 refs=2'

# KVM_TDX_TERMINATE_VM releases the HKID first, and guest pages leave by RECLAIM: TDR's is the only
# WBINVD. What fails before VPFLUSHDONE is done again at the end. What fails after it leaves the TD
# without its HKID and with its guest pages: the module keeps all seven, and guest_memfd frees them.
terminated='
run VP.ENTER 1 1 | - | 0 | -
run VP.ENTER 1 5 | - | 0 | -
destroy PHYMEM.PAGE.WBINVD 1 1 | - | 1 | refs=1 lost=1
convert MEM.PAGE.REMOVE 1 2 | KVM_SET_MEMORY_ATTRIBUTES(private) EIO | 2 | tdr=1 guest=1 refs=2

destroy VP.FLUSH 1 1 | - | 1 | tdr=1 tdcx=11 tdvpr=1 sept=6 leaked=6 refs=19
destroy MNG.VPFLUSHDONE 1 1 | - | 1 | -
destroy PHYMEM.CACHE.WB 1 1 | - | 2 | tdr=1 tdcx=11 tdvpr=1 sept=6 guest=7 leaked=6 refs=26

destroy MNG.KEY.FREEID 1 1 | - | 1 | tdr=1 tdcx=11 tdvpr=1 sept=6 guest=7 leaked=6 refs=26'

for v in $variants; do
	table=$common$removed
	case $v in
	*terminate)
		table=$common$terminated ;;
	*septremove)	# removes S-EPT tables from a TD that still has its HKID: none of them leaks then
		table=$(echo "$common$removed" | sed -E '/VP.FLUSH|VPFLUSHDONE/s/ sept=6 leaked=6 refs=19/ refs=13/') ;;
	esac
	failing_leaves $v busy 0x8000020000000000 "$table"
	echo "$v: $rows leaves were busy, as expected"
done
