# SPDX-License-Identifier: GPL-2.0
#
# Sourced by tests: a directory of their own, which is gone when they end, and the way to fail.

work=$(mktemp -d "${TMPDIR:-/tmp}/dpamt-test.XXXXXX") || exit 1
visible=	# a second one; hidden_in_vm of integration/lib.sh may make it
trap 'rm -rf "$work" ${visible:+"$visible"}' EXIT
trap 'exit 1' INT TERM

# failed MESSAGE : end the test; what the last command said in $work/stderr is shown
failed() {
	echo "${0##*/}: FAILED: $*" >&2
	[ ! -s "$work/stderr" ] || sed 's/^/    /' "$work/stderr" >&2
	exit 1
}
