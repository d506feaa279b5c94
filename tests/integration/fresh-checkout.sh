#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A checkout without kernels: `make tools` says in one line that `make kernels` comes first, and
# `make deb DEB_KERNELS=` builds the kernels before the programs. Compiles and boots nothing.
set -u
cd "$(dirname "$0")/../.." || exit 1

. tests/work.sh

mkdir -p "$work/checkout" "$work/old/asm"
tar -c --exclude=./build --exclude=./results --exclude=./.git . | tar -x -C "$work/checkout"
cd "$work/checkout" || exit 1
: >"$work/old/asm/kvm.h"	# headers of a kernel without TDX, whatever this machine has
for goal in tools install deb build/dpamt-workload; do
	make -s $goal KHDR="$work/old" DESTDIR="$work/root" >"$work/stdout" 2>"$work/stderr" && failed "make $goal succeeds"
	[ "$(grep -c 'run .make kernels. first' "$work/stderr")" = 1 ] || failed "make $goal does not name make kernels"
	[ "$(grep -vc '^make\[[0-9]*\]: \*\*\*\|^make: \*\*\*' "$work/stderr")" = 1 ] || failed "make $goal says more than one line"
done

echo '#define KVM_X86_TDX_VM 5' >"$work/old/asm/kvm.h"
make -s kvm-headers KHDR="$work/old" >"$work/stdout" 2>"$work/stderr" || failed "headers that know TDX are refused"

# Both write to one file what they would do.
cat >bench/kernel/clock.sh <<EOF
#!/bin/sh
shift
echo "kernels \$*" >>"$work/order"
EOF
cat >"$work/cc" <<EOF
#!/bin/sh
echo programs >>"$work/order"
exit 1
EOF
chmod +x bench/kernel/clock.sh "$work/cc"
make -s deb DEB_KERNELS="immediate rcu" CC="$work/cc" >"$work/stdout" 2>"$work/stderr"
[ "$(head -n 1 "$work/order")" = "kernels immediate rcu" ] || failed "make deb begins with: $(head -n 1 "$work/order")"
grep -qx programs "$work/order" || failed "make deb builds no programs"
