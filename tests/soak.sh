#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The storm and all workloads, again and again with new seeds, on every kernel that is built, for hours.
#
# usage: HOURS=N tests/soak.sh [DIR]
#
# DIR (default: results/soak) keeps its place: the same command goes on with the boot that was
# interrupted, by Ctrl-C or by anything else. What is in it:
#
#	boots.tsv	a line per boot: number, kernel, seed, time base, ok or failed, seconds, rounds and
#			operations of the storm (-: none, or not known because it failed), the command, reason
#	failed/		the run directories of boots that failed: console.log, dmesg, header.json with the seed
#
# A boot that fails is kept, and the soak goes on. stderr gets a line per boot, stdout a summary at the
# end, over all of DIR. Exit status: 0 if no boot of DIR failed, 1 if some did, 130 after Ctrl-C.
#
# HOURS		how long this time, also 0.5
# KERNELS	VARIANT[+FLAVOUR]... (default: of each variant the debug kernel, where it is not built the
#		plain one; rcu-naive, which is a bug, left out)
# BOOTS		end after so many boots at the latest
# FIRST_SEED	(default: 1) of boot 0; boot N has FIRST_SEED + N
# BUILD		the build directory (default: build)
set -u
cd "$(dirname "$0")/.." || exit 1

die() { echo "soak: $*" >&2; exit 2; }

BUILD=${BUILD:-build}
bench=$BUILD/dpamt-bench
dir=${1:-results/soak}
seconds=$(awk -v h="${HOURS:-}" 'BEGIN { if (h !~ /^[0-9]+([.][0-9]+)?$/ || h <= 0) exit 1; printf "%d", h * 3600 }') ||
	die "HOURS='${HOURS:-}' is no number of hours; give HOURS=1 or HOURS=0.5"
case ${BOOTS:=1000000000}${FIRST_SEED:=1} in
*[!0-9]*) die "BOOTS='$BOOTS' and FIRST_SEED='$FIRST_SEED' must be whole numbers" ;;
esac
[ -x "$bench" ] || die "there is no $bench; run 'make tools'"
command -v jq >/dev/null || die "jq is missing; run 'make deps'"

# What a boot does; @TIME CPUS MEM [NAME=VALUE] COMMAND, NAME=VALUE for the kernel's command line. Sizes are
# such that a debug kernel takes a minute or so.
items=(
	'virtual 1 1G storm --rounds 20'
	'wall 2 1G storm --rounds 20 --threads 3'
	'virtual 1 1G teardown --tds 3 --sept-pages 64 --layout sparse --order shuffled'
	'wall 2 1G soft_tdx.keyids=6 storm --rounds 20 --threads 2 --weights hoard=20'
	'wall 2 1G teardown --tds 8 --sept-pages 16 --layout sparse --destroy all-at-once --rounds 3 --aggressor on'
	'wall 2 1G convert --tds 3 --threads 4 --mem 4 --pattern random --ops 2000'
	'wall 2 1G storm --rounds 10 --steps 300 --threads 4'
	'wall 2 1G convert --tds 2 --threads 2 --mem 2 --drive guest'
	'wall 2 1G fault --tds 2 --threads 4 --mem 4 --spread interleaved --rounds 2'
	'virtual 1 1G storm --rounds 5 --steps 400'
	'virtual 1 2G frag --tds 2 --pages 32'
	'wall 2 1G lifecycle --tds 32 --rate 50 --life-ms 50'
	'wall 2 1G storm --rounds 20 --threads 3'
	'wall 2 1G noisy --aggressors 2 --faults 512 --mem 4'
	'virtual 1 512M exhaust --tds 64 --mem 16 --limit 67108864'
	'virtual 1 1G age --tds 4 --mem 16 --lifetimes 16 --every 8'
	'virtual 1 1G pressure --tds 1 --mem 16 --headroom 1024 --rounds 4'
)

kernels=()
if [ -n "${KERNELS:-}" ]; then
	read -ra kernels <<<"$KERNELS"
else
	for series in kernel-patches/series/*; do
		v=${series##*/}
		[ "$v" != rcu-naive ] || continue
		if [ -r "$BUILD/kernels/$v+debug/bzImage" ]; then
			kernels+=("$v+debug")
		elif [ -r "$BUILD/kernels/$v/bzImage" ]; then
			kernels+=("$v")
		fi
	done
