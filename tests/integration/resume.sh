#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# An experiment that was interrupted goes on where it was: finished boots are
# not made again, and the whole equals an uninterrupted run.
. "${0%/*}/lib.sh"

cat >"$work/test.job" <<'JOB'
[clock]
question = Does an interrupted experiment go on?
expected = yes
refuted_by = a boot made twice, or missing
workload = clock
variants = a b
seeds = 2
aa = no
JOB

experiment() {
	"$bench" run --experiment "$work/test.job" --kernel "$KERNEL" --workload "$probe" \
		--jobs 2 --out "$work/$1" >"$work/stdout" 2>"$work/stderr"
}

# Interrupted when the first boot is there.
experiment broken &
pid=$!
finished() { ls "$work"/broken/runs/*/status.json; }
wait_for $pid finished
read -r child _ <"/proc/$pid/task/$pid/children" || true
kill -TERM "${child:-$pid}"
wait $pid
[ $? -eq 130 ] || failed "an interrupted experiment did not say so"
stderr_has "goes on from here"
ls -d "$work"/broken/runs/*.tmp >/dev/null 2>&1 && failed "an unfinished boot was left"
first=$(ls -d "$work"/broken/runs/*/ | head -n 1)
made=$(stat -c %Y.%i "$first/status.json")
[ "$(ls "$work/broken/runs" | wc -l)" -lt 4 ] || failed "it was not interrupted"

experiment broken || failed "it did not go on"
[ "$(cat "$work/stdout")" = "$work/broken" ] || failed "stdout is not the directory"
[ "$(ls "$work/broken/runs" | wc -l)" -eq 4 ] || failed "there are not 4 boots"
[ "$(stat -c %Y.%i "$first/status.json")" = "$made" ] || failed "a finished boot was made again"

experiment whole || failed "the experiment failed"
for run in "$work"/whole/runs/*/; do
	run=${run%/}
	if ! cmp "$run/samples.csv" "$work/broken/runs/${run##*/}/samples.csv"; then
		diff "$run/samples.csv" "$work/broken/runs/${run##*/}/samples.csv" | head
		diff "$run/console.log" "$work/broken/runs/${run##*/}/console.log" | head
		failed "${run##*/} differs from an uninterrupted run"
	fi
done

# The same place for something else is refused.
sed -i 's/^seeds = 2/&\ncpus = 1/' "$work/test.job"
experiment whole && failed "boots of another experiment were taken for its own"
stderr_has "is a finished boot of something else (its cpus differs)"
exit 0
