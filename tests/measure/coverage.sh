#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Which code of KVM's TDX support is reached: by the storm alone, and by all tests of the kernels together.
#
# usage: tests/measure/coverage.sh [VARIANT]
#
# On the kernel coverage-VARIANT of `make coverage-kernel` (VARIANT: immediate or rcu, default
# immediate). stdout: two reports of bench/kernel/coverage-report.sh. stderr: how each test ended; one that
# fails on this kernel has still reached what it reached. An hour or so.
#
# SEEDS="1 2 3"	storms, of ROUNDS=50 rounds, with one thread and with three
# TESTS="..."	tests/kernel/NAME.sh, in place of all that ask about one kernel; "": the storm alone
# OUT=DIR	keeps the boots' coverage there
set -u
cd "$(dirname "$0")/../.." || exit 1

kernel=coverage-${1:-immediate}
[ -r "build/kernels/$kernel/vmlinux" ] || {
	echo "coverage: there is no build/kernels/$kernel/vmlinux; run 'make coverage-kernel'" >&2
	exit 77
}
[ "${TESTS-all}" = "" ] || { [ -x build/tests/probe ] && [ -x build/tests/print_variants ]; } || {
	echo "coverage: the tests' programs are not built; run 'make kernel-test-programs build/tests/probe'" >&2
	exit 77
}
out=${OUT:-}
if [ -z "$out" ]; then
	out=$(mktemp -d "${TMPDIR:-/tmp}/coverage.XXXXXX")
	trap 'rm -rf "$out"' EXIT
fi
mkdir -p "$out/storm" "$out/tests" || exit 1
export VARIANT=$kernel VARIANTS=$kernel TD_VARIANTS=$kernel ERROR_PATHS_VARIANTS=$kernel COVERAGE_DIR=
COVERAGE_DIR=$(realpath "$out/tests")

for seed in ${SEEDS:-1 2 3}; do
	for how in 'virtual 1' 'wall 3'; do
		read -r time threads <<<"$how"
		run=$out/storm-$seed-$threads
		rm -rf "$run"
		build/dpamt-bench run --variant "$kernel" --time "$time" --cpus $((threads > 1 ? 2 : 1)) --mem 1G \
			--timeout 1800 --seed "$seed" --out "$run" -- storm --rounds "${ROUNDS:-50}" --threads "$threads" >/dev/null
		echo "coverage: storm, seed $seed, $threads threads: status $?" >&2
		cp "$run/coverage.txt" "$out/storm/$seed-$threads.txt"
	done
done
echo 'The storm alone'
echo
bench/kernel/coverage-report.sh "$kernel" "$out"/storm/*.txt || exit 1

# The others are about several kernels, or about kernels that are not this one.
others=' lib kunit controls shrink debug-churn enomem rcu-naive variants-smoke policies draws storm '
for test in tests/kernel/*.sh; do
	name=$(basename "$test" .sh)
	case $others in *" $name "*) continue ;; esac
	case " ${TESTS-$name} " in *" $name "*) ;; *) continue ;; esac
	"$test" >"$out/log" 2>&1
	echo "coverage: $name: status $?: $(tail -n 1 "$out/log")" >&2
done
[ -n "$(ls "$out/tests")" ] || exit 0
echo
echo 'The storm and the tests together'
echo
bench/kernel/coverage-report.sh "$kernel" "$out"/storm/*.txt "$out"/tests/*.txt
