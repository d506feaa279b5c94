# SPDX-License-Identifier: GPL-2.0
#
# Shared by the integration tests: sourced, not run. Exit 0 passed, 1 failed,
# 77 cannot run here.
#
# BUILD   the build directory (default: build)
# KERNEL  the bzImage to boot (default: variant immediate's)

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

work=$(mktemp -d "${TMPDIR:-/tmp}/dpamt-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

failed() {
	echo "${0##*/}: FAILED: $*" >&2
	[ -s "$work/stderr" ] && sed 's/^/    /' "$work/stderr" >&2
	exit 1
}

# run DIR ARGS... : one boot with the probe as the workload; its status in $status
run() {
	dir=$1
	shift
	"$bench" run --variant test --kernel "$KERNEL" --workload "$probe" --out "$work/$dir" "$@" \
		>"$work/stdout" 2>"$work/stderr"
	status=$?
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
