#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Kconfig takes every option of the kernels that a machine boots from its disk: `make deb HOST_TDX=soft` and
# hardware, and what host-vm.sh leaves out. The build would say so after it has unpacked the source. Compiles nothing.
. "${0%/*}/../kernel-checkout.sh"

# The files that configuring needs, and those that patches change.
[ -z "${KERNEL_TREE:-}" ] || skip "KERNEL_TREE is set; this test wants a tarball"
kernel_source scripts
tar -C src --strip-components=1 --wildcards -xf "$tarball" '*/Kconfig*' '*/Makefile*' '*/Kbuild*' 2>stderr ||
	failed "cannot unpack $tarball"
KERNEL_TREE_FILES=all bench/kernel/tree.sh immediate >stdout 2>stderr || failed "tree.sh immediate"
tree=$(cat stdout)
export KCONFIG_CONFIG="$work/config"

# The options of FRAGMENT..., the last line of each, that the tree's Kconfig does not take: in lost
merge() {
	make -s -C "$tree" allnoconfig >stdout 2>stderr || failed "allnoconfig"
	(cd "$tree" && scripts/kconfig/merge_config.sh -m -O "$work" "$KCONFIG_CONFIG" "$@") >stdout 2>stderr || failed "merge_config.sh"
	mv "$work/.config" "$KCONFIG_CONFIG" 2>/dev/null	# where merge_config.sh writes to
	make -s -C "$tree" olddefconfig >stdout 2>stderr || failed "olddefconfig"
	lost=
	for option in $(cat "$@" | awk -F= '/^CONFIG_/ { v[$1] = $2 } END { for (k in v) print k "=" v[k] }' | sort); do
		case $option in
		*=n) ! grep -q "^${option%=n}=" "$KCONFIG_CONFIG" || lost="$lost $option" ;;
		*) grep -qxF "$option" "$KCONFIG_CONFIG" || lost="$lost $option" ;;
		esac
	done
}
takes() { # FRAGMENT...
	merge "$work/kernel-patches/config/bench.config" "$@"
	[ -z "$lost" ] || failed "with $*, Kconfig does not take:$lost"
}
install=$OLDPWD/bench/install
takes "$install/host.config"
takes "$install/host.config" "$install/hardware.config"
takes "$install/host.config" "$OLDPWD/tests/host-vm.config"
grep -q '^CONFIG_VIRTIO_BLK=y' "$KCONFIG_CONFIG" || failed "host-vm.config: no disk"

# One that cannot be.
printf '%s\n' CONFIG_XFS_ONLINE_SCRUB=y >"$work/scrub"
merge "$work/kernel-patches/config/bench.config" "$install/host.config" "$work/scrub"
[ "$lost" = " CONFIG_JUMP_LABEL=n" ] || failed "online scrub, which selects JUMP_LABEL, lost '$lost'"
