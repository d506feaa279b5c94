# SPDX-License-Identifier: GPL-2.0
#
# Sourced by build.sh: which kernel source is used, and unpacking it.
#
# Uses $here, $cache, die, say; KERNEL_TREE and KERNEL_TARBALL of the
# environment.

# A string that changes whenever the source does.
source_identify() {
	if [ -n "${KERNEL_TREE:-}" ]; then
		[ -f "$KERNEL_TREE/Kbuild" ] && [ -f "$KERNEL_TREE/arch/x86/Kconfig" ] ||
			die "KERNEL_TREE=$KERNEL_TREE is not a kernel source tree"
		# File names, sizes and times stand for the contents; .git and build products apart.
		source_list | (cd "$KERNEL_TREE" && xargs -0 stat -c '%n %s %Y') | sha256sum | cut -d' ' -f1
		return
	fi

	local tarball sum
	tarball=$("$here/fetch.sh" "$cache") || exit 1
	# Reading 150 MB on each start is what keeps a changed file from being taken for the old one.
	sum=$(sha256sum <"$tarball" | cut -d' ' -f1)
	echo "$tarball" >"$cache/tarball-of-$sum"
	echo "$sum"
}

# The tree's own files, NUL-separated.
source_list() {
	if git -C "$KERNEL_TREE" rev-parse --git-dir >/dev/null 2>&1; then
		git -C "$KERNEL_TREE" ls-files -z | (cd "$KERNEL_TREE" && xargs -0 ls -1d --zero 2>/dev/null)
	else
		(cd "$KERNEL_TREE" && find . \( -name .git -o -name '*.o' -o -name '.*.cmd' -o -name '*.a' \) -prune -o -type f -print0 | sort -z)
	fi
}

# One line for reports: where the source came from.
source_name() {
	if [ -n "${KERNEL_TREE:-}" ]; then
		echo "own tree, $(git -C "$KERNEL_TREE" describe --always --dirty 2>/dev/null || echo 'no git')"
	elif [ -n "${KERNEL_TARBALL:-}" ]; then
		basename "$KERNEL_TARBALL"
	else
		cat "$(cat "$cache/tarball-of-$source_id").version"
	fi
}

source_unpack() { # DIR
	if [ -n "${KERNEL_TREE:-}" ]; then
		source_list | tar -C "$KERNEL_TREE" --null -T - -cf - | tar -C "$1" -xf - ||
			die "copying $KERNEL_TREE to $1 failed; is the disk full?"
		make -s -C "$1" mrproper
	else
		tar -C "$1" --strip-components=1 -xf "$(cat "$cache/tarball-of-$source_id")" ||
			die "unpacking $(cat "$cache/tarball-of-$source_id") to $1 failed; is it a kernel tarball, is the disk full?"
	fi
	case $(make -s -C "$1" kernelversion) in
	7.3|7.3.*) ;;
	*) die "the source is $(make -s -C "$1" kernelversion); the patches are for v7.3.y" ;;
	esac
}
