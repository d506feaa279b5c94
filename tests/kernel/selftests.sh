#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# tests/td-guests/selftests.sh: a source of selftests is built and run in a VM, with a line for each test. The source
# is a stand-in; one of its tests makes a TD, one fails as KVM's library does, one skips, one never ends. What
# cannot be run is refused with one line.
#
# VARIANT  another kernel
. "${0%/*}/lib.sh"

variant=${VARIANT:-immediate}
need $variant
tree=$work/tree
tests=$tree/tools/testing/selftests/kvm
mkdir -p "$tests/x86" "$tree/usr"
cp -r "$BUILD/kernels/headers" "$tree/usr/include"
cp tests/td-guests/stand-in/Makefile "$tests"
cp tests/td-guests/stand-in/*.c "$tests/x86"

# selftests TREE TEST... : its status in $status, what it said in $work/stdout and stderr
selftests() {
	from=$1
	shift
	BUILD=${build:-$BUILD} KERNEL_TREE=$from VARIANT=$variant LIMIT=20 OUT=$work/out tests/td-guests/selftests.sh "$@" \
		>"$work/stdout" 2>"$work/stderr"
	status=$?
}

# refused TEXT TREE TEST... : one line on stderr that has TEXT, nothing on stdout
refused() {
	text=$1
	shift
	selftests "$@"
	[ $status -eq 1 ] || failed "status $status, not 1: $text"
	[ "$(wc -l <"$work/stderr")" -eq 1 ] || failed "not one line: $text"
	stderr_has "$text"
	[ ! -s "$work/stdout" ] || failed "something on stdout: $text"
}

selftests "$tree"
[ $status -eq 0 ] || failed "a test that passes gave $status: $(cat "$work/stdout")"
printf 'passed tdx_create_test\n1 passed, 0 failed, 0 skipped\n' >"$work/want"
diff "$work/want" "$work/stdout" || failed "expected (<) and found (>) differ"
grep -q '^ok 2 KVM_TDX_INIT_VM$' "$work/out/tdx_create_test.log" || failed "the test's log lacks its results"
# It is the module that made the TD.
grep -q '^MNG.INIT 1 ' "$work/out/counters-after.txt" || failed "no TD was initialized"
rm -rf "$work/out"

cat >"$tests/x86/tdx_assert_test.c" <<EOF
#include <stdio.h>
int main(void)
{
	fputs("\n==== Test Assertion Failure ====\n  x86/tdx_assert_test.c:7: two == 3\n"
	      "  pid=1 tid=1 errno=22 - Invalid argument\n     1\t?? ??:0\n  two is no longer three\n", stderr);
	return 254;
}
EOF
cat >"$tests/x86/tdx_skip_test.c" <<EOF
#include <stdio.h>
int main(void) { puts("1..0 # SKIP - Requirement not met: a moon"); return 4; }
EOF
cat >"$tests/x86/tdx_hang_test.c" <<EOF
int main(void) { for (;;) ; }
EOF
selftests "$tree" x86/tdx_assert_test x86/tdx_skip_test x86/tdx_hang_test x86/tdx_create_test
[ $status -eq 1 ] || failed "a test that fails gave $status"
cat >"$work/want" <<EOF
failed tdx_assert_test: status 254: x86/tdx_assert_test.c:7: two == 3: two is no longer three
skipped tdx_skip_test: Requirement not met: a moon
failed tdx_hang_test: it did not end in 20 s
passed tdx_create_test
1 passed, 2 failed, 1 skipped
EOF
diff "$work/want" "$work/stdout" || failed "expected (<) and found (>) differ"
rm -rf "$work/out"

selftests "$tree" x86/tdx_skip_test
[ $status -eq 77 ] || failed "skipped tests alone gave $status, not 77"

build=$work/unbuilt
refused "$work/unbuilt/dpamt-bench is not built" "$tree"
build=
refused "there is no such directory" "$work/nowhere"
refused "has no tools/testing/selftests/kvm" "$work"
echo 'int main(void) { return no_such_thing; }' >"$tests/x86/tdx_broken_test.c"
refused "x86/tdx_broken_test.c:1:" "$tree" x86/tdx_broken_test
refused "No rule to make target" "$tree" x86/tdx_unheard_test
rm "$tests"/x86/tdx*.c
refused "has no tests of TDX" "$tree"
exit 0
