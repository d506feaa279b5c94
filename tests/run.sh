#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Run tests and count them.
#
# usage: run.sh unit|boot|kernel|all
#
# A test is a program: exit 0 passed, 77 cannot run here, anything else failed.
# The output of a test is shown only if it failed; TEST_LOGS=DIR keeps all outputs. The
# last line on stdout is "N passed, N failed, N skipped".
set -u
cd "$(dirname "$0")/.." || exit 1

case ${1:-} in
unit|boot|kernel|all) ;;
*) echo "usage: tests/run.sh unit|boot|kernel|all" >&2; exit 2 ;;
esac

passed=0 failed=0 skipped=0
[ -z "${TEST_LOGS:-}" ] || mkdir -p "$TEST_LOGS" || exit 1
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
# Tests in the background have a process group each, to be ended with their VMs.
set -m
declare -A running=()
trap 'for p in "${!running[@]}"; do kill -- "-$p"; done 2>/dev/null; exit 130' INT TERM
# Several VMs run side by side: most boots keep one CPU busy.
jobs=$(nproc)

# count NAME STATUS LOG SECONDS
count_test() {
	[ -z "${TEST_LOGS:-}" ] || cp "$3" "$TEST_LOGS/${1//\//-}.log"
	case $2 in
	0) passed=$((passed + 1)); echo "ok      $1 ($4 s)" ;;
	77) skipped=$((skipped + 1)); echo "skipped $1: $(tail -n 1 "$3")" ;;
	*) failed=$((failed + 1)); echo "FAILED  $1"; sed 's/^/    /' "$3" ;;
	esac
}

run_test() { # NAME COMMAND...
	local name=$1 log=$logs/one start=$SECONDS; shift
	"$@" >"$log" 2>&1 </dev/null
	count_test "$name" $? "$log" $((SECONDS - start))
}

# The tests of a folder, up to $jobs at once.
run_tests() { # SCRIPT...
	local t pid status
	for t in "$@" ''; do
		while [ ${#running[@]} -gt 0 ] && { [ -z "$t" ] || [ ${#running[@]} -ge "$jobs" ]; }; do
			wait -n -p pid
			status=$?
			IFS=' ' read -r name start <<<"${running[$pid]}"
			unset "running[$pid]"
			count_test "$name" $status "$logs/$pid" $((SECONDS - start))
		done
		[ -n "$t" ] || break
		name=${t#tests/} name=${name%.sh}
		# The log is named after the pid, which is known only then.
		bash -c 'exec "$0" >"$1/$$" 2>&1 </dev/null' "$t" "$logs" &
		running[$!]="$name $SECONDS"
	done
}

if [ "$1" = unit ] || [ "$1" = all ]; then
	make --no-print-directory -s unit-tests >"$logs/make" 2>&1 || { cat "$logs/make"; echo "0 passed, 1 failed"; exit 1; }
	for t in build/tests/test_*; do
		[[ $t == *.* ]] || run_test "unit/${t##*/test_}" "$t"
	done
fi
# Each fuzz target for a few seconds, where there is a compiler for them; `make fuzz` for longer.
if [ "$1" = all ] && command -v clang >/dev/null &&
   echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
   clang -x c -fsanitize=fuzzer,address -o /dev/null - 2>/dev/null; then
	make --no-print-directory -s fuzz-targets build/tests/make_runs >"$logs/make" 2>&1 ||
		{ cat "$logs/make"; echo "0 passed, 1 failed"; exit 1; }
	for t in $(find tests/fuzz -name 'fuzz_*.c' | sort); do
		t=${t##*/fuzz_} t=${t%.c}
		run_test "fuzz/$t" tests/fuzz/run.sh 5 "$t"
	done
fi
if [ "$1" != unit ]; then
	make --no-print-directory -s build/tests/probe kernel-test-programs >"$logs/make" 2>&1 || { cat "$logs/make"; echo "0 passed, 1 failed"; exit 1; }
	# Interrupting a run and measuring its repetition want a machine of their own.
	beside=
	if [ "$1" != kernel ]; then
		for t in tests/integration/*.sh; do
			name=${t#tests/} name=${name%.sh}
			case ${t##*/} in
			lib.sh) ;;
			slurm.sh) beside=$t ;;	# waits for Slurm most of the time
			*) run_test "$name" "$t" ;;
			esac
		done
	fi
	run_tests $beside $(find tests/kernel -name '*.sh' ! -name lib.sh | sort)
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
