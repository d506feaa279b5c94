#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# An unmodified QEMU starts Debian's OVMF as a TD, up to its shell. KVM adds and measures the pages that
# the firmware's metadata names, and the guest accepts all memory that it got. Nothing is left.
#
# The software module needs kernel-patches/next for it:
#     make kernels VARIANTS=next PATCH_next=kernel-patches/next && tests/td-guests/root.sh linux
. "${0%/*}/lib.sh"

variants=${VARIANTS:-next}
need $variants
root=$(tests/td-guests/root.sh --cached firmware) || {
	echo "td-firmware.sh: skipped, 'tests/td-guests/root.sh firmware' was not run" >&2
	exit 77
}
mem_mib=256
read -r added measured <<EOF
$(tests/td-guests/tdvf.sh "$root/usr/share/ovmf/OVMF.fd")
EOF
image_pages=$(($(stat -c %s "$root/usr/share/ovmf/OVMF.fd") / 4096))

leaf() { awk -v name="$1" '$1 == name { print $2; exit }' "$work/$v/counters-after.txt"; }
is() { # LEAF NUMBER
	[ "$(leaf "$1")" -eq "$2" ] || failed "$v: $(leaf "$1") calls of $1, not $2"
}
for v in $variants; do
	good "$v" "$v" --mem 2G --time wall --timeout 600 -- sh "$PWD/tests/td-guests/run-in-vm.sh" "$root" 'UEFI Interactive Shell' \
		-m "$mem_mib" -smp 1
	is MEM.PAGE.ADD "$added"
	is MR.EXTEND $((16 * measured))
	is MEM.PAGE.AUG $((mem_mib * 256 + image_pages - added))
	echo "$v: OVMF's shell; $added pages added, $measured measured, $(leaf MEM.PAGE.AUG) accepted, $(leaf VP.ENTER) entries"
done
