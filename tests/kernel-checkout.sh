# SPDX-License-Identifier: GPL-2.0
#
# Sourced by the tests of bench/kernel, in the checkout: $work becomes a checkout of bench/kernel and
# kernel-patches alone, and the current directory. What a test changes there is not the user's. Without
# kernel source the test is skipped.
#
# KERNEL_TREE or KERNEL_TARBALL: source to use (default: the tarball in the cache)
set -u

skip() { echo "${0##*/}: skipped, $*" >&2; exit 77; }
. "${0%/*}/../work.sh"

mkdir "$work/bench"
cp -r bench/kernel "$work/bench/kernel"
cp -r kernel-patches "$work/kernel-patches"
cd "$work" || exit 1
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@localhost
export GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@localhost KERNEL_TREE_FILES=touched

# kernel_source FILE... : sets KERNEL_TREE to the files of the source that patches change, and FILEs
kernel_source() {
	[ -z "${KERNEL_TREE:-}" ] || return 0
	tarball=${KERNEL_TARBALL:-$(ls -t "${XDG_CACHE_HOME:-$HOME/.cache}"/dpamt-bench/tarballs/*.tar.xz 2>/dev/null | head -n 1)}
	[ -r "$tarball" ] || skip "there is no kernel source; run 'make kernels' first"
	mkdir src
	# tar complains of those that patches add.
	{ printf '%s\n' Kbuild Makefile "$@"; sed -n 's,^--- a/,,p' kernel-patches/*/*.patch; } | sort -u | sed 's,^,*/,' |
		tar -C src --strip-components=1 --wildcards --no-wildcards-match-slash -xf "$tarball" -T - 2>"$work/stderr"
	[ -f src/Kbuild ] || failed "cannot unpack $tarball"
	export KERNEL_TREE=$work/src
}
