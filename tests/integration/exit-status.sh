#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The command's exit status passes through, from a workload and from a program
# of the host; output goes where it belongs.
. "${0%/*}/lib.sh"

run a -- exit 42
[ $status -eq 42 ] || failed "exit 42 became $status"
reason_has a "the command ended with status 42"
stderr_has "probe: ending as asked"
[ "$(jq .exit_code "$work/a/status.json")" -eq 42 ] || failed "status.json's exit_code is not 42"

run b -- kill
[ $status -eq 139 ] || failed "death by signal 11 became $status, not 139"

run c -- unverified
[ $status -eq 126 ] || failed "a workload that does not verify ended with $status, not 126"
reason_has c "td 3 was not destroyed"

run d -- sh -c 'echo to stdout; echo to stderr >&2; echo kept >"$RESULTS_DIR/kept"; touch /no-such-file; exit 5'
[ $status -eq 5 ] || failed "exit 5 became $status"
[ "$(cat "$work/stdout")" = "to stdout" ] || failed "stdout of the command was lost"
stderr_has "to stderr"
[ "$(cat "$work/d/kept")" = kept ] || failed "\$RESULTS_DIR was not kept"
[ ! -e /no-such-file ] || failed "the host's root was written"

run e -- /no/such/program
[ $status -eq 127 ] || failed "a program that is not there gave $status, not 127"
exit 0
