#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What a user's machine and account bring along must break nothing: gnuplot's settings and terminals,
# variables that are not set, umask, blanks in paths, files that cannot be written, a package that
# left its suite. Boots nothing.
#
# BUILD	the build directory (default: build)
set -u
BUILD=${BUILD:-build}
make_runs=$BUILD/tests/make_runs
bench=$BUILD/dpamt-bench

[ -x "$make_runs" ] || make -s "$make_runs" >&2
for tool in gnuplot "$bench" "$make_runs"; do
	command -v "$tool" >/dev/null || { echo "surroundings.sh: skipped, there is no $tool" >&2; exit 77; }
done

. "${0%/*}/../work.sh"

"$make_runs" "$work/runs" pages=20 rounds=20 experiments=teardown
# draws WHAT COMMAND...: a report without a word on stderr, with PNG and SVG
draws() {
	what=$1
	shift
	rm -rf "$work/runs/plots"
	"$@" "$bench" report "$work/runs" >"$work/stdout" 2>"$work/stderr" || failed "$what: report failed: $(cat "$work/stderr")"
	[ -s "$work/stderr" ] && failed "$what: $(head -n 1 "$work/stderr")"
	for kind in png svg; do
		[ -s "$work/runs/plots/retention-teardown.$kind" ] || failed "$what: no $kind"
	done
}
mkdir "$work/home"
echo 'set term x11' >"$work/home/.gnuplot"
draws "the user's .gnuplot" env HOME="$work/home"
draws GNUTERM env GNUTERM=qt GNUPLOT_LIB=/nowhere
draws "nothing set" env -i PATH="$PATH"
draws "a language, narrow" env LC_ALL=de_DE.UTF-8 COLUMNS=3 TMPDIR=/nowhere
(umask 077; draws "umask 077" env) || exit 1

# a gnuplot without pngcairo
mkdir "$work/bin"
cat >"$work/bin/gnuplot" <<END
#!/bin/sh
for last; do :; done
exec $(command -v gnuplot) -d -e "\$(echo "\$last" | sed "s/'pngcairo'/'no such terminal'/g")"
END
chmod 755 "$work/bin/gnuplot"
rm -rf "$work/runs/plots"
PATH=$work/bin:$PATH "$bench" report "$work/runs" >/dev/null 2>"$work/stderr" || failed "without pngcairo: $(cat "$work/stderr")"
[ -s "$work/runs/plots/retention-teardown.svg" ] && [ ! -e "$work/runs/plots/retention-teardown.png" ] ||
	failed "without pngcairo: $(ls "$work/runs/plots")"
[ "$(grep -c 'no pngcairo' "$work/stderr")" = 1 ] || failed "without pngcairo: stderr is $(cat "$work/stderr")"

# no headers that know TDs: one line, no page of errors of the compiler
MAKEFLAGS= make -s kernel-headers KHDR= CC=false >"$work/stdout" 2>"$work/stderr" && failed "headers of an old kernel"
grep -q 'first: make kernels$' "$work/stderr" || failed "no headers: $(cat "$work/stderr")"
MAKEFLAGS= make -n "$BUILD/dpamt-workload" KHDR= OBJ="$work/obj" 2>/dev/null | grep -m1 -E 'KVM_X86_TDX_VM|-c -o .*/workloads/' |
	grep -q KVM_X86_TDX_VM || failed "a workload is compiled before the headers are looked at"

# paths with blanks, umask 077
(umask 077; make -s install DESTDIR="$work/a folder" PREFIX=/usr >/dev/null 2>"$work/stderr") ||
	failed "install into a path with blanks: $(cat "$work/stderr")"
hidden=$(find "$work/a folder/usr" ! -type l ! -perm -o=r)
[ -z "$hidden" ] || failed "umask 077: others cannot read $hidden"
"$work/a folder/usr/bin/dpamt-bench" list >"$work/stdout" 2>"$work/stderr" || failed "list from a path with blanks"
make -s uninstall DESTDIR="$work/a folder" PREFIX=/usr 2>"$work/stderr" || failed "uninstall: $(cat "$work/stderr")"
[ -e "$work/a folder/usr" ] && failed "uninstall leaves $(find "$work/a folder")"

