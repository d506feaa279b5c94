#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Run tests and count them.
#
# usage: run.sh unit|boot|kernel|all
#
# A test is a program: exit 0 passed, 77 cannot run here, anything else failed.
# What a test prints is shown only if it failed. The last line on stdout is
# "N passed, N failed, N skipped".
set -u
cd "$(dirname "$0")/.."

case ${1:-} in
unit|boot|kernel|all) ;;
*) echo "usage: tests/run.sh unit|boot|kernel|all" >&2; exit 2 ;;
esac

passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM

run_test() { # NAME COMMAND...
	local name=$1 start=$SECONDS; shift
	"$@" >"$log" 2>&1 </dev/null
	case $? in
	0) passed=$((passed + 1)); echo "ok      $name ($((SECONDS - start)) s)" ;;
	77) skipped=$((skipped + 1)); echo "skipped $name: $(tail -n 1 "$log")" ;;
	*) failed=$((failed + 1)); echo "FAILED  $name"; sed 's/^/    /' "$log" ;;
	esac
}

if [ "$1" = unit ] || [ "$1" = all ]; then
	make --no-print-directory -s unit-tests >"$log" 2>&1 || { cat "$log"; echo "0 passed, 1 failed"; exit 1; }
	for t in build/tests/test_*; do
		[[ $t == *.* ]] || run_test "unit/${t##*/test_}" "$t"
	done
fi
if [ "$1" != unit ]; then
	make --no-print-directory -s build/tests/probe kernel-test-programs >"$log" 2>&1 || { cat "$log"; echo "0 passed, 1 failed"; exit 1; }
	folders="tests/integration tests/kernel"
	[ "$1" != kernel ] || folders=tests/kernel
	for t in $(find $folders -name '*.sh' | sort); do
		name=${t#tests/} name=${name%.sh}
		[ "${t##*/}" = lib.sh ] || run_test "$name" "$t"
	done
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
