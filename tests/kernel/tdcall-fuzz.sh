#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A guest that executes does TDCALLs with drawn registers, KVM handles them, a VMM answers its exits with drawn values: no
# warning, and nothing is left. Where immediate+debug or rcu+debug is built, on that one as well (KASAN, lockdep).
#
# SEED   another seed
# CALLS  TDCALLs a boot (default 3000)
. "${0%/*}/lib.sh"

variants=${VARIANTS:-immediate rcu}
need $variants
kernels=$variants
for k in immediate+debug rcu+debug; do
	[ ! -r "$BUILD/kernels/$k/bzImage" ] || kernels="$kernels $k"
done
for k in $kernels; do
	inside "$k" "$k" "\$P/tdcall_fuzz ${SEED:-1} ${CALLS:-3000} || exit" --cpus 1 --mem 1G
	[ $status -eq 0 ] || failed "$k: tdcall_fuzz ended with status $status: $(cat "$work/stderr")"
	[ "$(jq -r .conservation "$work/$k/status.json")" = ok ] ||
		failed "$k: conservation: $(jq -c .conservation_detail "$work/$k/status.json")"
	grep -q ' | warnings 0$' "$work/stdout" || failed "$k: $(cat "$work/stdout")"
	# Each kind of exit came, or the guest does not do what it should.
	! grep -oE '(TDs|port|MMIO|MapGPA|TDX|fatal error|halt|answers refused) 0\b' "$work/stdout" ||
		failed "$k: no exit of a kind: $(cat "$work/stdout")"
	echo "$k: $(cat "$work/stdout")"
done
