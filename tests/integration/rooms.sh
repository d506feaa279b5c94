#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Prints which folder includes from which other, read from the sources. Fails if
# - the arrows make a cycle,
# - lib/ includes from another folder, or another folder from bench/cli,
# - bench/ but bench/cli includes from analysis/ or workloads/, or those from each other or from bench/
#   but bench/rundir,
# - a folder uses a function that another one defines without such an arrow,
# - two folders have a file of the same name, or
# - a name of bench/rundir/file_names.h is written again.
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
# between the top-level folders: lib <- rundir <- bench, analysis, workloads <- bench/cli
if echo "$arrows" | grep -v '^bench/cli ' | grep -E '^(bench/.* (analysis|workloads)|analysis.* workloads|workloads.* analysis)' ||
   echo "$arrows" | grep -E '^(analysis|workloads).* bench/' | grep -v ' bench/rundir$'; then
	echo "rooms.sh: FAILED: bench/cli alone knows both bench/ and analysis/; they share bench/rundir and lib/" >&2
	status=1
fi
# What the linker joins follows the same arrows: a function is declared in the folder that defines it.
objects=$(find lib bench analysis workloads -name '*.c' | sed 's,\(.*\)\.c$,build/obj/\1.o,')
# shellcheck disable=SC2086
symbols=$(nm -A $objects) || { echo "rooms.sh: FAILED: not everything is built; run make tools" >&2; exit 1; }
hidden=$(echo "$symbols" |
	sed -nE 's,^build/obj/(.*)/[^/]*:[0-9a-f ]* ([TDBRU]) ([^ ]*)$,\2 \1 \3,p' |
	awk '$1 == "U" { used[$2 " " $3] } $1 != "U" { home[$3] = $2 }
	     END { for (u in used) { split(u, a, " "); if (a[2] in home && home[a[2]] != a[1]) print a[1], home[a[2]], a[2] } }' |
	sort | while read -r from to name; do
		echo "$arrows" | grep -qxF "$from $to" || echo "$from -> $to: $name"
	done)
if [ -n "$hidden" ]; then
	printf '%s\nrooms.sh: FAILED: these are used without an include from the folder that defines them\n' "$hidden" >&2
	status=1
fi
twice=$(find lib bench analysis workloads -name '*.[ch]' ! -name main.c | sed 's,.*/,,' | sort | uniq -d)
if [ -n "$twice" ]; then
	echo "rooms.sh: FAILED: two folders have" $twice >&2
	status=1
fi
names=bench/rundir/file_names.h
patterns=$(sed -nE 's,^#define [A-Z_]+[[:space:]]+"([^"]+)".*,\1,p' $names)
[ -n "$patterns" ] || { echo "rooms.sh: FAILED: $names has no names" >&2; exit 1; }
# in a text, as a word of its own; in comments they are written out
if echo "$patterns" | sed -E 's/\./\\./g; s,.*,"([^"]*[^"[:alnum:]_.-])?&([^[:alnum:]_-]|$),' |
   grep -rnEf - --include='*.[ch]' lib bench analysis workloads |
   grep -v "^$names:" | grep -vE '^[^:]*:[0-9]*:[[:space:]]*(/\*|\*( |$)|//)' >&2; then
	echo "rooms.sh: FAILED: take these names from $names" >&2
	status=1
fi
exit $status
