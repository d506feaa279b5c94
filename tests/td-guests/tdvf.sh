#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Print how many pages the metadata of a TD firmware says must be added before the TD is
# finalized, and how many of them are measured: "ADDED MEASURED".
#
# Format: "TDX Virtual Firmware Design Guide", TDVF descriptor. Its place is in the table of
# GUIDs that ends 32 bytes before the end of the image.
#
# usage: tdvf.sh OVMF.fd
set -eu
image=$1
size=$(stat -c %s "$image")

# u32 OFFSET : a little-endian word of the image
u32() { od -An -tu4 -j "$1" -N 4 "$image" | tr -d ' '; }
hex() { od -An -tx1 -j "$1" -N "$2" "$image" | tr -d ' \n'; }

# An entry: data, u16 length of all of it, GUID; before the last one's, which has the table's length.
end=$((size - 32))
table=$(od -An -tu2 -j $((end - 18)) -N 2 "$image" | tr -d ' ')
start=$((end - table))
at=$((end - 18))
while [ "$at" -gt "$start" ]; do
	length=$(od -An -tu2 -j $((at - 18)) -N 2 "$image" | tr -d ' ')
	if [ "$(hex $((at - 16)) 16)" = 35657ae44a989847865e4685a7bf8ec2 ]; then
		metadata=$((size - $(u32 $((at - 22)))))
		break
	fi
	at=$((at - length))
done
[ -n "${metadata:-}" ] && [ "$(hex "$metadata" 4)" = 54445646 ] || {
	echo "tdvf.sh: $image has no metadata of a TD firmware" >&2
	exit 1
}

# A section: offset, size in the image; u64 address, u64 size in memory; type, attributes.
added=0 measured=0
for i in $(seq 0 $(($(u32 $((metadata + 12))) - 1))); do
	section=$((metadata + 16 + 32 * i))
	pages=$(($(u32 $((section + 16))) / 4096))
	added=$((added + pages))
	[ $(($(u32 $((section + 28))) % 2)) -eq 0 ] || measured=$((measured + pages))
done
echo $added $measured
