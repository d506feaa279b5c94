#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The workload storm: short ones on both policies are clean, a sequence repeats to the letter, and operations
# of each kind go well at times. That it finds a planted bug is shown by controls.sh.
#
# VARIANTS  other kernels, at most two; with early-put this test must fail
. "${0%/*}/lib.sh"

set -- ${VARIANTS:-immediate rcu}
one=$1 other=${2:-$1}
need $one $other

# storm NAME DIR OPTIONS... : on $cpus CPUs; $append is for the kernel's command line
cpus=1 append=
storm() {
	name=$1 dir=$2
	shift 2
	good $name $dir --mem 1G --cpus $cpus --timeout 300 --seed 1 ${append:+--append $append} -- storm "$@"
	[ "$(jq -r .verify "$work/$dir/result.json")" = ok ] || failed "$dir: not verified"
}

# steps DIR : what a storm printed, in DIR.steps
steps() { grep -a '^round .* = ' "$work/$1/console.log" | tr -d '\r' >"$work/$1.steps"; }

storm $one first --rounds 6 --print
steps first
storm $one again --rounds 6 --print
steps again
# Some rounds are killed on the way.
[ "$(wc -l <"$work/first.steps")" -gt 300 ] || failed "6 rounds have $(wc -l <"$work/first.steps") steps"
cmp -s "$work/first.steps" "$work/again.steps" || failed "the same seed did not repeat its results"

# A round stands alone: its number and the seed are enough. So does a list of steps, here of all.
storm $one alone --rounds 1 --first-round 6 --only 0-99 --print
steps alone
grep '^round 6 ' "$work/first.steps" | cmp -s - "$work/alone.steps" ||
	failed "round 6 differs when it is played alone"

storm $other other --rounds 6
append=soft_tdx.keyids=4
storm $other few-keyids --rounds 2 --weights hoard=30 --print
steps few-keyids
cpus=2 append=
storm $other threads --rounds 6 --threads 3 --weights cpu=8
cpus=1

# The operations that matter must have gone well at times, or nothing was tried.
went_well() { [ "$(jq ".storm.succeeded.$1" "$work/$2/result.json")" -gt 0 ] || failed "$2: no $1 went well"; }
for op in init_vm init_vcpu finalize init_mem_region pre_fault punch run dup steal_file limit_tds limit_mem \
	kill_child child; do
	went_well $op first
done
# To turn on a CPU that is on goes well, too.
grep -q 'smpboot: CPU 1 is now offline' "$work/threads/console.log" || failed "threads: no CPU went off"

# Other processes are refused what is not theirs, and KeyIDs run out.
grep -q ' child_ioctl(.* = EIO$' "$work/first.steps" || failed "KVM refused no other process"
grep -q ' = ENOSPC$' "$work/few-keyids.steps" || failed "KeyIDs did not run out"

# A round in which another process plays, as a C program: it does so there as well, and leaves nothing.
"$BUILD/dpamt-workload" storm --seed 1 --first-round 2 --program >"$work/program.c" || failed "no program"
visible=$work
! hidden_in_vm "$work" || :	# sets visible
gcc -static -isystem "$BUILD/kernels/headers" -o "$visible/program" "$work/program.c" 2>"$work/stderr" ||
	failed "the program does not compile: $(cat "$work/stderr")"
good $one program --mem 1G --cpus 1 --timeout 300 -- "$visible/program"
grep -q '^step [0-9]* child = 0' "$work/stdout" || failed "no other process played in the program"

# This kernel does not say which code was reached: one line says so.
boot $one refused --mem 1G --cpus 1 --timeout 300 -- storm --rounds 1 --prefer-new
[ $status -ne 0 ] || failed "--prefer-new was taken on a kernel that does not count what was reached"
[ "$(grep -a '^dpamt-workload: ' "$work/refused/console.log" | grep -c 'coverage-kernel')" -eq 1 ] ||
	failed "--prefer-new was not refused with one line: $(cat "$work/stderr")"
exit 0
