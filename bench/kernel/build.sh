#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Build the kernel of each variant.
#
# usage: build.sh VARIANT[+FLAVOUR]...
#
# VARIANT is a file of kernel-patches/series, FLAVOUR a Kconfig fragment of
# kernel-patches/config that is merged after bench.config: rcu, rcu+debug. Or it is
# layoutSEED, which moves text and data: rcu+layout1.
#
# One source tree gets the patches that all variants share and is built once. For each
# variant its own patches are applied, the tree is built incrementally and reset. The
# results are kept below ${XDG_CACHE_HOME:-~/.cache}/dpamt-bench, under names made from
# the contents they depend on, so that nothing stale is used. Leaves build/kernels/VARIANT[+FLAVOUR]/{bzImage,config,info.json} and
# build/kernels/headers (user-space headers) in the checkout.
#
# KERNEL_TARBALL=FILE  source tarball to use; KERNEL_TREE=DIR  source tree to
# use (left alone, a copy is built); KERNEL_CONFIG=FILE  Kconfig fragment to
# merge after the project's own.
set -Eeuo pipefail
# Report every command that fails.
trap 'echo "kernels: ${BASH_SOURCE[0]##*/} line $LINENO failed: $BASH_COMMAND" >&2' ERR

here=$(cd "$(dirname "$0")" && pwd)
jobs=$(nproc)
# Kernels that differ only in their patches must not differ in their banner.
export KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 2026' KBUILD_BUILD_VERSION=1
export KBUILD_BUILD_USER=dpamt KBUILD_BUILD_HOST=bench LOCALVERSION=

for part in common source series patch layout; do . "$here/$part.sh"; done
# The scripts that decide what is built.
scripts=("$here"/{build,cc,common,source,series,patch}.sh)

[ $# -gt 0 ] || die "usage: build.sh VARIANT[+FLAVOUR]...; variants: $(cd "$patches/series" && echo *)"
for name; do
	variant_check "${name%%+*}"
	series_check "${name%%+*}"
	case $name in
	*+*) [ -f "$patches/config/${name#*+}.config" ] || layout_seed "${name#*+}" >/dev/null ||
		die "no flavour '${name#*+}'; kernel-patches/config has: $(cd "$patches/config" && echo *.config), and layoutSEED moves text and data" ;;
	esac
done
for tool in gcc make git flex bison bc tar sha256sum flock; do
	command -v $tool >/dev/null || die "$tool is missing; run 'make deps'"
done

exec 9>"$cache/lock"
flock -n 9 || { say "waiting for another build to finish"; flock 9; }

# make, with its output in a log; on failure prints the errors and the log's name.
kmake() { # LOG ARGS...
	local log=$1; shift
	if make -C "$tree" -j"$jobs" ${CC_ARG:+"$CC_ARG"} "$@" >"$log" 2>&1; then
		return
	fi
	grep -nE -A3 '(error|Error|undefined reference|No space left)[: ]' "$log" | head -n 20 >&2 || :
	die "make $* failed; the whole log is $log"
}

CC_ARG=
if command -v ccache >/dev/null; then
	# The compiler's own list of headers saves a run of the preprocessor.
	export CCACHE_DIR=$cache/ccache CCACHE_MAXSIZE=2G CCACHE_DEPEND=1
	# A path in the cache: with its path in this checkout, another checkout would rebuild the tree.
	install -m 755 "$here/cc.sh" "$cache/cc.sh"
	CC_ARG=CC=$cache/cc.sh
fi

source_id=$(source_identify)
# Once for all kernels: it takes seconds.
base_id=$(patch_contents $(base_series) | key_of)
[ -r "${KERNEL_CONFIG:-/dev/null}" ] || die "KERNEL_CONFIG=$KERNEL_CONFIG cannot be read"
# Set per kernel: the fragments of its configuration, in the order of merging.
fragments=()

# A tree takes 2.5 GB. Before another one is made, remove all but the two that were used
# last.
prune_trees() {
	local t
	for t in "$cache"/trees/*/; do
		[ -e "$t/.dpamt-base" ] || rm -rf "$t"	# its build was interrupted
	done
	{ ls -1dt "$cache"/trees/*/.dpamt-base 2>/dev/null || :; } | tail -n +3 | while read -r marker; do
		rm -rf "${marker%/.dpamt-base}"
	done
}

