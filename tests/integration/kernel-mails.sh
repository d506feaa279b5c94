#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A series has the same bytes as a tree, as mails and in kernel-patches/: git am of the mails
# gives the tree of make kernel-tree; make kernel-refresh writes only what was changed. git am takes
# kvm-fixes/ alone. Nothing is compiled, and only files that patches change are unpacked.
. "${0%/*}/../kernel-checkout.sh"

git init -q . && echo /build >.git/info/exclude
echo /src >>.git/info/exclude
git add -f bench kernel-patches && git commit -q -m start

kernel_source

script() { part=$1; shift; "bench/kernel/$part" "$@" >stdout 2>stderr; }
unchanged() { [ -z "$(git status --porcelain kernel-patches)" ]; }

for variant in immediate-septremove rcu-page; do
	tree=$work/build/kernel-tree/$variant
	script tree.sh $variant || failed "tree.sh $variant"
	series=$(sed -e 's/#.*//' -e '/^$/d' kernel-patches/base kernel-patches/series/$variant | wc -l)
	[ "$(git -C "$tree" rev-list --count dpamt-source..HEAD)" = "$series" ] ||
		failed "$variant: not one commit for each of $series patches"

	script mails.sh $variant || failed "mails.sh $variant"
	git clone -q "$tree" am-$variant && git -C am-$variant checkout -q dpamt-source 2>stderr || failed "no source as it came"
	git -C am-$variant am -q "$work/build/mails/$variant"/*.patch 2>stderr || failed "$variant: git am does not take the mails"
	[ "$(git -C am-$variant rev-parse 'HEAD^{tree}')" = "$(git -C "$tree" rev-parse 'HEAD^{tree}')" ] ||
		failed "$variant: mails and tree differ"
	rm -rf am-$variant

	script refresh.sh $variant || failed "refresh.sh $variant"
	unchanged || failed "refresh.sh $variant wrote what was not changed: $(cat stdout)"
done

# The mails of every variant: git am took those of the base above, and takes the rest on top of it.
n=$(sed -e 's/#.*//' -e '/^$/d' kernel-patches/base | wc -l)
git clone -q "$tree" am-all || failed "no clone of $tree"
base=$(git -C am-all rev-list --reverse dpamt-source..HEAD | sed -n "${n}p")
for other in kernel-patches/series/*; do
	other=${other##*/}
	script mails.sh $other || failed "mails.sh $other"
	git -C am-all checkout -q "$base" 2>stderr || failed "$other: no base"
	git -C am-all am -q $(printf '%s\n' "$work/build/mails/$other"/*.patch | tail -n +$((n + 1))) 2>stderr ||
		failed "$other: git am does not take the mails"
	[ "$(git -C am-all rev-list --count "$base"..HEAD)" = "$(sed -e 's/#.*//' -e '/^$/d' kernel-patches/series/$other | wc -l)" ] ||
		failed "$other: not one commit for each of its own patches"
done
rm -rf am-all

# The fixes of KVM can be taken on their own.
git clone -q "$tree" am-fixes && git -C am-fixes checkout -q dpamt-source 2>stderr || failed "no source as it came"
git -C am-fixes am -q "$work"/kernel-patches/kvm-fixes/*.patch 2>stderr || failed "git am does not take kvm-fixes/ alone"
rm -rf am-fixes

# A fix in the module is a change of one C file.
soft=arch/x86/virt/vmx/tdx/soft/soft_td.c
head=$(git -C "$tree" rev-parse HEAD)
echo '/* A fix. */' >>"$tree/$soft"
script refresh.sh $variant || failed "refresh.sh with a fix"
[ "$(git status --porcelain kernel-patches)" = " M kernel-patches/soft-tdx/soft_td.c" ] ||
	failed "a fix in soft_td.c changed: $(git status --porcelain kernel-patches)"
cmp -s "$tree/$soft" kernel-patches/soft-tdx/soft_td.c || failed "the fix was not written back"
git checkout -q kernel-patches

git -C "$tree" reset -q --hard "$head"

# What .gitignore hides is not lost in silence: a new file stops refresh.sh, or a line counts it
# where the tree was built.
echo '*.s' >>"$tree/.git/info/exclude"
touch "$tree/new.s"
script refresh.sh $variant && failed "a hidden new file was taken for nothing"
grep -q 'new.s is new in .* and .gitignore hides it; git add -f it' stderr || failed "the hidden new file is not named"
touch "$tree/.config"
echo .config >>"$tree/.git/info/exclude"
script refresh.sh $variant || failed "refresh.sh in a tree that was built"
grep -q '2 new files that .gitignore hides are left out' stderr || failed "hidden new files are not counted"
unchanged || failed "hidden new files changed: $(git status --porcelain kernel-patches)"
rm "$tree/new.s" "$tree/.config"

# Nor are edits to files of the source that it hides: git knows them all.
mkdir all
echo '*.s' >all/.gitignore
touch all/file.c all/hidden.s
bash -c 'here=bench/kernel; for part in common series patch; do . $here/$part.sh; done; series_track all all' ||
	failed "series_track"
[ "$(git -C all ls-files | tr '\n' ' ')" = ".gitignore file.c hidden.s " ] || failed "git does not know all files: $(git -C all ls-files)"

# The heading of a hunk names the function in C's way, with or without the kernel's .gitattributes.
[ "$(git -C "$tree" check-attr diff -- "$soft")" = "$soft: diff: cpp" ] || failed "hunks have other headings than the kernel's"

# A new message goes to its patch.
git -C "$tree" commit -q --amend -m "KVM: a new subject" || failed "amend"
script refresh.sh $variant || failed "refresh.sh with a new message"
[ "$(git status --porcelain kernel-patches | wc -l)" = 1 ] && grep -qx 'Subject: \[PATCH\] KVM: a new subject' "$(cat stdout)" ||
	failed "a new message changed: $(git status --porcelain kernel-patches)"
git checkout -q kernel-patches

# What is missing or does not fit is said in one line.
rm -rf build
mv kernel-patches/soft-tdx/soft_td.c kept
script tree.sh $variant && failed "a series without one of its files was applied"
grep -q 'kernel-patches/soft-tdx/soft_td.c' stderr || failed "the missing file is not named"
mv kept kernel-patches/soft-tdx/soft_td.c
sed -i 's/^ \t/ \tspoiled/' kernel-patches/kvm-fixes/*.patch
unchanged && failed "the test did not spoil the patch"
script tree.sh $variant && failed "a patch that does not fit was applied"
grep -q 'kernel-patches/kvm-fixes/0001.*does not apply to this source' stderr || failed "the patch that does not fit is not named"
exit 0
