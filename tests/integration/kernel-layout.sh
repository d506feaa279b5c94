#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# bench/kernel/layout.sh: a build seed moves text, data and bss of each file, the same seed to the same
# place, and code and values stay what they are.
set -u
. "${0%/*}/../work.sh"
. "${0%/*}/../../bench/kernel/layout.sh"

[ "$(layout_seed layout7)" = 7 ] || failed "layout7 is not seed 7"
for flavour in layout layout7x layout07 layout1234567890 debug ''; do
	! layout_seed "$flavour" >/dev/null || failed "'$flavour' is taken for a layout"
done

# Addresses of what two files have, with SEED, or of the files as they are.
addresses() { # [SEED]
	local dir=$work/tree$#${1:-}
	rm -rf "$dir"
	mkdir "$dir"
	git -C "$dir" init -q
	for f in a b; do
		printf 'int %s_zero[4]; int %s_one = 1; int %s(void) { return %s_zero[0] + %s_one; }\n' \
			$f $f $f $f $f >"$dir/$f.c"
	done
	echo 'int a(void); int b(void); int main(void) { return a() + b(); }' >"$dir/main.c"
	git -C "$dir" add a.c b.c
	[ $# -eq 0 ] || layout_apply "$dir" "$1"
	gcc -O2 -no-pie -o "$dir/out" "$dir"/{main,a,b}.c || failed "seed ${1:-none}: it does not compile"
	"$dir/out"
	[ $? -eq 2 ] || failed "seed ${1:-none}: the program does something else"
	nm "$dir/out" | grep -E ' [abAB-Z] [ab](_zero|_one)?$' | sort -k 3
}

plain=$(addresses) one=$(addresses 1) again=$(addresses 1) two=$(addresses 2)
[ "$(wc -l <<<"$plain")" -eq 6 ] || failed "not six symbols: $plain"
[ "$one" = "$again" ] || failed "seed 1 gives two layouts"
for symbol in b b_one b_zero; do
	n=$(printf '%s\n' "$plain" "$one" "$two" | grep " $symbol$" | sort -u | wc -l)
	[ "$n" -eq 3 ] || failed "$symbol has $n places in three layouts, not 3"
done
