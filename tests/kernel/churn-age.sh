#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A small instance of workloads/age.c on each policy: rows are complete and agree with result.json, a seed
# repeats, static PAMT has no pairs, and the indices that the report works out are the kernel's.
. "${0%/*}/lib.sh"

variants=${AGE_VARIANTS:-immediate rcu}
need $variants
small="age --lifetimes 30 --every 10 --tds 8 --tide 20 --mem 16 --beside 70 --huge rows"

rows() { # DIR CONDITION : of awk, must be true in each row; c["NAME"] is a column
	awk -F, "NR == 1 { for (i = 1; i <= NF; i++) name[i] = \$i; next }
		{ for (i = 1; i <= NF; i++) c[name[i]] = \$i
		  if (!($2)) { print; bad = 1 } } END { exit bad || NR < 2 }" "$work/$1/age.csv" >"$work/stderr" ||
		failed "$1: not so in each row of age.csv: $2: $(cat "$work/stderr")"
}

column() { # DIR NAME : its values, a line each
	awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) k = i; next } { print $k }' \
		"$work/$1/age.csv"
}

for v in $variants; do
	good $v $v --mem 512 --cpus 1 --cost low --record counters -- $small
	[ "$(column $v lifetimes | tr '\n' ' ')" = "0 10 20 30 30 " ] || failed "$v: rows: $(column $v lifetimes)"
	[ "$(column $v tds | tr '\n' ' ')" = "0 7 3 7 0 " ] || failed "$v: TDs alive: $(column $v tds)"
	rows $v 'c["huge_pages"] > 0 && c["blocked_2m"] > 0 && c["unmovable_blocks"] > 0 && c["movable_blocks"] > 0'
	rows $v 'c["tds"] == 0 ? c["pamt_pairs"] == 0 && c["tdx_pages"] == 0 : c["pamt_pairs"] > 0 && c["tdx_pages"] > 16'
	# what is not in use must be there, in blocks or on a list: no row may lose memory
	rows $v 'c["free0"] + 2 * c["free1"] + 512 * c["free9"] + 1024 * c["free10"] + c["percpu_pages"] > 5000'
	[ "$(column $v huge_pages | tail -n 2 | tr '\n' ' ')" = \
	  "$(jq -r '"\(.age.huge_pages) \(.age_without_tds.huge_pages) "' "$work/$v/result.json")" ] ||
		failed "$v: result.json says other huge pages than age.csv"
	[ "$(jq .tenant_pages "$work/$v/result.json")" -gt 50000 ] || failed "$v: there was no tenant"
done
v=${variants%% *}
good $v again --mem 512 --cpus 1 --cost low --record counters -- $small
cmp "$work/$v/age.csv" "$work/again/age.csv" || failed "the same boot has another age.csv"

good $v static --mem 512 --cpus 1 --cost low --record counters --append soft_tdx.dpamt=0 -- $small
rows static 'c["pamt_pairs"] + 0 == 0 && c["huge_pages"] > 0'

# free blocks and the kernel's own indices, read together; zone DMA32 is all that is counted
index=/sys/kernel/debug/extfrag
inside $v kernels-own "while :; do
	cat /proc/buddyinfo $index/unusable_index $index/extfrag_index /proc/buddyinfo >\$RESULTS_DIR/all
	n=\$(grep -c . /proc/buddyinfo)
	[ \"\$(head -n \$n \$RESULTS_DIR/all)\" != \"\$(tail -n \$n \$RESULTS_DIR/all)\" ] || break
done"
dir=$work/own/runs/$v
mkdir -p "$work/own/runs"
cp -r "$work/$v" "$dir"
{
	head -n 1 "$work/$v/age.csv"
	awk '$4 == "DMA32" && !n++ { printf "1,0,1,1"; for (i = 5; i <= 15; i++) printf ",%s", $i; print ",,,,,,,,," }' \
		"$work/kernels-own/all"
} >"$dir/age.csv"
"$bench" report "$work/own" >/dev/null 2>"$work/stderr" || failed "report: $(cat "$work/stderr")"
jq -r '.ages[] | "\(.unusable_2m_percent.median) \(.extfrag_2m.median)"' "$work/own/report.json" >"$work/ours"
awk '$4 == "DMA32" && $5 ~ /[.]/ { print $14 }' "$work/kernels-own/all" | tr '\n' ' ' >"$work/theirs"
awk 'NR == FNR { u = $1; e = $2; next }
	{ exit !(NF == 2 && u / 100 - $1 < 0.0011 && $1 - u / 100 < 0.0011 && e - $2 < 0.0011 && $2 - e < 0.0011) }' \
	"$work/ours" "$work/theirs" ||
	failed "the indices are $(cat "$work/ours") (percent, extfrag), the kernel's $(cat "$work/theirs")"
