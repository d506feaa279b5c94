#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# An interrupted experiment continues, after Ctrl-C and after its QEMU was killed: finished
# boots are not made again, the interrupted one is. Data and report equal those of a run
# without interruption.
. "${0%/*}/lib.sh"

[ -r "$BUILD/dpamt-workload" ] || { echo "resume.sh: skipped, there is no $BUILD/dpamt-workload" >&2; exit 77; }

cat >"$work/test.job" <<'JOB'
[teardown]
question = Does an interrupted experiment go on?
expected = yes
refuted_by = a boot made twice, or missing
workload = teardown
options = --tds 1
variants = a b
seeds = 2
cpus = 1
aa = no
factor.opt.sept-pages = 20 40
JOB
boots=8

experiment() { # DIR ARGS...
	dir=$1
	shift
	"$bench" run "$work/test.job" --kernel "$KERNEL" --jobs 2 --out "$work/$dir" "$@" \
		>"$work/stdout" 2>"$work/stderr"
}
begin() { experiment broken & pid=$!; wait_for $pid child; }
# first_child PID: of that process, or nothing
first_child() { read -r first _ <"/proc/$1/task/$1/children"; echo "$first"; }
child() { bench_pid=$(first_child "$pid") && [ -n "$bench_pid" ]; }
made() { stat -c '%n %Y.%i' "$work"/broken/runs/*/status.json; }

# Ctrl-C when the first boot is there
begin
wait_for $pid finished_in broken 1
kill -INT "$bench_pid"
wait $pid
[ $? -eq 130 ] || failed "an interrupted experiment did not say so"
stderr_has "interrupted; finished boots are kept"
stderr_has "goes on from here"
ls -d "$work"/broken/runs/*.tmp >/dev/null 2>&1 && failed "an unfinished boot was left"
made >"$work/made"
[ "$(wc -l <"$work/made")" -lt $boots ] || failed "it was not interrupted"

# kill -9 of a VM that is booting
begin
booting() { ls "$work"/broken/runs/*.tmp/console.log && qemu=$(first_child "$bench_pid") && [ -n "$qemu" ]; }
wait_for $pid booting
kill -KILL "$qemu"
wait $pid
[ $? -eq 126 ] || failed "a killed QEMU did not end the experiment"
stderr_has "QEMU was killed by signal 9"
[ "$(jq -r .status "$work"/broken/runs/*/status.json | grep -c failed)" -eq 1 ] ||
	failed "the boot whose QEMU was killed is not marked as failed"
jq -r 'select(.status == "ok") | input_filename' "$work"/broken/runs/*/status.json | xargs stat -c '%n %Y.%i' >"$work/made"

# to the end
experiment broken || failed "it did not go on"
[ "$(cat "$work/stdout")" = "$work/broken" ] || failed "stdout is not the directory"
[ "$(ls "$work/broken/runs" | wc -l)" -eq $boots ] || failed "there are not $boots boots"
made | grep -qxFf "$work/made" || failed "no finished boot was kept"
[ "$(made | grep -cxFf "$work/made")" -eq "$(wc -l <"$work/made")" ] || failed "a finished boot was made again"
[ -z "$(jq -r 'select(.status != "ok") | .reason' "$work"/broken/runs/*/status.json)" ] ||
	failed "a failed boot was not made again"

# Single boots, one by place and one by name, are those of the whole plan.
experiment whole --boot 8 && failed "a boot outside of the plan was made"
stderr_has "--boot 8: $work/test.job has the boots 0 to 7, from teardown-"
for boot in 7 teardown-a-40-s2; do
	experiment whole --boot $boot || failed "--boot $boot failed"
done
[ -r "$work/whole/runs/teardown-a-40-s2/status.json" ] || failed "--boot made another boot"
[ "$(ls "$work/whole/runs" | wc -l)" -le 2 ] || failed "--boot made more than one boot"
experiment whole || failed "the experiment failed"
same_experiment whole broken

jq -se 'all(.question == "Does an interrupted experiment go on?" and .expected == "yes" and
	.refuted_by == "a boot made twice, or missing")' "$work"/whole/runs/*/header.json >/dev/null ||
	failed "header.json does not say what was asked"

# The same place for something else is refused.
sed -i 's/^cpus = 1/cpus = 2/' "$work/test.job"
experiment whole && failed "boots of another experiment were taken for its own"
stderr_has "holds another finished boot (its cpus differs)"
exit 0