# no HOME: the account's
env -u HOME -u XDG_CACHE_HOME "$bench" doctor >"$work/stdout" 2>&1
grep -q 'MiB free in' "$work/stdout" || failed "doctor without HOME: $(cat "$work/stdout")"
env -u HOME XDG_CACHE_HOME="$work/cache" bench/kernel/build.sh no-such >/dev/null 2>"$work/stderr"
grep -q "no variant 'no-such'" "$work/stderr" || failed "build.sh without HOME: $(cat "$work/stderr")"
sh -ec 'here=$PWD/bench/kernel; unset HOME XDG_CACHE_HOME; mkdir() { :; }; . bench/kernel/common.sh; echo "$cache"' \
	>"$work/stdout" 2>"$work/stderr" || failed "common.sh without HOME: $(cat "$work/stderr")"
grep -qE '^/.*/\.cache/dpamt-bench$|^/\.cache/dpamt-bench$' "$work/stdout" || failed "the cache without HOME is $(cat "$work/stdout")"

# a package that left the suite: what to do instead is named
cat >"$work/bin/apt-get" <<'END'
#!/bin/sh
case "$*" in
indextargets*) echo "Packages Debian Debian main http://mirror.example/debian" ;;
*update*) : ;;
*) echo "E: Unable to locate package" >&2; exit 100 ;;
esac
END
chmod 755 "$work/bin/apt-get"
if [ -r /usr/share/keyrings/debian-archive-keyring.gpg ]; then
	mkdir "$work/cache2"
	PATH=$work/bin:$PATH bench/kernel/fetch.sh "$work/cache2" >/dev/null 2>"$work/stderr" && failed "fetch.sh found a package that is not there"
	grep -q 'KERNEL_TARBALL=FILE or KERNEL_TREE=DIR' "$work/stderr" || failed "fetch.sh says only: $(cat "$work/stderr")"
fi
# a read-only checkout: one line before anything is done. (Permissions do not stop root.)
own=
[ "$(id -u)" = 0 ] || own=-r
unset MAKEFLAGS MAKELEVEL MFLAGS	# of the make that runs the tests
mkdir "$work/ro"
unshare $own -m sh -c 'mount --bind . "$1/ro" && mount -o remount,bind,ro "$1/ro" && touch "$1/mounted" || exit
	cd "$1/ro" || exit
	make help >/dev/null || echo "make help fails"
	for goal in tools kernels "report RESULTS=$1/results" install; do
		[ "$goal" != install ] || [ ! -e build/dpamt-bench ] || continue
		make $goal && echo "$goal was done"
	done' sh "$work" >"$work/stdout" 2>"$work/stderr"
if [ -e "$work/mounted" ]; then
	[ -s "$work/stdout" ] && failed "a read-only checkout: $(cat "$work/stdout")"
	grep -q "^Makefile:.*$work/ro/build cannot be written to, and .make tools. writes there; .*cp -r '$work/ro' DIR" \
		"$work/stderr" || failed "a read-only checkout is not named"
	[ "$(wc -l <"$work/stderr")" -le 4 ] || failed "a read-only checkout: more than a line for each make"
else
	echo "surroundings.sh: no mount namespace here; a read-only checkout was not tried" >&2
fi
mkdir "$work/other"
unshare $own -m sh -c 'mount -t tmpfs -o ro none "$1/other" && make report RESULTS="$1/other/x"' sh "$work" \
	>"$work/stdout" 2>"$work/stderr" && failed "results that cannot be written: make report went on"
[ ! -e "$work/mounted" ] || grep -q "$work/other cannot be written to, and .make report. writes there" "$work/stderr" ||
	failed "results that cannot be written are not named"
echo "surroundings.sh: passed"
