#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A patch of the user's own becomes a variant: mails in any order, a diff, a directory, a git range. One
# that does not fit is refused with the hunk, before anything is built. Nothing is compiled:
# build.sh is one that says what it was given.
top=$PWD
. "${0%/*}/../kernel-checkout.sh"

# With one file that no patch changes.
kernel_source mm/gup.c
unset KERNEL_TARBALL

bench/kernel/tree.sh immediate >stdout 2>stderr || failed "tree.sh"
tree=$work/build/kernel-tree/immediate
cd "$tree" || exit 1
edit() { sed -i "0,/$2/s//$3/" "$1" && git commit -qam "$4"; } # FILE FROM TO SUBJECT
edit arch/x86/kvm/vmx/tdx.c '^static int tdx_sept_remove_leaf_spte' '\/* one *\/\n&' "KVM: TDX: the first"
edit arch/x86/kvm/vmx/tdx.c '\/\* one \*\/' '\/* two *\/' "KVM: TDX: the second, ümlaut"
edit mm/gup.c '^#include' '\/* three *\/\n&' "mm: another file" 2>/dev/null || {
	# tree.sh took only the files of our patches
	mkdir -p mm && cp "$KERNEL_TREE/mm/gup.c" mm && git add -f mm/gup.c && git commit -qm "mm: as it came"
	edit mm/gup.c '^#include' '\/* three *\/\n&' "mm: another file"
	between=1
}
git format-patch -q --cover-letter -o "$work/mails" "HEAD~$((3 + ${between:-0}))..HEAD~$((1 + ${between:-0}))"
git diff HEAD~1 HEAD >"$work/gup.diff"
git diff "HEAD~$((3 + ${between:-0}))" "HEAD~$((1 + ${between:-0}))" >"$work/both.diff"
git diff "HEAD~$((2 + ${between:-0}))" "HEAD~$((1 + ${between:-0}))" >"$work/second.diff"
cd "$work" || exit 1

own() { bench/kernel/own.sh "$@" >stdout 2>stderr; }
# refused MESSAGE ARGUMENTS... : own.sh ends with this in its last line
refused() {
	message=$1
	shift
	own "$@" && failed "it was taken: $*"
	tail -n 1 stderr | grep -qF -- "$message" || failed "the last line lacks: $message"
}

own --check --own mine immediate gup.diff -- mine || failed "a plain diff"
own --check --own mine immediate both.diff -- mine || failed "a diff of two commits"

# Mails in the wrong order, with a cover letter and an answer that quotes one, packed.
{
	for f in mails/0002-*.patch mails/0001-*.patch mails/0000-*.patch; do cat "$f"; done
	printf 'From x Mon Sep 17 00:00:00 2001\nFrom: a <a@b>\nSubject: Re: [PATCH 1/2] KVM: TDX: the first\n\n'
	sed 's/^/> /' mails/0001-*.patch
} | gzip >series.mbox.gz
own --check --own mine rcu series.mbox.gz -- mine || failed "a mbox"

# A file that does not apply: which patch, file and hunk.
refused "nothing was built" --own mine immediate second.diff -- mine
grep -qx 'kernels: PATCH=second.diff does not apply on variant immediate: patch 1 of 1, "second.diff"' stderr ||
	failed "the patch is not named"
grep -qx 'kernels: arch/x86/kvm/vmx/tdx.c: hunk 1 does not fit:' stderr || failed "the hunk is not named"
grep -qx '    +/\* two \*/' stderr || failed "the hunk is not shown"
sed 's,b/mm/gup.c,b/mm/nix.c,g; s,a/mm/gup.c,a/mm/nix.c,g' gup.diff >nix.diff
refused "nothing was built" --own mine immediate nix.diff -- mine
grep -q '^kernels: mm/nix.c: this kernel has no such file' stderr || failed "the missing file is not named"
[ ! -e build/own ] || failed "something was built"

