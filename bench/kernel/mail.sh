# SPDX-License-Identifier: GPL-2.0
#
# Sourced by own.sh: mails and diffs of the user's, brought into the form of kernel-patches/.
#
# Uses $work and die.

# The subject of a mail that mails_split() wrote.
mail_subject() { sed -n 's/^Subject: \[PATCH\] //p;/^$/q' "$1"; } # MAIL

# Write one file for each patch in FILE to DIR, numbered from N + 1; print the last number.
mails_split() { # FILE DIR N
	local text=$work/text mail n=$3
	zcat -f "$1" | sed 's/\r$//' >"$text"
	rm -rf "$work/split"
	mkdir "$work/split"
	if is_mail "$text"; then
		git mailsplit -o"$work/split" "$text" >/dev/null || die "PATCH=$1 is no mbox that git understands"
	else
		cp "$text" "$work/split/diff"
	fi
	in_order "$work/split" >"$work/order"
	while read -r mail; do
		n=$((n + 1))
		mail_write "$mail" "$1" >"$2/$(printf %04d $n).patch"
	done <"$work/order"
	[ "$n" -gt "$3" ] || die "PATCH=$1: there is no diff in it"
	echo "$n"
}

# Is there a Subject: before the first diff?
is_mail() { # FILE
	[ "$(awk '/^Subject:/ { print "mail"; exit } /^(diff |--- |@@ )/ { exit }' "$1")" = mail ]
}

has_diff() { grep -qE '^(diff --git |--- (a/|/dev/null))' "$1"; } # FILE

# Those of a directory that have a diff, in the order of [PATCH n/m] where they say so.
in_order() { # DIR
	local f number
	for f in "$1"/*; do
		git mailinfo -k "$work/body" "$work/diff" <"$f" >"$work/info" 2>/dev/null || :
		[ "${f##*/}" = diff ] && cp "$f" "$work/diff"
		has_diff "$work/diff" || continue
		number=$(sed -n 's,^Subject: .*\[[^]]*PATCH[^]]* \([0-9]\+\)/[0-9]\+.*,\1,p' "$work/info" 2>/dev/null)
		printf '%s\t%s\n' "${number:-0}" "$f"
	done | sort -s -n -k1,1 | cut -f2
}

# One patch in the form of kernel-patches/: head, message, a line ---, diff.
mail_write() { # MAIL FILE
	local subject='' author='' email=''
	: >"$work/body"
	if [ "${1##*/}" = diff ]; then
		cp "$1" "$work/diff"
	else
		git mailinfo "$work/body" "$work/diff" <"$1" >"$work/info" 2>/dev/null || die "PATCH=$2: git cannot read a mail in it"
		subject=$(sed -n 's/^Subject: //p' "$work/info")
		author=$(sed -n 's/^Author: //p' "$work/info")
		email=$(sed -n 's/^Email: //p' "$work/info")
	fi
	cat <<-EOM
	From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
	From: ${author:-nobody} <${email:-nobody@localhost}>
	Date: Thu, 1 Jan 2026 00:00:00 +0000
	Subject: [PATCH] ${subject:-${2##*/}}

	EOM
	sed 's/^---$/ ---/' "$work/body"
	echo ---
	# Without the times of diff -u, and without what stands before the diff.
	awk '/^(diff |--- |Index: )/ { on = 1 } on' "$work/diff" | sed 's,^\(\(---\|+++\) [^\t]*\)\t.*,\1,'
}
