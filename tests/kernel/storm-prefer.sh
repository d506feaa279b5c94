#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The workload storm with --prefer-new, on a kernel of `make coverage-kernel`: operations are drawn oftener
# that reached new code, the same seed repeats, and the weights that were printed play a round again.
. "${0%/*}/lib.sh"

kernel=${VARIANT:-coverage-immediate}
need $kernel
rounds=5

# storm DIR OPTIONS... : what it printed of each step goes to DIR.steps, of each round's weights to DIR.weights
storm() {
	dir=$1
	shift
	good $kernel $dir --mem 1G --cpus 1 --timeout 300 --seed 1 -- storm --print "$@"
	tr -d '\r' <"$work/$dir/console.log" | grep -a '^round .* = ' >"$work/$dir.steps"
	tr -d '\r' <"$work/$dir/console.log" | sed -n 's/^round [0-9]* was drawn with --weights //p' >"$work/$dir.weights"
}

storm first --prefer-new --rounds $rounds
storm again --prefer-new --rounds $rounds
for what in steps weights; do
	cmp -s "$work/first.$what" "$work/again.$what" || failed "the same seed did not repeat its $what"
done
[ "$(wc -l <"$work/first.weights")" -eq $rounds ] || failed "$(wc -l <"$work/first.weights") rounds said their weights"
[ "$(head -n 1 "$work/first.weights")" = - ] || failed "the first round was not drawn as the table says"
[ "$(sort -u "$work/first.weights" | wc -l)" -ge 3 ] || failed "the weights hardly change: $(cat "$work/first.weights")"

# The last round alone. What it reaches is its own: the boot is another one.
storm alone --rounds 1 --first-round $rounds --weights "$(tail -n 1 "$work/first.weights")"
grep "^round $rounds " "$work/first.steps" | sed 's/ = .*//' >"$work/last"
sed 's/ = .*//' "$work/alone.steps" | cmp -s - "$work/last" || failed "round $rounds differs when it is drawn from its weights"

# Each number of the list is the blocks that were reached after so many rounds.
jq -e --argjson n $rounds '.storm.blocks_reached | length == $n and . == sort and .[0] > 1000' \
	"$work/first/result.json" >/dev/null || failed "blocks reached: $(jq -c .storm "$work/first/result.json")"
exit 0
