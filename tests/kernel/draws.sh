#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A boot's result has what its seed drew: another seed draws something else, and TDs begin to be
# destroyed at another place in the tick. With --draws off it has none of this.
. "${0%/*}/lib.sh"

need immediate

drawn() { # DIR OPTIONS... : what was drawn, on one line
	dir=$1
	shift
	good immediate $dir --mem 512M "$@" --sept-pages 32 --layout sparse --rounds 2 --tds 2 >/dev/null
	jq -c '[.draws, [.phases[].wait_ns | numbers]]' "$work/$dir/result.json"
}

one=$(drawn one --seed 1 -- teardown) two=$(drawn two --seed 2 -- teardown)
[ "$one" != "$two" ] || failed "seeds 1 and 2 draw the same: $one"
off=$(drawn off --seed 1 -- teardown --draws off)
[ "$off" = '[null,[0,0]]' ] || failed "--draws off draws $off"

# From the end of populating to the start of destroying: the wait and little else.
jq -e '.draws.tick_ns as $tick | .draws.operation_waits == 2 and
	([.phases[] | select(.name == "destroy")] | length == 2 and all(.wait_ns >= 0 and .wait_ns < $tick)) and
	([range(.phases | length) as $i | select(.phases[$i].name == "destroy") |
	  .phases[$i].start_ns - .phases[$i - 1].end_ns - .phases[$i].wait_ns] | all(. >= 0 and . < 1000000))' \
	"$work/one/result.json" >/dev/null || failed "the waits of seed 1 are not as drawn: $one"
echo "seed 1: $one"