tree=
build_base() { # sets $tree, $base_key
	local list; list=$(base_series)
	base_key=$({ echo "$source_id"; gcc --version | head -n 1
		echo "$base_id"; series_touched
		cat "${fragments[@]}" "${scripts[@]}"; } | key_of)
	tree=$cache/trees/$base_key
	if [ -e "$tree/.dpamt-base" ]; then
		git -C "$tree" reset -q --hard dpamt-base
		touch "$tree/.dpamt-base"
		return
	fi
	prune_trees

	local free_mib; free_mib=$(df -Pm "$cache" | awk 'NR == 2 { print $4 }')
	[ "$free_mib" -ge 4096 ] || die "$cache has $free_mib MiB free, a kernel tree needs 4096"
	rm -rf "$tree"
	mkdir -p "$tree"
	say "unpacking the source"
	source_unpack "$tree"
	series_track "$tree" touched
	say "applying the patches all variants share"
	series_apply "$tree" $list
	git -C "$tree" tag dpamt-base
	kmake "$cache/log/config-$base_key.log" -s allnoconfig
	(cd "$tree" && scripts/kconfig/merge_config.sh -m -O . .config "${fragments[@]}") \
		>>"$cache/log/config-$base_key.log" 2>&1 ||
		die "merging the configuration failed; see $cache/log/config-$base_key.log"
	kmake "$cache/log/config-$base_key.log" -s olddefconfig
	config_check
	say "building what all variants share (minutes; log $cache/log/base-$base_key.log)"
	kmake "$cache/log/base-$base_key.log" bzImage
	kmake "$cache/log/headers-$base_key.log" headers
	touch "$tree/.dpamt-base"
}

# The last line of each option.
settled() { sed -n 's/^\(CONFIG_[A-Za-z0-9_]*\)=/\1 /p' | awk '{ v[$1] = $2 } END { for (k in v) print k "=" v[k] }'; }

# Fail if Kconfig dropped an option of the fragments.
config_check() {
	local line lost=
	while read -r line; do
		case $line in
		CONFIG_*=n) ! grep -q "^${line%=n}=" "$tree/.config" || lost+=" $line" ;;
		CONFIG_*) grep -qxF "$line" "$tree/.config" || lost+=" $line" ;;
		esac
	done < <(cat "${fragments[@]}" | settled)
	[ -z "$lost" ] || die "this source's Kconfig does not take:$lost"
}

json_list() { awk '{ printf "%s\"%s\"", (NR > 1 ? ", " : ""), $0 }'; }

write_info() { # VARIANT LAYOUT_SEED FILE
	local list; list=$(series_patches "$1")
	cat >"$3" <<-EOI
	{
	  "variant": "$1",
	  "layout_seed": ${2:-null},
	  "kernel_release": "$(cat "$tree/include/config/kernel.release")",
	  "source": "$(source_name)",
	  "source_sha256": "$source_id",
	  "series_sha256": "$(for p in $list; do patch_mail "$p"; done | sha256sum | cut -d' ' -f1)",
	  "config_sha256": "$(sha256sum <"$tree/.config" | cut -d' ' -f1)",
	  "compiler": "$(gcc --version | head -n 1)",
	  "patches": [$(echo "$list" | json_list)],
	  "patch_ids": [$(for p in $list; do patch_mail "$p" | git patch-id --stable; done | cut -d' ' -f1 | json_list)]
	}
	EOI
}

build_kernel() { # VARIANT[+FLAVOUR]
	local name=$1 variant=${1%%+*} flavour= seed= build_key out
	case $name in *+*) flavour=${name#*+} ;; esac
	if seed=$(layout_seed "$flavour"); then flavour=; fi
	fragments=("$patches/config/bench.config"
		${flavour:+"$patches/config/$flavour.config"} ${KERNEL_CONFIG:+"$KERNEL_CONFIG"})
	build_key=$({ echo "$source_id"; gcc --version | head -n 1
		echo "$base_id"; patch_contents $(policy_series "$variant")
		[ -z "$seed" ] || cat "$here/layout.sh"
		cat "${fragments[@]}" "${scripts[@]}"; } | key_of)
	out=$cache/kernels/$name-$build_key
	if [ ! -e "$out/info.json" ]; then
		build_base
		say "building $name"
		series_apply "$tree" $(policy_series "$variant")
		[ -z "$seed" ] || layout_apply "$tree" "$seed"
		kmake "$cache/log/$name-$build_key.log" bzImage
		rm -rf "$out.new"
		mkdir -p "$out.new"
		cp "$tree/arch/x86/boot/bzImage" "$out.new/bzImage"
		cp "$tree/.config" "$out.new/config"
		cp -r "$tree/usr/include" "$out.new/headers"
		write_info "$variant" "$seed" "$out.new/info.json"
		git -C "$tree" reset -q --hard dpamt-base
		rm -rf "$out"
		mv "$out.new" "$out"
	else
		say "$name is built already"
	fi
	mkdir -p "$top/build/kernels"
	ln -sfn "$out" "$top/build/kernels/$name"
	ln -sfn "$out/headers" "$top/build/kernels/headers"
}

for name; do build_kernel "$name"; done
