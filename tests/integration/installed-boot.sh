#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The installed dpamt-bench, found in PATH, makes a boot of quick and reads its trace. It sees neither
# the checkout nor the cache with its kernels.
. "${0%/*}/lib.sh"

make -s install PREFIX=/usr "DESTDIR=$work/dest" >"$work/stderr" 2>&1 || failed "make install"
hidden=("$PWD")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/dpamt-bench
[ ! -d "$cache" ] || hidden+=("$cache")

# Another user than root hides them in a user namespace, where the system lets him.
namespace=(unshare -m)
[ "$(id -u)" = 0 ] || namespace=(unshare -rm)
"${namespace[@]}" true 2>"$work/stderr" || { echo "installed-boot.sh: skipped, $(cat "$work/stderr")" >&2; exit 77; }

cat >"$work/script" <<'SCRIPT'
work=$1
shift
for dir; do mount -t tmpfs none "$dir" || exit 1; done
cd "$work" || exit 1
PATH=$work/dest/usr/bin:$PATH
[ ! -e "$1/Makefile" ] || exit 1
dpamt-bench run quick --boot 0 --out results || exit 1
run=$(echo results/runs/*)
dpamt-bench trace "$run" >trace || exit 1
SCRIPT
"${namespace[@]}" bash "$work/script" "$work" "${hidden[@]}" >"$work/stdout" 2>"$work/stderr" ||
	failed "the boot of quick where only the installed files are"
[ "$(jq -r .status "$work"/results/runs/*/status.json)" = ok ] || failed "the boot did not end well"
[ "$(wc -l <"$work/trace")" -gt 1000 ] || failed "its trace has not the pages"
exit 0
