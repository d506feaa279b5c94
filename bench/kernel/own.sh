#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Build variants with patches of the user's own, and others beside them.
#
# usage: own.sh [--check] [--own NAME BASE PATCH]... -- VARIANT[+FLAVOUR]...
#
# NAME becomes a variant: BASE, a file of kernel-patches/series, with PATCH on top. PATCH is
#
#   a file      mails (mbox, also .gz), or a diff as `git diff` and `diff -u` print it
#   a directory its files *.patch in the order of their names
#   A..B        the commits of a git range of KERNEL_TREE
#
# or several of them, separated by blanks. --check applies the patches and builds nothing: seconds.
#
# A range is applied to KERNEL_TARBALL if there is one; else to KERNEL_TREE as it was at A, if that is a v7.3.y
# and no tree of `make kernel-tree`; else to the source of all other variants.
#
# A variant of one's own lives in build/own, which looks like a checkout to build.sh: the
# project's kernel-patches/ with one more series. So it is built like all others, incrementally.
set -Eeuo pipefail
trap 'echo "kernels: ${BASH_SOURCE[0]##*/} line $LINENO failed: $BASH_COMMAND" >&2' ERR

here=$(cd "$(dirname "$0")" && pwd)
for part in common source series patch touched mail; do . "$here/$part.sh"; done

usage="usage: own.sh [--check] [--own NAME BASE PATCH]... -- VARIANT[+FLAVOUR]..."
check=
declare -A base_of=() patch_of=()
while [ $# -gt 0 ]; do
	case $1 in
	--check) check=1; shift ;;
	--own)
		[ $# -ge 4 ] || die "$usage"
		[[ $2 =~ ^[A-Za-z0-9][A-Za-z0-9_.-]*$ ]] || die "'$2' cannot be a variant's name: letters, digits, - _ ."
		[ ! -e "$patches/series/$2" ] || die "PATCH_$2: $2 is a variant of kernel-patches/series; choose another name"
		base_of[$2]=$3 patch_of[$2]=$4
		variant_check "$3"
		series_check "$3"
		shift 4 ;;
	--) shift; break ;;
	*) die "$usage" ;;
	esac
