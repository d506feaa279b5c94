#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The target local, in a VM: the checkout's dpamt-bench runs there and measures the VM's
# kernel. It leaves the same counts, files and keys as the target qemu for the same command.
# It refuses, or leaves out, boots that the machine cannot make.
. "${0%/*}/lib.sh"

BUILD=$(cd "$BUILD" && pwd)
bench=$BUILD/dpamt-bench
kernel=$BUILD/kernels/rcu
for file in "$BUILD/dpamt-workload" "$kernel/bzImage"; do
	[ -r "$file" ] || { echo "local.sh: skipped, there is no $file" >&2; exit 77; }
done
# The checkout as the VM sees it.
if hidden_in_vm "$BUILD"; then
	mkdir -p "$visible/build/kernels/rcu"
	cp "$BUILD/dpamt-bench" "$BUILD/dpamt-workload" "$BUILD/dpamt-agent" "$visible/build"
	cp "$kernel/bzImage" "$kernel/config" "$kernel/info.json" "$visible/build/kernels/rcu"
	bench=$visible/build/dpamt-bench
fi

cat >"$work/script" <<'SCRIPT'
bench=$1
cd /tmp
cat >two.job <<'JOB'
[teardown]
question = q
expected = e
refuted_by = r
workload = teardown
options = --tds 2
variants = rcu immediate
seeds = 1
aa = no
factor.opt.sept-pages = 50 60
factor.append = -; nocbs: rcu_nocbs=0-1
JOB
say() { echo "$1 $?" >>$RESULTS_DIR/statuses; }
settings() { (cd /sys/kernel/tracing && cut -d' ' -f1 buffer_size_kb && cat trace_clock events/tdx/enable tracing_on); }
tracing=$(settings)
$bench run --target local --out $RESULTS_DIR/local -- teardown --tds 2 --sept-pages 50; say single
$bench run --target local --variant immediate -- teardown 2>$RESULTS_DIR/err-variant; say variant
$bench host next two.job --out $RESULTS_DIR/two >$RESULTS_DIR/host-before; say host
$bench host next two.job --out $RESULTS_DIR/two --reboot 2>$RESULTS_DIR/err-host; say reboot
$bench run --target local two.job --out $RESULTS_DIR/two 2>$RESULTS_DIR/err-two; say two
$bench host next two.job --out $RESULTS_DIR/two >$RESULTS_DIR/host-after; say host
$bench run --target local two.job --out $RESULTS_DIR/two 2>/dev/null; say again
$bench run --target local --out $RESULTS_DIR/perf --perf cpu-clock,tdx:tdx_sept_free -- teardown --tds 2 --sept-pages 50; say perf
$bench run --target local --out $RESULTS_DIR/program -- sh -c 'echo "<7>BUG: a test" >/dev/kmsg'; say trouble
$bench run --target local --timeout 5 --out $RESULTS_DIR/slow -- sleep 1000; say slow
[ "$tracing" = "$(settings)" ]; say tracing
[ -z "$(pgrep -x sleep)" ]; say sleep
$bench doctor --json >$RESULTS_DIR/doctor.json 2>/dev/null; say doctor
$bench plan --from-host --td a:memory_gib=0.125 --json - >$RESULTS_DIR/plan.json; say plan
SCRIPT

# A busy host makes a VM in wall time look stalled; that is not the question here.
patient='rcupdate.rcu_cpu_stall_timeout=300 nowatchdog'
"$bench" run --variant rcu --time wall --append "$patient" --out "$work/vm" -- sh -c "$(cat "$work/script")" sh "$bench" \
	>"$work/stdout" 2>"$work/stderr" || failed "the VM ended with status $?"
"$bench" run --variant rcu --time wall --append "$patient" --out "$work/qemu" -- teardown --tds 2 --sept-pages 50 \
	>/dev/null 2>"$work/stderr" || failed "the target qemu ended with status $?"

vm=$work/vm
[ "$(tr '\n' ' ' <"$vm/statuses")" = "single 0 variant 127 host 0 reboot 127 two 0 host 0 again 0 perf 0 trouble 126 slow 126 tracing 0 sleep 0 doctor 0 plan 0 " ] ||
	{ cat "$vm/statuses" "$vm/stderr.txt" >&2; failed "exit statuses inside the VM"; }

