#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Write the changes in build/kernel-tree/VARIANT back to kernel-patches/.
#
# usage: refresh.sh VARIANT
#
# The n-th commit after the source becomes the n-th patch of the series, with its message
# and its new files. A change that is not committed goes to the commit that changes the
# same file; if several commits do, it must be committed first (git commit --fixup).
# Prints the names of the files that it wrote or removed. A patch that differs only in
# line numbers stays as it is, because other variants share it.
set -Eeuo pipefail
trap 'echo "kernels: ${BASH_SOURCE[0]##*/} line $LINENO failed: $BASH_COMMAND" >&2' ERR

here=$(cd "$(dirname "$0")" && pwd)
for part in common series; do . "$here/$part.sh"; done

variant_check "${1:-}"
tree=$top/build/kernel-tree/$1
[ -e "$tree/.git/dpamt-source-id" ] || die "there is no $tree; 'make kernel-tree VARIANT=$1' makes it"
[ ! -e "$tree/.git/rebase-merge" ] && [ ! -e "$tree/.git/rebase-apply" ] ||
	die "$tree is in the middle of a rebase or git am; finish it first"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The commit to which an uncommitted change of a file belongs.
owner_of() { # FILE
	local owners
	owners=$(kgit "$tree" log --format=%H dpamt-source..HEAD -- "$1")
	case $(echo "$owners" | grep -c .) in
	0) die "$1 is changed and no commit of the series changes it; commit it where it belongs (git commit --fixup=COMMIT)" ;;
	1) echo "$owners" ;;
	*) die "$1 is changed and several commits change it; choose one: in $tree, git commit --fixup=COMMIT $1" ;;
	esac
}

# New files are the user's to commit. Those that .gitignore hides may also be products of a build.
check_new_files() {
	local new hidden
	new=$(kgit "$tree" ls-files --others --exclude-standard | sed -n 1p)
	[ -z "$new" ] ||
		die "$new is new in $tree; git add it and commit it where it belongs (git commit --fixup=COMMIT), or remove it"
	hidden=$(kgit "$tree" ls-files --others --ignored --exclude-standard --directory)
	[ -n "$hidden" ] || return 0
	[ -e "$tree/.config" ] ||
		die "$(echo "$hidden" | sed -n 1p) is new in $tree and .gitignore hides it; git add -f it and commit it where it belongs (git commit --fixup=COMMIT), or remove it"
	echo "kernels: $(echo "$hidden" | wc -l) new files that .gitignore hides are left out as products of the build; git add -f and commit what is yours" >&2
}

commit_changes() {
	local f owner
	kgit "$tree" diff --name-only HEAD >"$work/changed"
	while read -r f; do
		owner=$(owner_of "$f") || exit 1
		echo "$owner $f"
	done <"$work/changed" >"$work/owners"
	while read -r owner f; do
		kgit "$tree" commit -q --fixup="$owner" -- "$f"
	done <"$work/owners"
}

squash_fixups() {
	# Not grep -q: git log must not die of a closed pipe.
	kgit "$tree" log --format=%s dpamt-source..HEAD | grep -E '^(fixup|squash|amend)! ' >/dev/null || return 0
	GIT_SEQUENCE_EDITOR=: GIT_EDITOR=: kgit "$tree" rebase -q -i --autosquash dpamt-source >"$work/rebase" 2>&1 || {
		kgit "$tree" rebase --abort
		die "a fixup conflicts with a later patch; in $tree, git rebase -i --autosquash dpamt-source"
	}
}

# The patch in the form of kernel-patches/: message, names of new files, hunks in other files.
patch_of() { # COMMIT
	local new others
	kgit "$tree" format-patch -1 --stdout --no-numbered --zero-commit --no-signature "$1" |
		awk '!body; /^---$/ { body = 1 }'
	new=$(kgit "$tree" diff-tree -r --no-commit-id --name-only --diff-filter=A "$1")
	[ -z "$new" ] || printf 'new file: %s\n' $new
	others=$(kgit "$tree" diff-tree -r --no-commit-id --name-only --diff-filter=a "$1")
	[ -z "$new" ] || [ -z "$others" ] || echo
	[ -z "$others" ] || kgit "$tree" diff-tree --no-commit-id --patch-with-stat --stat=72 --abbrev=9 \
		--diff-filter=a "$1" -- $others | sed '1{/^---$/d}'
}

# A patch without line numbers and blob names, which depend on the patches before it.
essence() { sed -e '/^index /d' -e 's/^@@ -[0-9,]* +[0-9,]* @@.*/@@/' "$1"; }

write_patch() { # COMMIT PATCH
	local f place
	mkdir -p "$patches/$(dirname "$2")"
	patch_of "$1" >"$work/patch"
	[ -s "$work/patch" ] || die "commit $(kgit "$tree" log -1 --format='%h (%s)' "$1") changes nothing; it cannot be $2"
	if [ ! -e "$patches/$2" ]; then
		: >"$work/before"
	else
		patch_new_files "$2" >"$work/before"
	fi
	sed -n 's/^new file: //p' "$work/patch" >"$work/after"
	grep -vxFf "$work/after" "$work/before" | while read -r f; do
		place=$(new_file_place "$2" "$f")
		rm -f "$patches/$place"
		echo "kernel-patches/$place"
	done || :
	while read -r f; do
		place=$(new_file_place "$2" "$f")
		kgit "$tree" show "$1:$f" >"$work/file"
		cmp -s "$work/file" "$patches/$place" && continue
		cat "$work/file" >"$patches/$place"
		echo "kernel-patches/$place"
	done <"$work/after"
	[ ! -e "$patches/$2" ] || ! cmp -s <(essence "$work/patch") <(essence "$patches/$2") || return 0
	cat "$work/patch" >"$patches/$2"
	echo "kernel-patches/$2"
}

check_new_files
commit_changes
squash_fixups
mapfile -t commits < <(kgit "$tree" rev-list --reverse dpamt-source..HEAD)
mapfile -t entries < <(series_patches "$1")
[ ${#commits[@]} -eq ${#entries[@]} ] ||
	die "$tree has ${#commits[@]} commits and the series of $1 ${#entries[@]} lines; add or remove lines in kernel-patches/base or series/$1 so that each commit has one"
for i in "${!commits[@]}"; do write_patch "${commits[i]}" "${entries[i]}"; done
series_check "$1"
kgit "$tree" tag -f dpamt-series HEAD >/dev/null
