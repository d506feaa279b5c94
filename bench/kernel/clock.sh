#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run a command that builds kernels. Every half minute one line on stderr says for how long it has been at
# work, and at what.
#
# usage: clock.sh COMMAND [ARGS...]
set -u
logs=${XDG_CACHE_HOME:-${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}/.cache}/dpamt-bench/log
parent=$$

minutes() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }
(
	seconds=0
	# A sleep that outlives this would keep the caller's pipe open.
	trap 'kill $! 2>/dev/null; exit' TERM
	while sleep "${CLOCK_SECONDS:-30}" & wait $! && kill -0 $parent 2>/dev/null; do
		seconds=$((seconds + ${CLOCK_SECONDS:-30}))
		log=$(find "$logs" -name '*.log' -newermt '1 minute ago' -exec ls -t {} + 2>/dev/null | head -n 1)
		at=
		[ -z "$log" ] || at=$(tail -n 50 "$log" | grep '^  ' | tail -n 1 | tr -s ' \t' '  ' | cut -c 1-60)
		echo "kernels: elapsed $(minutes $seconds)${at:+, now$at}" >&2
	done
) &
clock=$!
trap 'kill $clock 2>/dev/null' EXIT
trap 'exit 130' INT TERM
"$@"
