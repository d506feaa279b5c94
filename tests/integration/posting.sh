#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The cover letter names each fix of KVM by its subject, and each policy patch with its size; both mails
# have 75 columns. Boots nothing.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/work.sh

letter=bench/experiments/posting/cover-letter.txt

# A subject may go on in the next line.
words=$(tr -s '[:space:]' ' ' <$letter)
for patch in kernel-patches/kvm-fixes/*.patch; do
	subject=$(git mailinfo -k "$work/text" "$work/diff" <"$patch" | sed -n 's/^Subject: \[PATCH\] //p')
	[ -n "$subject" ] || failed "$patch has no subject"
	case $words in
	*" $subject "*) ;;
	*) failed "$letter does not name ${patch##*/}: $subject" ;;
	esac
done

sizes=0
while read -r name files _ added removed; do
	patch=kernel-patches/policy/$name.patch
	[ -r "$patch" ] || failed "$letter: there is no $patch"
	size=$(git apply --numstat "$patch" | awk '{ added += $1; removed += $2 } END { print NR, "+" added, "-" removed }')
	[ "$files $added $removed" = "$size" ] || failed "$letter: $name is $files $added $removed, its patch $size"
	sizes=$((sizes + 1))
done < <(grep -E '^ +[a-z-]+ +[0-9]+ files, ' $letter)
patches=$(find kernel-patches/policy -name '*.patch' | wc -l)
[ "$sizes" -eq "$patches" ] || failed "$letter has the sizes of $sizes policy patches, there are $patches"

wide=$(awk 'length > 75 { print FILENAME ":" FNR }' bench/experiments/posting/*.txt)
[ -z "$wide" ] || failed "wider than 75 columns: $wide"
