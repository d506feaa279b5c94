#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# bench/kernel/cc.sh: an assembler file that takes in another one is assembled again if only that other
# one changed, and C files come from the cache.
set -u
. "${0%/*}/../work.sh"

command -v ccache >/dev/null || { echo "${0##*/}: skipped, there is no ccache" >&2; exit 77; }
cc=$(realpath "${0%/*}/../../bench/kernel/cc.sh")
cd "$work" || exit 1
export CCACHE_DIR=$work/cache CCACHE_DEPEND=1

# As Kbuild calls it, which has a list of headers made.
assemble() { # DATA : and print what came out
	echo "$1" >data
	"$cc" -Wp,-MMD,.o.d -D__ASSEMBLY__ -c -o taken.o taken.S && objcopy -O binary -j .text taken.o out ||
		failed "taken.S is not assembled"
	cat out
}

printf '.text\n.incbin "data"\n' >taken.S
[ "$(assemble first)" = first ] || failed "the first file is not taken in"
[ "$(assemble other)" = other ] || failed "another file of the same size is not taken in"

echo 'int f(void) { return 1; }' >c.c
for i in 1 2; do "$cc" -Wp,-MMD,.c.d -c -o c.o c.c || failed "c.c is not compiled"; done
ccache --print-stats | awk '$1 == "direct_cache_hit" { hits = $2 } END { exit hits != 1 }' ||
	failed "the second time, c.c does not come from the cache: $(ccache --print-stats | grep hit)"