fi
[ ${#kernels[@]} -gt 0 ] || die "no kernel is built; run 'make kernels VARIANTS=\"immediate+debug rcu+debug\"'"
for k in "${kernels[@]}"; do
	[ -r "$BUILD/kernels/$k/bzImage" ] || die "there is no kernel $k; run 'make kernels VARIANTS=$k'"
done

mkdir -p "$dir/failed" || die "$dir cannot be made"
log=$dir/boots.tsv
touch "$log" || die "$log cannot be written"
exec 9>"$dir/lock"
flock -n 9 || die "another soak runs in $dir"

summary() {
	awk -F '\t' '
	{ boots++; s += $6; storms += $9 ~ /^([^ ]*=[^ ]* )?storm/; counted += $7 != "-"; rounds += $7; operations += $8; kernel[$2]++; time[$4]++ }
	$5 != "ok" { failed++; lines = lines sprintf("failed: boot %s, %s, seed %s, %s, %s: %s\n", $1, $2, $3, $4, $9, $10) }
	NR == 1 || $3 < first { first = $3 }
	$3 > last { last = $3 }
	END {
		printf "boots %d\nfailed %d\nhours %.2f\n", boots, failed, s / 3600
		if (boots) printf "seeds %d to %d\n", first, last
		printf "storm rounds %d\nstorm operations %d\n", rounds, operations
		if (storms > counted) printf "storms that failed, whose rounds are not counted %d\n", storms - counted
		for (t in time) printf "time %s: %d boots\n", t, time[t] | "sort"
		close("sort")
		for (k in kernel) printf "kernel %s: %d boots\n", k, kernel[k] | "sort"
		close("sort")
		printf "%s", lines
		exit failed > 0
	}' "$log"
}

# Boots as a group of their own: Ctrl-C reaches this script, which tells them.
set -m
child=
stop() {
	trap '' INT TERM
	[ -z "$child" ] || { kill -INT -- "-$child"; wait "$child"; } 2>/dev/null
	rm -rf "$dir/now" "$dir/now".*tmp
	echo "soak: interrupted; the same command goes on with boot $n" >&2
	summary
	exit 130
}
trap stop INT TERM

# A number of a result, - if it has none.
of_result() { jq -er "$1 // empty" "$dir/now/result.json" 2>/dev/null || echo -; }

# Kernels and items take turns, so that few boots have had all items; shifted by one when all pairs that
# this gives have had their turn.
turns=${#kernels[@]}
while ((turns % ${#items[@]})); do turns=$((turns + ${#kernels[@]})); done

n=$(wc -l <"$log")
end=$((SECONDS + seconds)) made=0
while [ $SECONDS -lt $end ] && [ $made -lt "$BOOTS" ]; do
	kernel=${kernels[n % ${#kernels[@]}]}
	read -r time cpus mem command <<<"${items[(n + n / turns) % ${#items[@]}]}"
	seed=$((FIRST_SEED + n))
	what=$command append=()
	case ${command%% *} in
	*=*) append=("${command%% *}") command=${command#* } ;;
	esac
	# There, pages in a vCPU's cache pin pairs as well, and frag finds more than it made.
	case $kernel:$command in
	immediate-topup*:frag*) command='teardown --tds 2 --sept-pages 64 --layout sparse' what=$command ;;
	esac
	# As tests/kernel/lib.sh: no LA57, which an early interrupt of a KASAN kernel does not survive.
	case $kernel in
	*+debug) append+=(no5lvl) ;;
	*+kunit) append+=(kunit.enable=0) ;;
	esac
	rm -rf "$dir/now" "$dir/now".*tmp
	begin=$SECONDS
	"$bench" run --variant "$kernel" --seed $seed --time "$time" --cpus "$cpus" --mem "$mem" --timeout 1800 \
		${append:+--append "${append[*]}"} --out "$dir/now" -- $command >"$dir/stdout" 2>"$dir/stderr" &
	child=$!
	wait $child
	status=$?
	child=
	took=$((SECONDS - begin)) verdict=ok reason= rounds=- operations=-
	if [ $status -eq 127 ]; then
		die "boot $n cannot be made: $(head -n 1 "$dir/stderr")"
	fi
	case $command in
	storm*)
		rounds=$(of_result .storm.rounds)
		operations=$(of_result .ops.storm_op.count)
		;;
	esac
	if [ $status -ne 0 ]; then
		verdict=failed
		reason=$(jq -r '.reason // empty' "$dir/now/status.json" 2>/dev/null)
		reason=${reason:-status $status: $(head -n 1 "$dir/stderr")}
		said=$(grep -m 1 '^dpamt-workload: ' "$dir/stderr")
		reason=$reason${said:+; $said}
		cp "$dir/stderr" "$dir/now/bench-stderr.txt" 2>/dev/null
		kept=$dir/failed/$n-$kernel-seed$seed
		rm -rf "$kept"
		mv "$dir/now" "$kept" 2>/dev/null || cp "$dir/stderr" "$kept"
	fi
	rm -rf "$dir/now"
	# The last step: until now the boot would be made again.
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' $n "$kernel" $seed "$time" $verdict $took "$rounds" \
		"$operations" "$what" "$(printf %s "$reason" | tr '\t\n' '  ')" >>"$log"
	echo "soak: boot $n, $kernel, seed $seed, $time, $what: $verdict${reason:+: $reason} ($took s, $(((end - SECONDS) / 60)) min left)" >&2
	n=$((n + 1)) made=$((made + 1))
done
rm -f "$dir/stdout" "$dir/stderr"
summary
