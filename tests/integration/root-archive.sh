#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A command with --root is a program of an archive: it sees the archive's files and not this machine's, and two
# boots of it in virtual time leave the same bytes. What is no archive, or a part of one, is refused.
. "${0%/*}/lib.sh"

mkdir -p "$work/root/bin"
cp "$probe" "$work/root/bin/in-archive"
echo mine >"$work/root/init"	# must not replace ours
(cd "$work/root" && find . | cpio -o -H newc --quiet) >"$work/root.cpio" || failed "cpio"

for dir in a b; do
	run $dir --cpus 1 --root "$work/root.cpio" -- in-archive clock --samples=/results/samples.csv
	[ $status -eq 0 ] || failed "the boot ended with status $status"
	[ "$(wc -l <"$work/$dir/samples.csv")" -eq 101 ] || failed "samples.csv is not complete"
done
for file in samples.csv stdout.txt counters-before.txt counters-after.txt agent.txt; do
	cmp "$work/a/$file" "$work/b/$file" || failed "$file differs between two equal boots"
done
sum=$(sha256sum <"$work/root.cpio")
jq -e --arg root "$work/root.cpio" --arg sum "${sum%% *}" '.root_fs == "initramfs" and .root_archive == $root and
	.root_archive_sha256 == $sum and .repeatable' \
	"$work/a/header.json" >/dev/null || failed "header.json does not say what it ran from"

# As a command of an experiment it must leave result.json, and a report then counts the boot.
cat >"$work/test.job" <<'JOB'
[archive]
question = Does a program of an archive make a boot of an experiment?
expected = yes
refuted_by = a boot without result.json that counts
variants = a b
seeds = 2
aa = no
cpus = 1
mem = 512
record = counters
root = root.cpio
command = in-archive
factor.opt.level = 1 2
JOB
# experiment DIR VERB : with that verb of the probe
experiment() {
	sed -i "s/^command.*/command = in-archive $2/" "$work/test.job"
	"$bench" run "$work/test.job" --kernel "$KERNEL" --out "$work/$1" >"$work/stdout" 2>"$work/stderr"
	status=$?
}
experiment with leave-result
[ $status -eq 0 ] || failed "the experiment ended with status $status"
[ "$(ls "$work/with/runs" | wc -l)" -eq 8 ] || failed "there are not eight boots"
jq -e --arg root "$work/root.cpio" '.root_archive == $root and .command == ["in-archive", "leave-result", "--level", "2"] and
	.factors == { level: "2" } and .question' "$work/with/runs/archive-b-2-s1/header.json" >/dev/null ||
	failed "header.json does not say what was run"
"$bench" report "$work/with" >"$work/report" 2>"$work/stderr" || failed "no report"
tr -s '\n ' '  ' <"$work/report" | grep -q '8 finished, 8 count, 0 excluded' || failed "boots are not in the report"
[ ! -s "$work/stderr" ] || failed "the report misses something"
# Other files under the same name are another experiment.
cp "$work/root.cpio" "$work/kept.cpio"
touch "$work/root/bin/more"
(cd "$work/root" && find . | cpio -o -H newc --quiet) >"$work/root.cpio" || failed "cpio"
experiment with leave-result
[ $status -eq 127 ] || failed "boots of another archive were taken for finished ones: $status"
stderr_has "holds another finished boot (its root_archive_sha256 differs)"
mv "$work/kept.cpio" "$work/root.cpio"
experiment without ""
[ $status -eq 126 ] || failed "boots without result.json ended with status $status, not 126"
grep -q 'there is no result.json' "$work/stderr" || failed "nobody says that result.json is missing"

run c --root "$work/root.cpio" -- "$(command -v sh)" -c true
[ $status -eq 127 ] || failed "a program of this machine ended with $status, not 127"

echo 'this is no archive, but it is long enough to be one: a header has 110 bytes, and so there is some more text here' \
	>"$work/text"
head -c 100000 "$work/root.cpio" >"$work/cut"
for file in "$work/text" "$work/cut" "$work/nothing"; do
	run d --root "$file" -- in-archive clock
	[ $status -ne 0 ] || failed "--root $file was taken"
	[ "$(grep -c "^dpamt-bench: --root $file: " "$work/stderr")" -eq 1 ] || failed "--root $file: no line about it"
	rm -rf "$work"/d*
done
exit 0
