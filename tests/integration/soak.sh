#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tests/soak.sh with a dpamt-bench that only says what it was asked for: each boot has a new seed, kernels
# and commands take turns, what fails is kept and the soak goes on, an interrupted boot is made again, and
# the summary counts all of it.
cd "$(dirname "$0")/../.." || exit 1
. tests/work.sh

command -v jq >/dev/null || { echo "soak.sh: skipped, there is no jq" >&2; exit 77; }

# Seed 4 fails; seed 6 does not end before it is told to, unless there is a file "go".
mkdir -p "$work/build/kernels/a+debug" "$work/build/kernels/b"
touch "$work/build/kernels/a+debug/bzImage" "$work/build/kernels/b/bzImage"
cat >"$work/build/dpamt-bench" <<EOF
#!/bin/sh
echo "\$*" >>"$work/asked"
while [ "\$1" != -- ]; do
	case \$1 in
	--out) out=\$2 ;;
	--seed) seed=\$2 ;;
	esac
	shift
done
mkdir "\$out" || exit 127
echo console of seed \$seed >"\$out/console.log"
[ \$seed -ne 6 ] || [ -e "$work/go" ] || { sleep 600 3>&- & trap "kill \$!; exit 130" INT; echo >"$work/waits"; wait; }
[ \$seed -ne 4 ] || { echo 'dpamt-workload: round 1' >&2; printf '%s\\n' '{ "reason": "BUG: it\\tfell over" }' >"\$out/status.json"; exit 126; }
[ "\$2" != storm ] || echo '{ "storm": { "rounds": 20 }, "ops": { "storm_op": { "count": 1000 } } }' >"\$out/result.json"
EOF
chmod 755 "$work/build/dpamt-bench"
mkfifo "$work/waits" && exec 3<>"$work/waits" || failed "mkfifo"

# soak : with the settings in front of it. A shell cannot trap SIGINT that it inherited ignored, as from a
# job in the background.
soak() { env --default-signal=INT KERNELS="a+debug b" HOURS=1 BUILD="$work/build" tests/soak.sh "$work/soak" >"$work/summary" 2>"$work/stderr"; }
says() { grep -qxF "$1" "$work/summary" || failed "the summary lacks '$1': $(cat "$work/summary")"; }

# Ctrl-C in boot 5: the boots before are there, this one is not.
set -m
soak & pid=$!
read -r -t 60 -u 3 || failed "boot 5 did not begin: $(cat "$work/stderr")"
kill -INT -- -$pid
wait $pid
[ $? -eq 130 ] || failed "an interrupted soak did not say so"
set +m
grep -q 'goes on with boot 5$' "$work/stderr" || failed "where it goes on is not said"
says 'boots 5'
[ ! -e "$work/soak/now" ] || failed "the interrupted boot was left"

# It goes on with seed 6.
touch "$work/go"
BOOTS=4 soak
[ $? -eq 1 ] || failed "a soak in which a boot failed did not end with 1"
says 'boots 9'
says 'failed 1'
says 'seeds 1 to 9'
says 'kernel a+debug: 5 boots'
says 'kernel b: 4 boots'
# Items take turns, and so do kernels: storms are boots 0, 1, 3 (failed) and 6.
says 'failed: boot 3, b, seed 4, wall, soft_tdx.keyids=6 storm --rounds 20 --threads 2 --weights hoard=20: BUG: it fell over; dpamt-workload: round 1'
says "storm rounds $((20 * $(awk -F '\t' '$9 ~ /storm / && $5 == "ok"' "$work/soak/boots.tsv" | wc -l)))"
says 'storms that failed, whose rounds are not counted 1'
[ "$(cut -f3 "$work/soak/boots.tsv" | tr '\n' ' ')" = '1 2 3 4 5 6 7 8 9 ' ] || failed "seeds: $(cut -f3 "$work/soak/boots.tsv")"
grep -qx 'console of seed 4' "$work/soak/failed/3-b-seed4/console.log" || failed "what failed was not kept"
[ "$(ls "$work/soak/failed")" = 3-b-seed4 ] || failed "what did not fail was kept: $(ls "$work/soak/failed")"
grep -c -- '--seed 6 ' "$work/asked" | grep -qx 2 || failed "the interrupted boot was not made again"
grep -q -- '--variant a+debug .*--append no5lvl' "$work/asked" && ! grep -q -- '--variant b .*no5lvl' "$work/asked" ||
	failed "no5lvl is for debug kernels"
[ "$(grep -c '^soak: boot ' "$work/stderr")" -eq 4 ] || failed "there is not a line for each boot: $(cat "$work/stderr")"

# In time each item runs on each kernel.
sed -n "s/^	'[a-z]* [0-9]* [0-9MG]* \([a-z].*\)'$/\1/p" tests/soak.sh >"$work/items"
BOOTS=$((2 * $(wc -l <"$work/items") - 9)) soak
[ "$(cut -f2,9 "$work/soak/boots.tsv" | sort -u | wc -l)" -eq $((2 * $(sort -u "$work/items" | wc -l))) ] ||
	failed "not each item ran on each of two kernels: $(cut -f2,9 "$work/soak/boots.tsv" | sort -u)"
grep -q -- '--variant a+debug .*--append soft_tdx.keyids=6 no5lvl --out .* -- storm ' "$work/asked" &&
	grep -q -- '--variant b .*--append soft_tdx.keyids=6 --out .* -- storm ' "$work/asked" ||
	failed "no storm has few KeyIDs"

# No workload is forgotten.
sed -n 's/^WORKLOAD(\([a-z]*\)).*/\1/p' workloads/*.c | while read -r name; do
	grep -q "^	'[a-z]* [0-9]* [0-9MG]* \([^ ]*=[^ ]* \)*$name " tests/soak.sh || echo "$name"
done >"$work/forgotten"
[ "$(sed -n 's/^WORKLOAD(\([a-z]*\)).*/\1/p' workloads/*.c | wc -l)" -ge 9 ] && [ ! -s "$work/forgotten" ] ||
	failed "workloads that no boot of a soak runs: $(cat "$work/forgotten")"

# What cannot be done is said in one line.
for wrong in HOURS=x HOURS=0 BOOTS=y KERNELS=c; do
	env HOURS=1 KERNELS=b BUILD="$work/build" "$wrong" tests/soak.sh "$work/other" >"$work/summary" 2>"$work/stderr"
	[ $? -eq 2 ] && [ "$(wc -l <"$work/stderr")" -eq 1 ] || failed "$wrong: not refused in one line"
done
exit 0