# What is no patch.
refused "there is no diff in it" --own mine immediate mails/0000-*.patch -- mine
refused "PATCH=none.patch cannot be read" --own mine immediate none.patch -- mine
mkdir empty
refused "no file *.patch in this directory" --own mine immediate empty -- mine
refused "choose another name" --own rcu immediate gup.diff -- rcu
refused "no variant 'lazy'" --own mine lazy gup.diff -- mine
(unset KERNEL_TREE; refused "set KERNEL_TREE=" --own mine immediate v7.3..mine -- mine) || exit 1

# A range of the tree of make kernel-tree: the source is that of all others.
cat >bench/kernel/build.sh <<'EOF'
#!/bin/bash
here=$(cd "$(dirname "$0")" && pwd)
for part in common source series; do . "$here/$part.sh"; done
for name; do
	mkdir -p "$top/build/kernels/$name"
	echo '{"variant": "'"$name"'"}' >"$top/build/kernels/$name/info.json"
	echo "$name: tree ${KERNEL_TREE:-none}, tarball ${KERNEL_TARBALL:-none}"
	for p in $(policy_series "$name"); do patch_mail "$p" | sed -n 's/^Subject: //p'; done
done
EOF
range="dpamt-series..HEAD~$((1 + ${between:-0}))"
cache=$work/cache/dpamt-bench
mkdir -p "$cache"
if [ -n "${tarball:-}" ]; then
	KERNEL_TREE=$tree KERNEL_TARBALL=$tarball own --own mine immediate "$range" -- immediate mine || failed "a range of make kernel-tree"
	grep -qx "mine: tree none, tarball $tarball" stdout || failed "the range is applied to another source"
	grep -qx '\[PATCH\] KVM: TDX: the second, ümlaut' stdout || failed "a commit of the range is missing"
	[ "$(sed -n '/^immediate:/,/^mine:/p' stdout | wc -l)" = 3 ] || failed "the base has other patches than its own"
	[ "$(jq -r '.base, .own_patches[0]' build/kernels/mine/info.json | paste -sd,)" = "immediate,KVM: TDX: the first" ] ||
		failed "info.json lacks the base or the patches"
	[ "$(jq -r .base build/kernels/immediate/info.json)" = null ] || failed "the base has a base"
fi

# A range of a tree on v7.3: the source is the tree as it was before.
git -C src init -q 2>stderr && git -C src add -f . && git -C src commit -qm v7.3 && git -C src tag v7.3 || failed "git"
(cd src && edit mm/gup.c '^#include' '\/* three *\/\n&' "mm: another file")
export XDG_CACHE_HOME=$work/cache KERNEL_TREE=$work/src
own --own mine immediate v7.3..HEAD -- mine || failed "a range on v7.3"
commit=$(git -C src rev-parse v7.3)
grep -qx "mine: tree none, tarball $cache/tarballs/commit-$commit.tar" stdout || failed "the source is not the tree before the range"
grep -qx '\[PATCH\] mm: another file' stdout || failed "the commit of the range is missing"
refused "there is no commit in this range" --own mine immediate HEAD..HEAD -- mine
refused "git in $work/src says: " --own mine immediate nothing..HEAD -- mine

# make hands over what it was given.
cd "$top" || exit 1
make -s -n kernels PATCH="a diff" BASE=rcu 2>/dev/null | tr -s ' \\\n' ' ' >"$work/stdout"
grep -qF "bench/kernel/own.sh --own mine rcu 'a diff' -- rcu mine" "$work/stdout" || failed "make kernels PATCH=: $(cat "$work/stdout")"
make -s -n kernels VARIANTS="immediate x+debug" PATCH_x=p BASE_x=rcu 2>/dev/null | tr -s ' \\\n' ' ' >"$work/stdout"
grep -qF "bench/kernel/own.sh --own x rcu 'p' -- immediate x+debug" "$work/stdout" || failed "make kernels PATCH_x=: $(cat "$work/stdout")"
make -n report PATCH=p 2>/dev/null | grep -qF 'run quick --variants "immediate mine" --out' || failed "make report PATCH= runs others"
exit 0
