#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# make deb: the packages have no fault that lintian knows, name the libraries that the program
# needs, and what dpkg installs from them works: commands, manual pages, completion, and a kernel for
# VMs. Boots nothing.
set -u
cd "$(dirname "$0")/../.." || exit 1
for tool in dpkg-deb dpkg-shlibdeps; do
	command -v $tool >/dev/null || { echo "deb.sh: skipped, there is no $tool; install dpkg-dev" >&2; exit 77; }
done

. tests/work.sh

make -s deb >"$work/stdout" 2>"$work/stderr" || failed "make deb"
deb=$(tail -n 1 "$work/stdout")
[ -r "$deb" ] || failed "make deb prints no package but '$deb'"
debs=("$deb")
kernel=
[ ! -r build/kernels/immediate/bzImage ] || kernel=immediate
if [ -n "$kernel" ]; then
	bench/install/deb.sh immediate >"$work/stdout" 2>"$work/stderr" || failed "deb.sh immediate"
	mapfile -t debs <"$work/stdout"
	[ ${#debs[@]} = 2 ] || failed "deb.sh immediate makes ${debs[*]}"
fi
bench/install/deb.sh no-such >"$work/stdout" 2>"$work/stderr" && failed "a package of a kernel that is not built"
grep -q 'make kernels VARIANTS=no-such' "$work/stderr" || failed "a kernel that is not built is not named"

if command -v lintian >/dev/null; then
	lintian --allow-root --fail-on error,warning "${debs[@]}" >"$work/stderr" 2>&1 || failed "lintian"
fi
depends=$(dpkg-deb -f "$deb" Depends)
for lib in $(ldd build/dpamt-bench | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p'); do
	owner=$(dpkg -S "$(realpath "$lib")" 2>/dev/null | head -n 1 | cut -d: -f1)
	case $owner in
	''|libgcc*|libgslcblas*) ;;	# not its own
	*) grep -qF "$owner " <<<"$depends" || failed "Depends lacks $owner: $depends" ;;
	esac
done

# dpkg installs into an empty root.
root=$work/root
mkdir -p "$root"/var/lib/dpkg/{info,updates}
: >"$root/var/lib/dpkg/status"
dpkg --root="$root" --log=/dev/null --force-depends --force-not-root -i "${debs[@]}" >"$work/stdout" 2>"$work/stderr" ||
	failed "dpkg -i"
(cd / && "$root/usr/bin/dpamt-bench" list) >"$work/stdout" 2>"$work/stderr" || failed "list"
grep -q '^  retention: ' "$work/stdout" || failed "list: no experiment retention"
[ -z "$kernel" ] || grep -qx '  immediate' "$work/stdout" || failed "list: no kernel immediate"
[ -z "$kernel" ] || cmp "$root/usr/lib/dpamt-bench/kernels/immediate/bzImage" build/kernels/immediate/bzImage ||
	failed "another kernel"
for page in dpamt-bench dpamt-workload; do
	gzip -dc "$root/usr/share/man/man1/$page.1.gz" 2>"$work/stderr" | grep -q '^.Sh EXIT STATUS' ||
		failed "manual page $page"
	offered=$(bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=1; _dpamt "$1"; echo "${COMPREPLY[@]}"' \
		"$root/usr/share/bash-completion/completions/$page" "$root/usr/bin/$page" he)
	[ "$offered" = help ] || failed "completion of $page he: $offered"
done
dpkg --root="$root" --log=/dev/null --force-not-root -r dpamt-bench >"$work/stdout" 2>"$work/stderr" || failed "dpkg -r"
[ ! -e "$root/usr/bin/dpamt-bench" ] && [ ! -e "$root/usr/share/dpamt-bench" ] || failed "dpkg -r leaves files"
