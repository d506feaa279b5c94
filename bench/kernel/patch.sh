# SPDX-License-Identifier: GPL-2.0
#
# Sourced by build.sh: applying the patches of a series with git am.
#
# Uses $patches, $cache, die. A git repository of 90 000 files takes a minute
# to set up; git am needs to know only those that some patch changes, so only
# they are tracked.

# The patches of a variant, in order, without comments.
series_patches() { # VARIANT
	sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$patches/series/$1"
}

# Start a repository in the tree that tracks what any patch touches.
series_track() { # TREE
	local files
	files=$(cd "$patches" && sed -n 's,^--- a/,,p' */*.patch | sort -u)
	git -C "$1" init -q
	git -C "$1" config user.name dpamt-bench
	git -C "$1" config user.email dpamt-bench@localhost
	git -C "$1" config core.autocrlf false
	git -C "$1" config gc.auto 0
	# A file that is not there is a patch's problem, and reported as that.
	(cd "$1" && ls -1d $files 2>/dev/null || :) | xargs -d '\n' git -C "$1" add -f --
	git -C "$1" commit -q -m "source as it came"
}

series_apply() { # TREE PATCH
	local log=$cache/log/am-$(basename "$2" .patch).log
	[ -r "$patches/$2" ] || die "kernel-patches/$2 is in a series but does not exist"
	if git -C "$1" am -q "$patches/$2" >"$log" 2>&1; then
		return
	fi
	# Once more, to see the hunks that do not fit.
	git -C "$1" am --abort >/dev/null 2>&1 || :
	git -C "$1" apply --reject "$patches/$2" >>"$log" 2>&1 || :
	(cd "$1" && find . -name '*.rej' -print0 | xargs -0r cat) | head -n 40 >&2
	# Leave no trace of it: what it changed, and what it made.
	git -C "$1" reset -q --hard
	(cd "$1" && git apply --summary "$patches/$2" | awk '$1 == "create" { print $4 }' | xargs -r rm -f
		find . -name '*.rej' -delete)
	die "kernel-patches/$2 does not apply to this source; rejected hunks above, git's words in $log"
}
