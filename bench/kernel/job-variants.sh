#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Print the kernel variants that a job file compares, with those of job files that it includes, a line each.
# For `make report`, which builds the kernels before there is a dpamt-bench.
#
# usage: job-variants.sh FILE.job
set -u
[ $# -eq 1 ] || { echo "usage: job-variants.sh FILE.job" >&2; exit 2; }
[ -r "$1" ] || { echo "job-variants.sh: $1 cannot be read" >&2; exit 1; }

# values KEY FILE: what stands behind each "KEY = ", with the lines that go on with it; comments may stand between them
values() {
	awk -v key="$1" '
		/^[ \t]*([#;]|$)/ { next }
		/^[ \t]/ { if (on) print; next }
		{ on = $0 ~ "^" key "[ \t]*=" }
		on { sub(/^[^=]*=/, ""); print }' "$2"
}

{
	values variants "$1"
	for name in $(values include "$1"); do
		values variants "$(dirname "$1")/$name.job"
	done
} | tr -s ' \t' '\n\n' | sed '/^$/d' | sort -u
