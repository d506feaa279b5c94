#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# bench/kernel/coverage-report.sh on a small program in place of a kernel: it is instrumented as a kernel is,
# and says itself which calls it made.
cd "$(dirname "$0")/../.." || exit 1
. tests/work.sh

for tool in gcc objdump addr2line; do
	command -v $tool >/dev/null || { echo "coverage.sh: skipped, there is no $tool" >&2; exit 77; }
done

tree=$work/trees/0123456789abcdef
kernel=$work/build/kernels/small
mkdir -p "$tree/arch/x86/kvm/vmx" "$tree/arch/x86/virt/vmx/tdx/soft" "$kernel"
cat >"$tree/arch/x86/kvm/vmx/tdx.c" <<'EOF'
int soft(int x);
int whole(int x)
{
	return x + 1;
}
int half(int x)
{
	if (x > 1)
		return soft(x);
	x = whole(x);
	return x;
}
int never(int x)
{
	return whole(x);
}
EOF
cat >"$tree/arch/x86/virt/vmx/tdx/soft/soft_td.c" <<'EOF'
int soft(int x)
{
	return 2 * x;
}
EOF
cat >"$tree/main.c" <<'EOF'
#include <stdio.h>
int half(int x);
void __sanitizer_cov_trace_pc(void)
{
	printf("%lx\n", (unsigned long)__builtin_return_address(0));
}
int main(int argc, char **argv)
{
	return half(argc) == 0;
}
EOF
for f in arch/x86/kvm/vmx/tdx arch/x86/virt/vmx/tdx/soft/soft_td; do
	gcc -g -O0 -no-pie -fno-pie -fsanitize-coverage=trace-pc -c -o "$tree/$f.o" "$tree/$f.c" || failed "no object"
done
gcc -g -O0 -static -no-pie -o "$kernel/vmlinux" "$tree/main.c" $(find "$tree" -name '*.o') ||
	failed "no program"
"$kernel/vmlinux" >"$work/one"
"$kernel/vmlinux" 2 >"$work/two"

report() { BUILD=$work/build bench/kernel/coverage-report.sh "$@" >"$work/report" 2>"$work/stderr"; }
says() { grep -qxF -- "$1" "$work/report" || failed "the report lacks '$1': $(cat "$work/report")"; }

report small "$work/one" || failed "no report"
says 'small: 4 of 7 lines (57 %) reached'
says 'arch/x86/kvm/vmx/tdx.c                        4 of 6 lines (66 %)'
says 'arch/x86/virt/vmx/tdx/soft/soft_td.c          0 of 1 lines (0 %)'
says '    never (from line 15, lines: 1)'
says '    soft (from line 3, lines: 1)'

grep -q '    half  *3 of 4: 9$' "$work/report" || failed "line 9 was not reached, and is not listed"

# What any of them reached counts; a run directory has a coverage.txt.
mkdir "$work/run"
cp "$work/two" "$work/run/coverage.txt"
report small "$work/one" "$work/run" || failed "no report of two"
says 'arch/x86/virt/vmx/tdx/soft/soft_td.c          1 of 1 lines (100 %)'
grep -q '    soft (' "$work/report" && failed "soft() was reached"

report small "$work/none" && failed "a file that is not there was taken"
grep -qF "$work/none cannot be read" "$work/stderr" || failed "the file is not named: $(cat "$work/stderr")"
report other "$work/one" && failed "a kernel that is not there was taken"
grep -q 'make coverage-kernel' "$work/stderr" || failed "what to do is not said"
exit 0
