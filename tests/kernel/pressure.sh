#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A small instance of workloads/pressure.c on each policy: with room nobody waits, without headroom
# somebody does, a victim that keeps its memory as well; the file of another is written back; without PSI its values are null.
# Each replacement is a row of replacements.csv, and the report counts them.
. "${0%/*}/lib.sh"

variants=${PRESSURE_VARIANTS:-immediate rcu}
need $variants
says() { # DIR FILTER : must be true of the result
	jq -e "$2" "$work/$1/result.json" >/dev/null || failed "$1: not so: $2: $(jq -c '.pressure, .memory_pressure' "$work/$1/result.json")"
}

record() { # DIR : its rows agree with result.json, both headrooms are there, and the report counts the same
	rows=$work/$1/replacements.csv
	awk -F, 'NR > 1 { n[$3]++; waits += $8; waited += $6 + $7 + $8 + $9 > 0; own += $7
			if (!($5 > 0) || $11 != "" || $12 != "") bad++ }
		END { print n[0] + 0, n[16384] + 0, waits + 0, waited + 0, own + 0, bad + 0 }' "$rows" >"$work/rows"
	jq -r '.pressure | "2 2 \(.waits) \(.waited) \(.enomem) 0"' "$work/$1/result.json" >"$work/result"
	cmp -s "$work/rows" "$work/result" ||
		failed "$1: replacements.csv says $(cat "$work/rows"), result.json $(cat "$work/result")"
	mkdir -p "$work/report-$1/runs"
	cp -r "$work/$1" "$work/report-$1/runs/"
	"$bench" report "$work/report-$1" >/dev/null 2>"$work/stderr" || failed "$1: report: $(cat "$work/stderr")"
	jq -e --argjson waited "$(jq .pressure.waited "$work/$1/result.json")" '(.replacements |
		map(.headroom_kib) == [0, 16384] and (map(.waited) | add) == $waited) and
		(.thresholds | length) == 1' "$work/report-$1/report.json" >/dev/null ||
		failed "$1: the report says $(jq -c '.replacements, .thresholds' "$work/report-$1/report.json")"
}

for v in $variants; do
	good $v $v-room --mem 512 --append psi=1 -- pressure --mem 64 --headroom 16384 --rounds 2 --victim small
	says $v-room '.pressure | .waits == 0 and .enomem == 0 and .replaced == 2'
	says $v-room '.ops.alloc_intended.count > 0 and .memory_pressure.psi_some_us != null'
	says $v-room '.pressure | .victim_stalls == 0 and .victim_stalled_us == 0'
	good $v $v-victim --mem 512 --append psi=1 -- pressure --mem 256 --headroom 0 --rounds 12 --victim small \
		--victim-rate 10000 --victim-drop 64
	says $v-victim '.pressure as $p | $p.victim_stalls <= .ops.alloc.count and
		($p.victim_stalls > 0) == ($p.victim_stalled_us > 0)'
	stalls=$((${stalls:-0} + $(jq .pressure.victim_stalls "$work/$v-victim/result.json")))
	good $v $v-none --mem 512 -- pressure --mem 64 --headroom 0,16384 --rounds 2
	says $v-none '.pressure.waits > 0 and .memory_pressure.psi_some_us == null'
	says $v-none '.pressure | .replaced + .given_up == 4 and .waited > 0'
	says $v-none '.pressure | has("victim_stalls") and .victim_stalls == null'
	record $v-none
	good $v $v-file --mem 512 --append "psi=1 brd.rd_size=8192" -- pressure --mem 64 --headroom 0 --rounds 4 --victim file \
		--victim-rate 10000 --victim-dirty 512 --victim-sync 1024
	says $v-file '(.pressure | .victim_lost_pages != null and .victim_dirty_peak_pages > 0 and .victim_refused == 0) and
		.ops.file_write.count == .ops.file_write_intended.count and .ops.file_sync.count > 0 and
		.memory_pressure.nr_written > 0'
	# whether these wait at a small headroom is the experiment's to tell: it depends on who holds charged pages
	good $v $v-after --mem 512 -- pressure --mem 64 --headroom 0 --rounds 2 --begin after
	says $v-after '.pressure | .replaced + .given_up == 2'
done

# Whether it stalls in one boot depends on whose turn it is when the old TD ends.
[ "$stalls" -gt 0 ] || failed "a victim that keeps its memory never stalled, at the limit, in 12 rounds of each of: $variants"
