#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# An unmodified QEMU starts Debian's OVMF as a TD, up to its shell. KVM adds and measures the pages that
# the firmware's metadata names, and the guest accepts all memory that it got. Nothing is left.
#
# TD_VARIANTS  other kernels: a guest finds the same module in each
. "${0%/*}/lib.sh"

variants=${TD_VARIANTS:-immediate}
need $variants
need_td_guests firmware
mem_mib=256
read -r added measured <<EOF
$(tests/td-guests/tdvf.sh "$root/usr/share/ovmf/OVMF.fd")
EOF
image_pages=$(($(stat -c %s "$root/usr/share/ovmf/OVMF.fd") / 4096))

is() { # LEAF NUMBER
	[ "$(count "$v" "$1")" -eq "$2" ] || failed "$v: $(count "$v" "$1") calls of $1, not $2"
}
for v in $variants; do
	good "$v" "$v" --mem 2G --time wall --timeout 600 -- sh "$PWD/tests/td-guests/run-in-vm.sh" "$root" 'UEFI Interactive Shell' \
		-m "$mem_mib" -smp 1
	is MEM.PAGE.ADD "$added"
	is MR.EXTEND $((16 * measured))
	is MEM.PAGE.AUG $((mem_mib * 256 + image_pages - added))
	echo "$v: OVMF's shell; $added pages added, $measured measured, $(count "$v" MEM.PAGE.AUG) accepted, $(count "$v" VP.ENTER) entries"
done
