#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `make install` into an empty DESTDIR: the installed programs work from another current directory;
# `make uninstall` leaves nothing. Boots nothing.
set -u
cd "$(dirname "$0")/../.." || exit 1

. tests/work.sh
top=$PWD

make -s build/tests/make_runs >"$work/stderr" 2>&1 || failed "make build/tests/make_runs"
build/tests/make_runs "$work/runs" pages=30 rounds=5 >"$work/stderr" 2>&1 || failed "make_runs"
where=(PREFIX=/opt/dpamt "DESTDIR=$work/dest")
make -s install "${where[@]}" INSTALLED_GUESTS= >"$work/stderr" 2>&1 || failed "make install"
prefix=$work/dest/opt/dpamt
bench=$prefix/bin/dpamt-bench

cd "$work" || exit 1
"$bench" help >help 2>stderr || failed "help"
"$bench" list quick >list 2>stderr || failed "list quick"
grep -qF "$prefix/share/dpamt-bench/bench/experiments/quick.job" list || failed "list quick: another quick.job: $(cat list)"
"$bench" list >list 2>stderr || failed "list"
grep -q '^  teardown ' list || failed "list: no workload teardown"
"$bench" report runs >report 2>stderr || failed "report"
ls runs/plots/*.svg >/dev/null 2>stderr || failed "report: no figure was made"
"$prefix/bin/dpamt-workload" LIST >/dev/null 2>stderr || failed "dpamt-workload LIST"

# Real guests are installed if they are made; where they are not, one line says what to do.
mkdir -p no-boot
touch no-boot/bzImage
"$bench" run real-guests --kernel no-boot/bzImage --out out >stdout 2>stderr && failed "real guests ran without an archive"
archive=$(sed -n 's/^dpamt-bench: there is no archive \(.*\); `make td-guests` .*/\1/p' stderr)
[ "$(wc -l <stderr)" -eq 1 ] && [ -n "$archive" ] || failed "nobody says how to make the archive"
[ ! -e out ] || failed "something was made without the archive"
echo guests >guests.cpio
make -s -C "$top" install "${where[@]}" INSTALLED_KERNELS= INSTALLED_GUESTS="$work/guests.cpio" >stdout 2>stderr ||
	failed "make install with guests"
cmp guests.cpio "$archive" || failed "the archive is not where real-guests looks for it"

for page in dpamt-bench dpamt-workload; do
	grep -q '^.Sh EXIT STATUS' "$prefix/share/man/man1/$page.1" || failed "manual page $page is not whole"
done
for program in dpamt-bench dpamt-workload; do
	completion=$prefix/share/bash-completion/completions/$program
	offered=$(bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=1; _dpamt "$1"; echo "${COMPREPLY[@]}"' \
		"$completion" "$prefix/bin/$program" he)
	[ "$offered" = help ] || failed "completion of $program he: $offered"
done

cd - >/dev/null || exit 1
make -s uninstall "${where[@]}" >"$work/stderr" 2>&1 || failed "make uninstall"
left=$(find "$work/dest" ! -type d 2>/dev/null)
[ -z "$left" ] || failed "uninstall left $left"
[ ! -e "$prefix" ] || failed "uninstall left $(find "$prefix")"
