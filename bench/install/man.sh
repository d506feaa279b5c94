#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Print the manual page dpamt-bench.1, made of what the program says to --help.
#
# usage: man.sh dpamt-bench
set -eu
bench=$1

# Text as it is: no line may begin with a request of roff.
verbatim() {
	printf '.PP\n.nf\n'
	sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^[.']/\\\\\&&/" | fold -s -w 72
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
