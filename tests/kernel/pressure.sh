#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A small instance of workloads/pressure.c on each policy: with room nobody waits, without headroom
# somebody does, a replacement after the last close() never does, and without PSI its values are null.
. "${0%/*}/lib.sh"

variants=${PRESSURE_VARIANTS:-immediate rcu}
need $variants
says() { # DIR FILTER : must be true of the result
	jq -e "$2" "$work/$1/result.json" >/dev/null || failed "$1: not so: $2: $(jq -c '.pressure, .memory_pressure' "$work/$1/result.json")"
}

for v in $variants; do
	good $v $v-room --mem 512 --append psi=1 -- pressure --mem 64 --headroom 16384 --rounds 2 --victim small
	says $v-room '.pressure | .waits == 0 and .enomem == 0 and .replaced == 2'
	says $v-room '.ops.alloc_intended.count > 0 and .memory_pressure.psi_some_us != null'
	good $v $v-none --mem 512 -- pressure --mem 64 --headroom 0 --rounds 2
	says $v-none '.pressure.waits > 0 and .memory_pressure.psi_some_us == null'
	good $v $v-after --mem 512 -- pressure --mem 64 --headroom 0 --rounds 2 --begin after
	says $v-after '.pressure | .waits == 0 and .enomem == 0'
done
