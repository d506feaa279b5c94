# SPDX-License-Identifier: GPL-2.0
#
# Sourced by the scripts of this folder: applying the patches of a series with git am.
#
# Uses $patches, $cache, die, kgit and series.sh. A git repository of 90 000 files takes a
# minute to set up. git am needs only the files that some patch changes, so a tree in which
# nobody works tracks only those.

# The files of the source that some patch changes.
series_touched() {
	(cd "$patches" && sed -n 's,^--- a/,,p' */*.patch | sort -u)
}

# Start a repository in the tree that tracks what any patch touches, or all files.
series_track() { # TREE touched|all
	local files; files=$(series_touched)
	kgit "$1" init -q
	kgit "$1" config user.name dpamt-bench
	kgit "$1" config user.email dpamt-bench@localhost
	kgit "$1" config core.autocrlf false
	kgit "$1" config gc.auto 0
	# The kernel's own choice, which a tree of only some files lacks: the function in a hunk's
	# heading must not depend on it.
	echo '*.[ch] diff=cpp' >"$1/.git/info/attributes"
	# -f: .gitignore hides some files of the source, and edits to them must be seen.
	if [ "$2" = all ]; then kgit "$1" add -A -f; fi
	# A file that does not exist is reported later, with the patch that needs it.
	(cd "$1" && ls -1d $files 2>/dev/null || :) | GIT_CONFIG_GLOBAL=/dev/null xargs -rd '\n' git -C "$1" add -f --
	kgit "$1" commit -q -m "source as it came"
	kgit "$1" tag dpamt-source
}

series_apply() { # TREE PATCH...
	local tree=$1 mail p
	shift
	mail=$(mktemp)
	for p; do
		patch_mail "$p" >"$mail"
		patch_apply "$tree" "$p" "$mail"
	done
	rm -f "$mail"
}

patch_apply() { # TREE PATCH MAIL
	local log=$cache/log/am-$(basename "$2" .patch).log
	if kgit "$1" am -q "$3" >"$log" 2>&1; then
		return
	fi
	# Once more, to see the hunks that do not fit.
	kgit "$1" am --abort >/dev/null 2>&1 || :
	kgit "$1" apply --reject "$3" >>"$log" 2>&1 || :
	(cd "$1" && find . -name '*.rej' -print0 | xargs -0r cat) | head -n 40 >&2
	# Undo what it changed, and remove what it created.
	kgit "$1" reset -q --hard
	(cd "$1" && patch_new_files "$2" | while read -r f; do git ls-files --error-unmatch "$f" >/dev/null 2>&1 || rm -f "$f"; done
		find . -name '*.rej' -delete)
	rm -f "$3"
	die "kernel-patches/$2 does not apply to this source; rejected hunks above, git's messages in $log"
}
