#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Prints which folder includes from which other, read from the sources. Fails if the arrows make a
# cycle, if lib/ includes from another folder, or if another folder includes from bench/cli.
set -u
cd "$(dirname "$0")/../.." || exit 1

# "FROM TO" for every include that names a folder; an include without one stays in its folder.
arrows=$(find lib bench analysis workloads -name '*.[ch]' -exec grep -Ho '^#include "[^"]*/[^"/]*"' {} + |
	sed -E 's,^(.*)/[^/]+:#include "(.*)/[^/]+"$,\1 \2,' | sort -u)
[ -n "$arrows" ] || { echo "rooms.sh: FAILED: no include was found" >&2; exit 1; }

echo "$arrows" | awk '{ to[$1] = to[$1] " " $2 } END { for (f in to) print f " ->" to[f] }' | sort
status=0
if ! order=$(echo "$arrows" | tsort 2>&1 >/dev/null); then
	echo "rooms.sh: FAILED: these folders include each other in a cycle:" >&2
	echo "$order" | sed -n 's/^tsort: //p' | grep -v ':' >&2
	status=1
fi
if echo "$arrows" | grep '^lib '; then
	echo "rooms.sh: FAILED: lib/ includes from another folder" >&2
	status=1
fi
if echo "$arrows" | grep ' bench/cli$'; then
	echo "rooms.sh: FAILED: bench/cli has the verbs; nothing includes from it" >&2
	status=1
fi
exit $status