done
[ $# -gt 0 ] || die "$usage"
for tool in git tar jq; do
	command -v $tool >/dev/null || die "$tool is missing; run 'make deps'"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The mails of a range, in a directory of their own.
range_mails() { # RANGE DIR
	[ -n "${KERNEL_TREE:-}" ] || die "PATCH=$1 is a range of commits; set KERNEL_TREE= to the git tree that has it"
	mkdir "$2"
	kgit "$KERNEL_TREE" format-patch -q --no-renames --full-index --binary --no-signature -o "$2" "$1" 2>"$work/git" ||
		die "PATCH=$1: git in $KERNEL_TREE says: $(head -n 1 "$work/git")"
	[ -n "$(ls "$2")" ] || die "PATCH=$1: there is no commit in this range of $KERNEL_TREE"
}

is_range() { [[ $1 == *..* ]] && [ ! -e "$1" ]; }

# The source below a range: sets KERNEL_TREE and KERNEL_TARBALL.
range_source() { # RANGE
	local from=${1%%..*} commit version tree=$KERNEL_TREE
	unset KERNEL_TREE
	[ -z "${KERNEL_TARBALL:-}" ] && [ ! -e "$tree/.git/dpamt-source-id" ] || return 0
	commit=$(kgit "$tree" merge-base "${from:-HEAD}" "${1##*.}" 2>/dev/null || kgit "$tree" rev-parse "${from:-HEAD}")
	version=$(kgit "$tree" show "$commit:Makefile" 2>/dev/null | sed -n 's/^\(VERSION\|PATCHLEVEL\) = //p' | paste -sd.)
	[ "$version" = 7.3 ] || {
		echo "kernels: $from in $tree is no v7.3 (${version:-not a kernel}); its commits are applied to the source of the other variants" >&2
		return
	}
	export KERNEL_TARBALL=$cache/tarballs/commit-$commit.tar
	[ ! -e "$KERNEL_TARBALL" ] || return 0
	mkdir -p "$cache/tarballs"
	kgit "$tree" archive --prefix="linux-$commit/" -o "$KERNEL_TARBALL.new" "$commit"
	mv "$KERNEL_TARBALL.new" "$KERNEL_TARBALL"
}

# Make mails of all that PATCH names: $work/NAME/0001.patch and so on.
collect() { # NAME
	local word f n=0 out=$work/$1
	local -a words
	mkdir "$out"
	if [ -e "${patch_of[$1]}" ]; then words=("${patch_of[$1]}"); else read -ra words <<<"${patch_of[$1]}"; fi
	[ ${#words[@]} -gt 0 ] || die "PATCH_$1 is empty; name a file, a directory or a range A..B"
	for word in "${words[@]}"; do
		if is_range "$word"; then
			ranges+=("$word")
			range_mails "$word" "$work/range$n"
			set -- "$1" "$work/range$n"/*.patch
		elif [ -d "$word" ]; then
			set -- "$1" "$word"/*.patch
			[ -e "$2" ] || die "PATCH=$word: there is no file *.patch in this directory"
		else
			set -- "$1" "$word"
		fi
		for f in "${@:2}"; do
			[ -r "$f" ] || die "PATCH=$f cannot be read; name a file, a directory or a range A..B"
			n=$(mails_split "$f" "$out" "$n") || exit 1
		done
	done
}

# The files of the source that the mails in a directory change.
mails_touched() { sed -n 's,^--- a/,,p' "$1"/*.patch | sort -u; } # DIR

ranges=()
for name in "${!base_of[@]}"; do collect "$name"; done
[ ${#ranges[@]} -le 1 ] || [ "$(printf '%s\n' "${ranges[@]%%..*}" | sort -u | wc -l)" = 1 ] ||
	die "two ranges that begin at different commits; build them one after the other"
[ ${#ranges[@]} -eq 0 ] || range_source "${ranges[0]}"
source_id=$(source_identify)

# Say which hunks do not fit, and where.
show_reject() { # TREE MAIL
	local file line none=1
	kgit "$1" am --abort >/dev/null 2>&1 || :
	LC_ALL=C kgit "$1" apply --reject --verbose "$2" >"$work/apply" 2>&1 || :
	awk '/^Applying patch .* with [0-9]+ reject/ { sub(/^Applying patch /, ""); sub(/ with [0-9]+ reject.*/, ""); file = $0 }
		/^Rejected hunk #/ { sub(/^Rejected hunk #/, ""); sub(/\.$/, ""); n[file] = n[file] " " $0 }
		END { for (f in n) print f "\t" n[f] }' "$work/apply" | sort >"$work/rejected"
	while IFS=$'\t' read -r file line; do
		none=
		echo "kernels: $file: hunk$line does not fit:" >&2
		tail -n +2 "$1/$file.rej" | sed 's/^/    /' >&2
	done <"$work/rejected"
	while read -r line; do
		none=
		echo "kernels: $line" >&2
	done < <(sed -n -e 's/^error: \(.*\): No such file or directory$/\1: this kernel has no such file/p' \
		-e 's/^error: \(.*\): already exists in working directory$/\1: the patch adds this file, but it exists/p' "$work/apply")
	[ -z "$none" ] || sed 's/^/    git: /' "$work/apply" "$work/am" | head -n 10 >&2
	(cd "$1" && find . -name '*.rej' -delete)
}

# Apply the patches of NAME to its base, with the files alone that any of them changes.
try() { # NAME
	local base=${base_of[$1]} tree=$work/tree-$1 touched all mail i=0 n
	mapfile -t all < <({ series_touched; mails_touched "$work/$1"; } | sort -u)
	touched=$(source_files "${all[@]}") || exit 1
	mkdir "$tree"
	cp -r "$touched/." "$tree"
	series_track "$tree" all
	series_apply "$tree" $(series_patches "$base")
	n=$(ls "$work/$1" | wc -l)
	for mail in "$work/$1"/*.patch; do
		i=$((i + 1))
		kgit "$tree" am -q "$mail" >"$work/am" 2>&1 && continue
		echo "kernels: PATCH=${patch_of[$1]} does not apply on variant $base: patch $i of $n, \"$(mail_subject "$mail")\"" >&2
		show_reject "$tree" "$mail"
		die "nothing was built; rebase the patch: 'make kernel-tree VARIANT=$base' makes the tree that it is applied to"
	done
	rm -rf "$tree"
}

for name in "${!base_of[@]}"; do
	try "$name"
	say "$(ls "$work/$name" | wc -l) patch(es) of $name apply on ${base_of[$name]}"
done
[ -z "$check" ] || exit 0

# What build.sh takes for the checkout.
own=$top/build/own
rm -rf "$own"
mkdir -p "$own"/{bench,kernel-patches/{series,own}}
ln -s "$here" "$own/bench/kernel"
ln -s "$top/build" "$own/build"
for f in "$patches"/*; do [ "${f##*/}" = series ] || ln -s "$f" "$own/kernel-patches"; done
ln -s "$patches/series"/* "$own/kernel-patches/series"
for name in "${!base_of[@]}"; do
	{
		list_lines "$patches/series/${base_of[$name]}"
		for mail in "$work/$name"/*.patch; do
			cp "$mail" "$own/kernel-patches/own/$name-${mail##*/}"
			echo "own/$name-${mail##*/}"
		done
	} >"$own/kernel-patches/series/$name"
done
"$own/bench/kernel/build.sh" "$@"

# Which variant the kernel goes by in tdx_stats/policy.
for kernel; do
	name=${kernel%%+*}
	[ -n "${base_of[$name]:-}" ] || continue
	info=$top/build/kernels/$kernel/info.json
	jq --arg base "${base_of[$name]}" --argjson subjects "$(for mail in "$work/$name"/*.patch; do
			mail_subject "$mail"; done | jq -R . | jq -s .)" \
		'. + {base: $base, own_patches: $subjects}' "$info" >"$work/info"
	cp "$work/info" "$info.new"
	mv "$info.new" "$info"
done
