# SPDX-License-Identifier: GPL-2.0
#
# Sourced by the scripts of this folder: which kernel source is used, and unpacking it.
#
# Uses $here, $cache, die, say, key_of; KERNEL_TREE and KERNEL_TARBALL of the
# environment. All but source_identify expect its answer in $source_id.

# A string that changes whenever the source does.
source_identify() {
	if [ -n "${KERNEL_TREE:-}" ]; then
		[ -f "$KERNEL_TREE/Kbuild" ] && [ -f "$KERNEL_TREE/arch/x86/Kconfig" ] ||
			die "KERNEL_TREE=$KERNEL_TREE is not a kernel source tree"
		# Names, sizes and times of all files but .git and build products stand for the contents.
		source_list | (cd "$KERNEL_TREE" && xargs -0 stat -c '%n %s %Y') | sha256sum | cut -d' ' -f1
		return
	fi

	local tarball sum
	# The private apt state is one for all.
	tarball=$(exec 8>"$cache/fetch.lock"; flock 8; exec "$here/fetch.sh" "$cache" 8>&-) || exit 1
	# The checksum is computed on each start, so that a changed file is noticed.
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
	source_version_check "$1"
}

# Only some files of the source, into an empty directory; those that do not exist are left out.
source_unpack_files() { # DIR FILE...
	local dir=$1 tarball prefix
	shift
	if [ -n "${KERNEL_TREE:-}" ]; then
		(cd "$KERNEL_TREE" && ls -1d Makefile "$@" 2>/dev/null || :) |
			tar -C "$KERNEL_TREE" -T - -cf - | tar -C "$dir" -xf - ||
			die "copying from $KERNEL_TREE to $dir failed; is the disk full?"
	else
		tarball=$(cat "$cache/tarball-of-$source_id")
		prefix=$(tar -tf "$tarball" 2>/dev/null | head -n 1 | cut -d/ -f1 || :)
		printf "$prefix/%s\n" Makefile "$@" |
			tar -C "$dir" --strip-components=1 -xf "$tarball" -T - 2>/dev/null || :
		[ -f "$dir/Makefile" ] ||
			die "unpacking $tarball to $dir failed; is it a kernel tarball, is the disk full?"
	fi
	source_version_check "$dir"
}

source_version_check() { # DIR
	local version
	version=$(awk '$1 == "VERSION" || $1 == "PATCHLEVEL" || $1 == "SUBLEVEL" { v = v (v != "" ? "." : "") $3 }
		$1 == "NAME" { exit } END { print v }' "$1/Makefile")
	case $version in
	7.3|7.3.*) ;;
	*) die "the source is $version; the patches are for v7.3.y" ;;
	esac
}
