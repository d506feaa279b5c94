#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A report says under which conditions its boots ran, what of them is not recorded, and what differs.
# Boots nothing.
#
# BUILD	the build directory (default: build)
set -u
. "${0%/*}/../report-checks.sh"

# --- facts that older runs lack are "not recorded"; those of newer runs are printed
"$make_runs" "$work/older" pages=20 rounds=20
report older 0
says 'host CPUs not recorded'
says 'mitigations not recorded'
says 'THP not recorded'
says 'CPU time was not recorded in 20 boots.'
lacks 'refuted by'
lacks 'root archive'
"$make_runs" "$work/facts" pages=20 rounds=20
for boot in "$work"/facts/runs/*/; do
	jq '. + {question: "Is it so?", expected: "yes", refuted_by: "a no", host_cpus: 64, host_sockets: 2,
		host_thp: "madvise", record: "counters", perf_events: "cycles",
		root_archive: "/tmp/td.cpio", root_archive_sha256: "0123456789abcdef0123456789abcdef",
		antagonists: [{name: "rcu-flood", command: "--antagonist rcu-flood"}]}' "$boot/header.json" >"$work/edit" && cp "$work/edit" "$boot/header.json"
	jq '. + {thp: "never", mitigations: "mds: Vulnerable", cpu_seconds: 2.5}' "$boot/status.json" >"$work/edit" &&
		cp "$work/edit" "$boot/status.json"
done
report facts 0
says 'host CPUs 64 online, 2 sockets'
says 'root archive /tmp/td.cpio, sha256 0123456789ab'
says 'mitigations mds: Vulnerable'
says 'THP never in the guest, madvise on the host'
says 'CPU time on the host, user and system, of QEMU: a boot took 2.5 s (median; longest 2.5 s), all together 50 s.'
says 'question Is it so? expected yes refuted by a no'
says 'Question (teardown): Is it so?'
says '--append "soft_tdx.jitter=10" --record counters --antagonist rcu-flood --root "/tmp/td.cpio" --perf cycles -- teardown --tds 4'
holds '.question == "Is it so?"'
[ "$(flat | grep -o 'refuted by a no' | wc -l)" -eq 2 ] || failed "facts: not once for each experiment"
for boot in "$work"/facts/runs/*/; do
	printf '# soft_tdx/params\njitter_percent 7\ncost_ns A 1000\ncost_ns B 4000\ncost_ns C 1000\n' >>"$boot/counters-before.txt"
done
report facts 0
says 'SEAMCALLs assumed: B 4000 ns, any other 1000 ns; each varied by up to 7 %'
for boot in "$work"/facts/runs/*/; do
	echo 'boot_jitter_percent 9' >>"$boot/counters-before.txt"
done
report facts 0
says 'each varied by up to 7 % from call to call and by up to 9 % from boot to boot'

# --- boots that differ in more than the variant
"$make_runs" "$work/mixed" pages=20 rounds=20
edit mixed teardown-rcu-s1/header.json '.cpus = 8'
report mixed 0
says 'CAUTION the boots differ in: guest'

# --- platform: of the conditions, of each answer, as a factor; boots of earlier dates know none
"$make_runs" "$work/platform" pages=20 rounds=20 experiments=teardown factor=platform:spr,gnr seeds=7
report platform 0
says 'Answer (teardown, platform=spr; simulated-virtual): '
says 'Answer (teardown, platform=gnr; simulated-virtual): '
says 'spr (partial-write erratum: the host clears each page that it gets back)'
says 'gnr (no partial-write erratum: the host clears no page)'
says '--cost mid --platform gnr --append'
"$make_runs" "$work/earlier" pages=20 rounds=20 experiments=teardown
for boot in "$work"/earlier/runs/*/; do
	jq 'del(.platform, .jitter_percent, .boot_jitter_percent)' "$boot/header.json" >"$work/edit" && cp "$work/edit" "$boot/header.json"
done
report earlier 0
says 'Answer (teardown; simulated-virtual): '
says 'platform not recorded'
lacks '--platform'

# --- a variant with patches of the user's own says which
"$make_runs" "$work/own" variants=immediate,mine pages=30 experiments=teardown
for header in "$work"/own/runs/*mine*/header.json; do
	jq '.kernel += {base: "immediate", own_patches: ["a.diff"]}' "$header" >"$work/header" && cp "$work/header" "$header"
done
report own 0
says 'Your own: mine is immediate with "a.diff".'
"$bench" report "$work/own" --format lkml >"$work/lkml" 2>"$work/stderr" || failed "own: --format lkml"
grep -qx 'Variants: immediate, mine; mine is immediate with "a.diff"' "$work/lkml" || failed "own: lkml does not say what mine is"
exit 0
