#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Print the manual page dpamt-bench.1, made of what the program says to --help.
#
# usage: man.sh dpamt-bench
set -eu
bench=$1

# Text as it is, long lines broken: what goes on is below the text of an option or name, or below
# the line's begin. No line may begin with a request of roff.
verbatim() {
	printf '.PP\n.nf\n'
	awk -v max=71 '{
		indent = match($0, /^ *[^ ]+( [^ ]+)?  +[^ ]/) ? RLENGTH - 1 : match($0, /[^ ]/) - 1
		if (indent > 40)
			indent = 8
		while (length($0) > max) {
			for (i = max + 1; i > indent + 1 && substr($0, i, 1) != " "; i--)
				;
			if (i <= indent + 1)
				break
			print substr($0, 1, i - 1)
			$0 = sprintf("%*s%s", indent, "", substr($0, i + 1))
		}
		print
	}' | sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^[.']/\\\\\&&/"
	printf '.fi\n'
}

version=$("$bench" --version)
cat <<EOF
.TH DPAMT\-BENCH 1 "" "$version" "User Commands"
.SH NAME
dpamt\-bench \- compare ways to free Dynamic PAMT memory in the kernel
.SH SYNOPSIS
.B dpamt\-bench
.I VERB
.RI [ ARGS ...]
.SH VERBS
EOF
"$bench" help | sed 1,2d | verbatim
for verb in $("$bench" help | sed -nE 's/^  ([a-z]+) .*/\1/p'); do
	echo ".SH \"DPAMT\\-BENCH $(echo "$verb" | tr a-z A-Z)\""
	"$bench" "$verb" --help | verbatim
done
echo '.SH JOB FILES'
"$bench" help job | verbatim
cat <<EOF
.SH SEE ALSO
.BR dpamt\-workload (1)
EOF
