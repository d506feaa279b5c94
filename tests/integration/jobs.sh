#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Checks of job files: a mistake gives one line with file and line, and leaves nothing
# behind. The shipped job files pass, and `list` describes them. Boots nothing.
. "${0%/*}/lib.sh"

BUILD=$(cd "$BUILD" && pwd)
KERNEL=$(realpath "$KERNEL")
bench=$BUILD/dpamt-bench
[ -x "$BUILD/dpamt-workload" ] || { echo "jobs.sh: skipped, there is no dpamt-workload" >&2; exit 77; }
cd "$work" || exit 1

base='question = q
expected = e
refuted_by = r
workload = teardown
variants = immediate rcu'

# refused TEXT LINE: the job file TEXT is refused with exactly one LINE, before anything is made
refused() {
	printf '%s\n' "$1" >x.job
	"$bench" run x.job --out out >stdout 2>stderr
	status=$?
	[ $status -eq 127 ] || failed "status $status, not 127, for: $1"
	[ "$(wc -l <stderr)" -eq 1 ] || failed "more or less than one line for: $1"
	[ "$(cat stderr)" = "dpamt-bench: $2" ] || failed "expected: $2"
	[ ! -s stdout ] && [ ! -e out ] || failed "something was made for: $1"
}

refused '' 'x.job:1: there is no experiment; add a section [NAME] with workload and variants'
refused "[a]
$base
sedes = 3" "x.job:7: unknown key 'sedes'; \`dpamt-bench help job\` lists the keys"
refused "[a]
$base
mem = 4 TB" 'x.job:7: mem = 4 TB: must be 256 MiB to 1 TiB, as 4096, 4096M or 4G'
refused "[a]
$base
factor.opt.tds = 1 4 1" "x.job:7: factor.opt.tds: level '1' is given twice; remove one"
refused "[a]
$base
options = --tds 4
factor.opt.tds = 1 4" 'x.job:8: factor.opt.tds: --tds is in options as well, line 7; remove one'
refused "[a]
$base
needs_parallel = yes" 'x.job:7: needs_parallel = yes with virtual time: there the vCPUs take turns and never wait for each other; set time = wall'
refused "[a]
$base
workload = nothing" "x.job:7: 'workload' is there twice, first in line 5"
refused "[a]
question = q
expected = e
refuted_by = r
variants = immediate
workload = nothing" "x.job:1: [a]: there is no workload 'nothing'; \`dpamt-bench list\` shows them"
refused "[a]
question = q
expected = e
refuted_by = r
workload = teardown
variants = immediate lazy" "x.job:6: there is no variant 'lazy'; kernel-patches/series has the variants, kernel-patches/config the flavours behind '+'"
for flavour in layout layout1x layout07 layout1234567890 other; do
	refused "[a]
question = q
expected = e
refuted_by = r
workload = teardown
variants = immediate+$flavour" "x.job:6: there is no variant 'immediate+$flavour'; kernel-patches/series has the variants, kernel-patches/config the flavours behind '+'"
done
refused "[a]
$base
time = wall
cpus = 64" "x.job:1: [a]: time = wall with 64 cpus on $(nproc) cores: the vCPUs would take turns; use fewer cpus"

# Metrics that no run of this workload can have; --perf adds some.
ops='td_create td_populate td_destroy td_close_vcpus td_close_gmem td_close_vm'
for name in spt_held_peak_page fault_ns_p50 td_destroy_ns_p95 perf_page-faults; do
	refused "[a]
$base
primary = spt_held_peak_pages $name:less" "x.job:7: [a] primary: runs of teardown have no metric '$name'; analysis/README.md lists those of counters, others are OPERATION_ns_p50, _p90, _p99 or _p999 of $ops"
done
refused "[a]
$base
primary = td_destroy_ns_p50:fewer" "x.job:7: primary: 'td_destroy_ns_p50:fewer': behind ':' must be less or more"
refused "[a]
$base
perf = page-faults rcu:rcu_callback tdx:tdx_sept_free
primary = perf_page-faults perf_rcu:rcu_callback perf_tdx:tdx_sept_free:less td_destroy_ns_p999 pamt_pairs_peak
antagonist = no-such-antagonist" "x.job:1: [a] there is no antagonist 'no-such-antagonist'; \`dpamt-workload LIST-ANTAGONISTS\` shows them"

# A program of an archive: it times nothing, and its archive must be there once the kernel is.
command='question = q
expected = e
refuted_by = r
variants = immediate
root = sub/x.cpio
command = sh /run.sh'
refused "[a]
$command
primary = td_destroy_ns_p50" "x.job:8: [a] primary: runs of sh have no metric 'td_destroy_ns_p50'; analysis/README.md lists those of counters, others are OPERATION_ns_p50, _p90, _p99 or _p999 of workloads"
refused "[a]
$command
workload = teardown" "x.job:7: command: the key 'workload' is there as well, line 8; remove one"
mkdir jobs
printf '%s\n' '[a]' "$command" 'options = --n 3' 'primary = spt_held_peak_pages guests_gone_ms' >jobs/x.job
"$bench" run jobs/x.job --kernel "$KERNEL" --out out >stdout 2>stderr && failed "an archive that is not there was not missed"
[ "$(cat stderr)" = 'dpamt-bench: there is no archive jobs/sub/x.cpio; `make td-guests` in a checkout makes that of the experiments with real guests, build/td-guests.cpio: copy it there if dpamt-bench is installed' ] ||
	failed "the missing archive is not told"
[ ! -e out ] || failed "something was made without the archive"
"$bench" list jobs/x.job >one 2>stderr || failed "list of a command"
grep -qx '  command      sh /run.sh' one && grep -qx '  files from   jobs/sub/x.cpio' one && ! grep -q '^  workload' one ||
	failed "list does not tell the command"

# What only the workload knows, it is asked before the first boot.
for line in 'factor.opt.no-such-option = 1 2' 'factor.opt.tds = 1 0' 'options = --tds many' \
	    'antagonist = no-such-antagonist' 'options = --mem 4 --sept-pages 4'; do
	printf '%s\n' '[a]' "$base" "$line" >x.job
	"$bench" run x.job --out out >stdout 2>stderr
	[ $? -eq 127 ] || failed "it was taken: $line"
	[ "$(wc -l <stderr)" -eq 1 ] || failed "more or less than one line for: $line"
	grep -Eq '^dpamt-bench: x.job:[0-9]+: \[a\] ' stderr || failed "no file and line for: $line"
	[ ! -e out ] || failed "something was made for: $line"
done

# One line names all kernels that are not built.
mkdir -p fake/build fake/bench/experiments fake/kernel-patches/series
cp "$bench" "$BUILD/dpamt-workload" "$BUILD/dpamt-agent" fake/build
touch fake/kernel-patches/series/immediate fake/kernel-patches/series/rcu
printf '%s\n' '[a]' "$base" >x.job
fake/build/dpamt-bench run x.job --out out >stdout 2>stderr
[ $? -eq 127 ] || failed "a kernel that is not built was not missed"
[ "$(cat stderr)" = 'dpamt-bench: not built yet: immediate rcu; run `make kernels VARIANTS="immediate rcu"`' ] ||
	[ "$(cat stderr)" = 'dpamt-bench: not built yet: rcu immediate; run `make kernels VARIANTS="rcu immediate"`' ] ||
	failed "the missing kernels are not told"

# Variants in place of the job's
fake/build/dpamt-bench run x.job --variants "rcu mine" --out out >stdout 2>stderr && failed "a variant that is not there was run"
stderr_has "dpamt-bench: --variants: there is no variant 'mine'; kernel-patches/series has the variants, \`make kernels VARIANTS=mine PATCH_mine=FILE\` makes one of your own"
fake/build/dpamt-bench run x.job --variants "rcu rcu" --out out >stdout 2>stderr && failed "a variant was taken twice"
stderr_has "dpamt-bench: --variants: rcu is given twice; remove one"
fake/build/dpamt-bench run x.job --variants ' ' --out out >stdout 2>stderr && failed "no variant was taken"
stderr_has "give names of variants"
mkdir -p fake/build/kernels/mine
touch fake/build/kernels/mine/bzImage
fake/build/dpamt-bench run x.job --variants "rcu mine" --out out >stdout 2>stderr && failed "a kernel that is not built was not missed"
stderr_has 'not built yet: rcu; run'

# Names and places
"$bench" run no-such-experiment >stdout 2>stderr && failed "an experiment that is not there was run"
stderr_has "there is no experiment 'no-such-experiment'"
printf '%s\n' '[a]' "$base" >x.job
touch file
"$bench" run x.job --kernel "$KERNEL" --out file/x >stdout 2>stderr && failed "a place that is a file was written to"
stderr_has "choose a writable place with --out"

# The shipped ones: each is read, listed, and its workload takes its options.
"$bench" list >list 2>stderr || failed "list"
for job in "${BUILD%/*}"/bench/experiments/*.job; do
	name=${job##*/}
	name=${name%.job}
	grep -Eq "^  $name: [0-9]+ boots, about" list || failed "list lacks $name, its boots or its time"
	"$bench" list "$name" >one 2>stderr || failed "list $name"
	for word in question expected 'refuted by' boots; do
		grep -q "^  $word  *[^ ]" one || failed "list $name lacks: $word"
	done
	# what make builds for it, and what it compares
	"$bench" list "$name" | awk '/^  [^ ]/ { on = $1 == "variants"; $1 = "" } on' | tr -s ' ' '\n\n' | sed '/^$/d' | sort -u >compared
	"${BUILD%/*}/bench/kernel/job-variants.sh" "$job" | cmp - compared || failed "make report EXPERIMENT=$name builds other kernels"
	"$bench" run "$name" --kernel /no/kernel --out out >stdout 2>stderr
	grep -qv '^dpamt-bench: kernel /no/kernel: No such file' stderr && failed "$name is not right"
done
awk 'length > 80 { bad = 1; print } END { exit bad }' list >&2 || failed "list is wider than 80 columns"
# four variants and the A/A arm, three levels of cost, seven seeds
"$bench" list retention | tr -s '\n ' '  ' >list
grep -q " = $((5 * 4 * 7)) boots" list || failed "retention-at-once has another number of boots"
grep -q " = $((5 * 3 * 7)) boots" list || failed "retention has another number of boots"
[ "$("$bench" list full | grep -c '^  question')" -ge 12 ] || failed "full does not include the others"

# run takes options on both sides of the name
printf '%s\n' '[a]' "$base" 'sedes = 3' >x.job
"$bench" run --seeds 2 x.job --order-seed 3 >stdout 2>stderr
stderr_has "x.job:7: unknown key"
exit 0
