#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Runs inside the VM of dpamt-bench: KVM's selftests, one after the other, with a line for each and one for all.
# Their output goes to $RESULTS_DIR/NAME.log. Exit status: 0 passed, 1 one failed, 77 all skipped.
#
# They keep off the first CPU for the reason that run-in-vm.sh gives.
#
# usage: selftests-in-vm.sh DIR SECONDS TEST...
set -u
dir=$1 limit=$2
shift 2
last_cpu=$(($(nproc) - 1))
[ $last_cpu -eq 0 ] || taskset -pc 1-$last_cpu $$ >/dev/null || exit 1

# why_failed LOG : what KVM's library asserted and said of it; else the first result that is not ok, or the last line
why_failed() {
	awk '
		/^==== Test Assertion Failure/ { after = NR; next }
		after && NR == after + 1 { why = $0 }
		after && NR > after + 1 && !/^ +pid=/ && !/^ *[0-9]+\t/ && !/stack trace empty/ && !/addr2line/ && !said { said = $0 }
		/^not ok/ && !not_ok { not_ok = $0 }
		NF { last = $0 }
		END {
			if (why) { print why (said ? ": " said : "") }
			else { print not_ok ? not_ok : last }
		}' "$1" | sed 's/^ *//; s/:  */: /g'
}

passed=0 failed=0 skipped=0
for test; do
	name=${test##*/}
	log=$RESULTS_DIR/$name.log
	timeout -k 5 "$limit" "$dir/$test" >"$log" 2>&1
	status=$?
	case $status in
	0)
		passed=$((passed + 1))
		echo "passed $name"
		;;
	4)
		skipped=$((skipped + 1))
		echo "skipped $name: $(grep -m 1 SKIP "$log" | sed 's/.*SKIP[ :-]*//')"
		;;
	124)
		failed=$((failed + 1))
		echo "failed $name: it did not end in $limit s"
		;;
	137)
		failed=$((failed + 1))
		echo "failed $name: killed, because it did not end in $limit s or memory was out"
		;;
	*)
		failed=$((failed + 1))
		echo "failed $name: status $status: $(why_failed "$log")"
		;;
	esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] || exit 1
[ $passed -gt 0 ] || exit 77
