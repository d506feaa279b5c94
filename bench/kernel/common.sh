# SPDX-License-Identifier: GPL-2.0
#
# Sourced by the scripts of this folder: where things are, messages, git.
#
# Sets $top (the checkout), $patches (kernel-patches) and $cache; expects $here.

top=$(cd "$here/../.." && pwd)
patches=$top/kernel-patches
# Without HOME (a service, a container): the home directory of the account.
cache=${XDG_CACHE_HOME:-${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}/.cache}/dpamt-bench
# Keys of the cache must not depend on the order in which a language sorts.
export LC_ALL=C
mkdir -p "$cache/trees" "$cache/kernels" "$cache/log"

die() { echo "kernels: $*" >&2; exit 1; }
say() { if [ -t 2 ]; then echo "kernels: $*" >&2; fi; }
key_of() { sha256sum | cut -c1-16; }

# git in a kernel tree, without the user's configuration, which could change its output.
kgit() { # TREE ARGS...
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 git -C "$@"
}

variant_check() { # VARIANT
	[ -n "$1" ] && [ -f "$patches/series/$1" ] ||
		die "no variant '$1'; kernel-patches/series has: $(cd "$patches/series" && echo *)"
}
