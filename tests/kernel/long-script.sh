#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A guest does 17 operations, none of which leaves it. After 16 the software TDX module lets an interrupt
# take it out, and KVM must enter it again: the script ends as any other, nobody warns, and the vCPU runs
# another script.
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu}
need $variants
# The first script's page is not mapped yet: an EPT violation more.
cat >"$work/want" <<EOF
operations 0 done 0 | KVM_EXIT_IO, port 0xf4 | entries 2
operations 17 done 17 | KVM_EXIT_IO, port 0xf4 | entries 2
operations 0 done 0 | KVM_EXIT_IO, port 0xf4 | entries 1
warnings 0
EOF
for v in $variants; do
	prints_wanted $v long_script
	echo "$v: a script of 17 operations without an exit is run in two entries"
done
