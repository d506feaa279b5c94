#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each checker of `make lint` finds the mistake made for it in a small checkout, and nothing in a
# checkout without mistakes. Boots nothing.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/work.sh

checkout=$work/checkout
mkdir -p "$checkout"/{lib,bench,analysis,workloads,tests,.ci,kernel-patches/soft,build/kernels/headers}
cp -r tests/lint "$checkout/tests/lint"
cp -r bench/kernel "$checkout/bench/kernel"
rm "$checkout"/bench/kernel/*.c
cp .clang-format "$checkout"
cp lib/flags.mk "$checkout/lib"
echo 'include lib/flags.mk' >"$checkout/Makefile"
patch=$checkout/kernel-patches/soft/0001-soft.patch

good() {
	printf '// SPDX-License-Identifier: GPL-2.0\nint one(void)\n{\n\treturn 1;\n}\n' >"$checkout/lib/one.c"
	cp "$checkout/lib/one.c" "$checkout/kernel-patches/soft/soft.c"
	printf '#!/bin/sh\necho one\n' >"$checkout/tests/one.sh"
	cat >"$patch" <<-'PATCH'
	From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
	From: A Test <test@localhost>
	Date: Thu, 1 Jan 2026 00:00:00 +0000
	Subject: [PATCH] soft: Add a file

	It is a test of the checkers, and has a text of a line or two.

	Signed-off-by: A Test <test@localhost>
	---
	new file: soft/soft.c
	PATCH
}

lint() { (cd "$checkout" && tests/lint/run.sh) >"$work/stderr" 2>&1; status=$?; }

# finds WHAT TEXT : lint fails, and says so
finds() {
	lint
	[ $status -eq 1 ] || failed "$1: exit status $status, not 1"
	grep -qF -- "$2" "$work/stderr" || failed "$1 was not found"
	good
}

good
export GIT_CONFIG_GLOBAL=/dev/null
(cd "$checkout" && git init -q . && git add -f . &&
	git -c user.name=test -c user.email=test@localhost commit -q -m start) >"$work/stderr" 2>&1 || failed "git commit"
lint
[ $status -eq 0 ] || failed "there is nothing to find, and the exit status is $status"

printf 'int two(int unused)\n{\n\treturn 2;\n}\n' >>"$checkout/lib/one.c"
finds "the compiler: an unused parameter" -Werror=unused-parameter
printf 'int two(void)\n{\n\tint *p = 0;\n\n\treturn *p;\n}\n' >>"$checkout/lib/one.c"
finds "cppcheck: a null pointer" nullPointer
printf 'cd /somewhere\nrm -r $1\n' >>"$checkout/tests/one.sh"
finds "shellcheck: cd without a check" SC2164
sed -i 's/return 1/return  1/' "$checkout/lib/one.c"
finds "clang-format: two blanks" "these changed lines are not formatted"
sed -i 's/(void)$/( void )/' "$checkout/kernel-patches/soft/soft.c"
finds "checkpatch: blanks in parentheses, in a C file" kernel-patches/soft/soft.c:2:
sed -i '/^Signed-off-by/d' "$patch"
finds "checkpatch: nobody signed the patch" MISSING_SIGN_OFF
exit 0
