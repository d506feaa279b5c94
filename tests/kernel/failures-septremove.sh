#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A conversion that removes an S-EPT table fails half way: a busy leaf function is tried once more,
# after a kick; a second failure kills the VM, with one warning, and leaks that table, its PAMT
# reference and, as a page of it is missing, the TDR (which is the second warning). Other tables of the
# TD come back.
. "${0%/*}/lib.sh"

variants=$(variants_with also sept-remove)
need $variants

# Of each leaf function that a conversion calls for a page and for its table, the second is the table's.
busy='
convert MEM.RANGE.BLOCK 2 1 | - | 0 | -
convert MEM.TRACK 2 1 | - | 0 | -
convert MEM.SEPT.REMOVE 1 1 | - | 0 | -
convert MEM.SEPT.REMOVE 2 1 | - | 0 | -
convert MEM.SEPT.ADD 1 5 | - | 0 | -
convert MEM.RANGE.BLOCK 2 2 | KVM_SET_MEMORY_ATTRIBUTES(private) EIO | 2 | tdr=1 sept=1 leaked=1 refs=2
convert MEM.TRACK 2 2 | KVM_SET_MEMORY_ATTRIBUTES(private) EIO | 2 | tdr=1 sept=1 leaked=1 refs=2
convert MEM.SEPT.REMOVE 1 2 | KVM_SET_MEMORY_ATTRIBUTES(private) EIO | 2 | tdr=1 sept=1 leaked=1 refs=2
convert PHYMEM.PAGE.WBINVD 2 1 | KVM_SET_MEMORY_ATTRIBUTES(private) EIO | 1 | leaked=1 refs=1 lost=1'

status_table='
convert MEM.RANGE.BLOCK 2 1 | KVM_SET_MEMORY_ATTRIBUTES(private) EIO | 2 | tdr=1 sept=1 leaked=1 refs=2
convert MEM.TRACK 2 1 | KVM_SET_MEMORY_ATTRIBUTES(private) EIO | 2 | tdr=1 sept=1 leaked=1 refs=2
convert MEM.SEPT.REMOVE 1 1 | KVM_SET_MEMORY_ATTRIBUTES(private) EIO | 2 | tdr=1 sept=1 leaked=1 refs=2
convert MEM.SEPT.REMOVE 4 1 | KVM_SET_MEMORY_ATTRIBUTES(private) EIO | 2 | tdr=1 sept=1 leaked=1 refs=2'

for v in $variants; do
	failing_leaves $v busy 0x8000020000000092 "$busy"
	n=$rows
	failing_leaves $v status 0xc000030000000000 "$status_table"
	echo "$v: $((n + rows)) failures, as expected"
done
