#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Boot the KUnit kernel: each suite of the software TDX module must pass, with
# and without Dynamic PAMT, and the fuzz test must have made its calls.
#
# FUZZ_CALLS  calls per CPU of the fuzz test (default: the kernel's, 20000)
# FUZZ_ROUNDS rounds of the one of a guest that executes (default: the kernel's, 4000)
# FUZZ_SEED   the seed of both (default 1)
KERNEL=${KERNEL:-${BUILD:-build}/kernels/immediate+kunit/bzImage}
. "${0%/*}/../integration/lib.sh"

suites="soft_tdx_sys soft_tdx_td soft_tdx_pamt soft_tdx_vcpu soft_tdx_script soft_tdx_mem soft_tdx_locks
	soft_tdx_cpuid soft_tdx_guest_leaves soft_tdx_code soft_tdx_code_mov soft_tdx_code_fuzz
	soft_tdx_fuzz"
calls=${FUZZ_CALLS:-20000}
rounds=${FUZZ_ROUNDS:-4000}
seed=${FUZZ_SEED:-1}

# boot DIR ARGS: KTAP to $work/ktap, without time stamps
boot() {
	dir=$1
	"$bench" run --variant kunit --kernel "$KERNEL" --time wall --out "$work/$dir" \
		--append "kunit.enable=1 soft_tdx_kunit.fuzz_calls=$calls soft_tdx_kunit.fuzz_seed=$seed \
soft_tdx_kunit.guest_fuzz_rounds=$rounds soft_tdx_kunit.guest_fuzz_seed=$seed $2" \
		-- true >"$work/stdout" 2>"$work/stderr" || failed "$dir: the boot ended with status $?"
	sed -n 's/^\[ *[0-9.]*\] //; s/\r$//; /^ *\(not \)\{0,1\}ok [0-9]/p; /^ *# /p; /^KTAP/p' \
		"$work/$dir/console.log" >"$work/ktap"
}

# count PATTERN: of the cases of our suites (they are indented by four)
count() { grep -c -- "$1" "$work/ktap"; }

check() { # DIR
	grep -q '^KTAP version' "$work/ktap" || failed "$1: there is no KTAP on the console"
	bad=$(grep -E '^ *not ok' "$work/ktap")
	[ -z "$bad" ] || failed "$1: failed:
$bad
$(grep -B5 -A5 'EXPECTATION\|ASSERTION' "$work/$1/console.log" | head -n 60)"
	for suite in $suites; do
		grep -qE "^ok [0-9]+ $suite\$" "$work/ktap" || failed "$1: suite $suite did not pass"
	done
	cases=$(count '^    ok ')
	skipped=$(count '^    ok .* # SKIP')
	[ $((cases - skipped)) -ge 105 ] || failed "$1: $cases cases, $skipped of them skipped"
}

fuzzed() { # DIR: sum of what the fuzzers say they called
	sed -n 's/^ *# fuzz_.*: fuzz: cpu [0-9]* seed [0-9]*: \([0-9]*\) calls$/\1/p' "$work/ktap" |
		awk '{ sum += $1 } END { print sum + 0 }'
}

# What the fuzz test of a guest that executes says about its rounds.
guest_fuzzed() { sed -n 's/^ *# code_fuzz: seed [0-9]*, //p' "$work/ktap"; }

check_guest_fuzz() { # DIR
	case $(guest_fuzzed) in
	"$rounds rounds: "*) ;;
	*) failed "$1: the guest's fuzz test made '$(guest_fuzzed)', not $rounds rounds" ;;
	esac
}

boot dpamt ""
check dpamt
made=$(fuzzed)
[ "$made" -ge "$calls" ] || failed "the fuzz test made $made calls, not $calls"
check_guest_fuzz dpamt
echo "kunit.sh: $cases cases, $skipped skipped, 0 failed, $made fuzz calls (seed $seed)"
echo "kunit.sh: a guest at random: $(guest_fuzzed)"

calls=$((calls / 4))
boot static "soft_tdx.dpamt=0"
check static
made=$(fuzzed)
check_guest_fuzz static
[ "$made" -ge "$calls" ] || failed "static PAMT: the fuzz test made $made calls, not $calls"
echo "kunit.sh: static PAMT: $cases cases, $skipped skipped, 0 failed, $made fuzz calls"
exit 0
