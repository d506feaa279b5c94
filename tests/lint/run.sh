#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Static checks: warnings of the compiler and cppcheck on all C files, shellcheck on all scripts, checkpatch on the
# kernel's patches, clang-format on lines changed since LINT_BASE (default HEAD: what is not committed yet).
# Runs all of them; the exit status is 1 if one found something.
set -u
cd "$(dirname "$0")/../.." || exit 1

for tool in cppcheck shellcheck clang-format perl; do
	command -v $tool >/dev/null || { echo "lint: there is no $tool; bench/install-deps.sh tests" >&2; exit 1; }
done

status=0
tests/lint/warnings.sh >&2 || status=1

# KVM_X86_TDX_VM: of kernel headers, which cppcheck does not read.
cppcheck --quiet -j "$(nproc)" --std=c11 --enable=warning,portability --error-exitcode=1 -I. \
	-D_GNU_SOURCE -DKVM_X86_TDX_VM=5 --suppressions-list=tests/lint/cppcheck.suppressions \
	lib bench analysis workloads tests >&2 || status=1

# Not asked:
# SC1007  name= in a list of locals
# SC2034, SC2154  variables that one file sets and another, which it sources, uses
# SC1090  names of sourced files made of a variable
# SC2046  lists of words, split on purpose
# SC2155  local x=$(...) where the status is not needed
mapfile -t scripts < <(find .ci bench tests -name '*.sh' -o -name '*.bash' -o -path .ci/run | sort)
for script in "${scripts[@]}"; do
	dialect=()
	# Files that are sourced have no #! line.
	[ "$(head -c 2 "$script")" = '#!' ] || dialect=(--shell=bash)
	shellcheck --severity=warning --exclude=SC1007,SC1090,SC2034,SC2046,SC2154,SC2155 --format=gcc \
		"${dialect[@]}" "$script" >&2 || status=1
done

tests/lint/checkpatch.sh || status=1

# Without git nobody knows what was changed.
if git rev-parse --git-dir >/dev/null 2>&1; then
	diff=$(git clang-format --diff --quiet --extensions c,h "${LINT_BASE:-HEAD}" -- lib bench analysis workloads tests) ||
		{ echo "lint: git clang-format could not be run" >&2; status=1; }
	case $diff in
	''|'no modified files to format'|*'did not modify any files') ;;
	*) echo "$diff" >&2; echo "lint: these changed lines are not formatted; git clang-format mends them" >&2; status=1 ;;
	esac
fi
exit $status
