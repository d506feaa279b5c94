# SPDX-License-Identifier: GPL-2.0
#
# Shared by the integration tests: sourced, not run. Exit 0 passed, 1 failed,
# 77 cannot run here.
#
# BUILD   the build directory (default: build)
# KERNEL  the bzImage to boot (default: variant immediate's)
# label   what --variant calls it (default: test)

set -u
BUILD=${BUILD:-build}
bench=$BUILD/dpamt-bench
probe=$BUILD/tests/probe

KERNEL=${KERNEL:-$BUILD/kernels/immediate/bzImage}
for file in "$bench" "$BUILD/dpamt-agent" "$probe" "$KERNEL"; do
	if [ ! -r "$file" ]; then
		echo "${0##*/}: skipped, there is no $file" >&2
		exit 77
	fi
done

. "${0%/*}/../work.sh"

# run DIR ARGS... : one boot with the probe as the workload; its status in $status
run() {
	dir=$1
	shift
	"$bench" run --variant "${label:-test}" --kernel "$KERNEL" --workload "$probe" --out "$work/$dir" "$@" \
		>"$work/stdout" 2>"$work/stderr"
	status=$?
}

# hidden_in_vm PATH : is something else on that path in a VM, which mounts file systems of its own?
# Then $visible is a new directory that the VM sees.
hidden_in_vm() {
	case $(realpath "$1") in
	/tmp/*|/run/*|/dev/*) ;;
	*) return 1 ;;
	esac
	visible=$(mktemp -d /var/tmp/dpamt-test.XXXXXX)
	chmod 755 "$visible"
}

# wait_for PID COMMAND... : until COMMAND succeeds, while PID is alive
wait_for() {
	waited=$1
	shift
	until "$@" >/dev/null 2>&1; do
		kill -0 "$waited" 2>/dev/null || failed "it ended before: $*"
		sleep 0.1	# the shell has no way to await a file
	done
}

# stderr_has TEXT, reason_has DIR TEXT
stderr_has() { grep -qF -- "$1" "$work/stderr" || failed "stderr lacks: $1"; }
reason_has() {
	jq -er .reason "$work/$1/status.json" | grep -qF -- "$2" ||
		failed "status.json's reason lacks: $2"
}

# finished_in DIR N : have N boots of an experiment in DIR ended?
finished_in() { [ "$(ls "$work/$1"/runs/*/status.json 2>/dev/null | wc -l)" -ge "$2" ]; }

# same_experiment A B : two experiments' data and reports are the same
same_experiment() {
	[ "$(ls "$work/$1/runs")" = "$(ls "$work/$2/runs")" ] || failed "$1 and $2 have other boots"
	for run in "$work/$1"/runs/*/; do
		run=${run%/}
		for file in samples.csv counters-after.txt retention.csv trace.dat; do
			cmp "$run/$file" "$work/$2/runs/${run##*/}/$file" ||
				failed "${run##*/}/$file differs between $1 and $2"
		done
	done
	# The dates and how long it took are the host's, and differ.
	for one in "$1" "$2"; do
		"$bench" report "$work/$one" >"$work/report" 2>"$work/stderr" || failed "no report of $one"
		tr -s '\n ' '\n\n' <"$work/report" |
			sed -E "s,$work/$one,DIR,g; s/[0-9]{4}-[0-9-]+T[0-9:]+Z/DATE/" |
			awk '/^(took|longest|together)$/ { print; getline; print "SECONDS"; next } { print }' \
				>"$work/$one.txt"
		# Dates and wall times are elsewhere in report.json; the numbers are here.
		jq '{metrics, comparisons, aa}' "$work/$one/report.json" >"$work/$one.numbers"
		[ "$(jq '.metrics | length' "$work/$one.numbers")" -gt 0 ] ||
			failed "report.json of $one has no metrics"
	done
	grep -q spt_held_peak_pages "$work/$1.txt" || failed "the report says nothing"
	cmp "$work/$1.txt" "$work/$2.txt" || { diff "$work/$1.txt" "$work/$2.txt" >&2
		failed "the reports of $1 and $2 differ"; }
	cmp "$work/$1.numbers" "$work/$2.numbers" || failed "the numbers of report.json differ"
}