# The same files and the same keys, but for those that only one target has.
(cd "$vm/local" && ls) >"$work/files-local"
(cd "$work/qemu" && ls -I qemu.log) >"$work/files-qemu"
cmp "$work/files-local" "$work/files-qemu" || { diff "$work/files-local" "$work/files-qemu" >&2; failed "other files than in the VM"; }
for file in header.json status.json result.json; do
	for dir in "$vm/local" "$work/qemu"; do jq -S 'keys' "$dir/$file"; done | jq -s '.[0] == .[1]' | grep -qx true ||
		failed "$file has other keys"
done
same() { # JQ FILE : the value is the same on both targets
	for dir in "$vm/local" "$work/qemu"; do jq -c "$1" "$dir/$2"; done | uniq | wc -l | grep -qx 1 ||
		failed "$2: $1 differs between the targets"
}
same .variant header.json
same .command header.json
same .cost header.json
same .platform header.json
same .boot_jitter_percent header.json
same .hz header.json
same .time_base header.json
same .conservation status.json
same .recording.verdict status.json
same .sept_pages_expected result.json
same '[.ops[].count]' result.json
count() { awk -v f="$2" -v n="$3" '/^# / { on = $2 == f } on && $1 == n { print $2 }' "$1/counters-after.txt"; }
for name in spt_allocated_pages spt_reclaimed_pages spt_freed_pages spt_leaked_pages spt_held_pages; do
	[ "$(count "$vm/local" sept $name)" = "$(count "$work/qemu" sept $name)" ] || failed "$name differs between the targets"
done
[ "$(count "$vm/local" sept spt_freed_pages)" -gt 100 ] || failed "the counters counted nothing"
[ "$(wc -l <"$vm/local/retention.csv")" -gt 100 ] || failed "the trace has not the pages"
[ "$(jq -r .target "$vm/local/header.json")" = local ] || failed "the header does not say local"
jq -e '.kernel.build_id | length == 40' "$vm/local/header.json" >/dev/null || failed "there is no build id"

same .thp status.json
same .mitigations status.json
jq -e '.cpu_seconds > 0' "$vm/local/status.json" >/dev/null || failed "the command took no CPU time"
jq -e '.cpu_seconds == 0' "$vm/slow/status.json" >/dev/null || failed "a command that did not end has a CPU time"
jq -e '.host_thp | IN("always", "madvise", "never")' "$vm/local/header.json" >/dev/null || failed "the header has no THP"

# host next: this kernel's boots first, then another kernel.
grep -q '^now        2 boots on the running kernel: ' "$vm/host-before" || failed "host next: nothing of the running kernel"
grep -q 'the running kernel can make 2 boots that are not there' "$vm/err-host" || failed "--reboot before they are made"
grep -qx 'boots      2 of 8 are there' "$vm/host-after" || failed "host next does not see the boots"
grep -q '^now' "$vm/host-after" && failed "host next wants boots that are there"
grep -qE '^arguments  .*soft_tdx=on ' "$vm/host-after" || failed "host next: not the module of the running kernel"

# Boots for this kernel are made, the others are left and told of.
[ "$(ls "$vm/two/runs" | tr '\n' ' ')" = "teardown-rcu-50-none-s1 teardown-rcu-60-none-s1 " ] || failed "two.job: wrong boots"
grep -q '2 of 8 boots are for this machine; the first of the others needs ' "$vm/err-two" || failed "two.job: nothing of what is left"
grep -q 'this kernel is variant rcu (.*), not immediate; boot that one' "$vm/err-variant" || failed "the wrong variant was not refused"
jq -e 'select(.event == "tdx:tdx_sept_free") | .["counter-value"] | tonumber > 100' "$vm/perf/perf-stat.json" >/dev/null ||
	failed "perf stat did not count the freed pages"
jq -r .reason "$vm/program/status.json" | grep -q 'kernel trouble (BUG): BUG: a test' || failed "the kernel's log was not watched"
jq -r .reason "$vm/slow/status.json" | grep -q 'no end within 5 s' || failed "a local command was not ended"
# A plan for the machine it runs on has the PAMT that the machine's kernel printed.
printed=$(sed -n 's/.*virt\/tdx: \([0-9]*\) KB allocated for PAMT.*/\1/p' "$vm/console.log")
jq -e --argjson kb "${printed:-0}" '.terms[] | select(.term == "pamt_boot_bytes") | .expected == $kb * 1024' "$vm/plan.json" \
	>/dev/null || failed "plan --from-host: another PAMT than the kernel's $printed KB: $(jq -c '.terms[0]' "$vm/plan.json")"
exit 0
