#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Every error exit of KVM's TDX code, reached on purpose: ERROR-PATHS.md says how, and what is to come of
# it; guest/error_paths.c does it and compares. Rows of allocations that fail run where VARIANT+debug was
# built. Variants that change the code of the table are left out.
#
# ERROR_PATHS_VARIANTS  other kernels, one of `make coverage-kernel` say
. "${0%/*}/lib.sh"

variants=${ERROR_PATHS_VARIANTS:-immediate rcu}
need $variants

# A copy: rows are known by their line.
place=$work
[ -n "$visible" ] || ! hidden_in_vm "$work" || :	# sets visible
[ -z "$visible" ] || place=$visible
cp tests/kernel/ERROR-PATHS.md "$place/table.md"
table=$place/table.md
# So many that a test can use them all.
keyids='soft_tdx.keyids=64'

lines() { "$BUILD/tests/kernel/error_paths" "$table" "$1"; }

# rows NAME DIR OPTIONS... -- ARGS...|ARGS... : a boot; each list of arguments is a run of error_paths
rows() {
	name=$1 dir=$2 options=
	shift 2
	while [ "$1" != -- ]; do options="$options $1"; shift; done
	shift
	script="dmesg -n 1; s=0"
	for args; do script="$script; \$P/error_paths $table $args || s=1"; done
	inside $name $dir "$script; exit \$s" --append "$keyids" $options
	! grep '^WRONG' "$work/stdout" >"$work/stderr" || failed "$dir: not as ERROR-PATHS.md says"
	# A boot that left something with the TDX module does not balance.
	[ $status -eq 0 ] || [ $status -eq 126 ] || failed "$dir: it ended with status $status"
	ran=$(awk -v n=$# '/^rows [0-9]* wrong 0$/ { rows += $2; n-- } END { print n ? "no end" : rows }' "$work/stdout")
	[ "$ran" != 'no end' ] || failed "$dir: not all of it ran: $(cat "$work/stdout")"
	total=$((total + ran))
}

# boots NAME : rows that are a boot with other arguments. KVM comes up without TDX.
boots() {
	for line in $(lines boot); do
		append=$(sed -n "${line}s/.*\`boot \\([^\`]*\\)\`.*/\\1/p" "$table")
		told=$(sed -n "${line}s/.*\`boot [^\`]*\` | \\([^|]*\\) |.*/\\1/p" "$table")
		boot $1 $1-line$line --mem 512M --timeout 300 --append "$append" -- \
			sh -c 'dmesg; cat /sys/module/kvm_intel/parameters/tdx'
		grep -qF "$told" "$work/$1-line$line/stdout.txt" || failed "$1, $append: the kernel does not log: $told"
		[ "$(tail -n 1 "$work/$1-line$line/stdout.txt")" = N ] || failed "$1, $append: kvm_intel.tdx is on"
		total=$((total + 1))
	done
}

for v in $variants; do
	total=0
	rows $v $v -- call leaf
	for line in $(lines alone); do rows $v $v-line$line -- $line; done
	# The same for all: nothing of TDX runs.
	[ "$v" != "${variants%% *}" ] || boots $v
	allocations=
	if [ -r "$BUILD/kernels/$v+debug/bzImage" ]; then
		allocations=$v+debug
		rows $v+debug $v+debug --time wall -- slab page
	fi
	echo "$v: $total rows as ERROR-PATHS.md says; allocations: ${allocations:-left out, there is no $v+debug}"
done

two_packages
for v in $variants; do
	rows $v $v-packages --time wall -- $(lines packages)
done
exit 0
