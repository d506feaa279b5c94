#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# tests/kernel/ERROR-PATHS.md has a row for each error exit of KVM's TDX code, and none that the source does
# not have. The source is that of the series immediate; nothing is compiled. A function that is new there needs
# rows, or a place in the list of those left out.
. "${0%/*}/../kernel-checkout.sh"

table=$OLDPWD/tests/kernel/ERROR-PATHS.md
git init -q . && echo /build >.git/info/exclude
kernel_source
bench/kernel/tree.sh immediate >stdout 2>stderr || failed "tree.sh immediate"

source=build/kernel-tree/immediate/arch/x86/kvm/vmx/tdx.c

# Functions whose exits the table does not have: they look things up, or enter a guest and emulate its exits.
cat >excluded <<EOF
tdx_prepare_switch_to_guest tdx_prepare_switch_to_host tdx_emulate_vmcall tdx_complete_vmcall_map_gpa
tdx_map_gpa tdx_mmio_write tdx_mmio_read tdx_emulate_mmio handle_tdvmcall
tdx_is_sept_violation_unexpected_pending tdx_handle_ept_violation __tdx_handle_exit tdx_get_msr tdx_set_msr
EOF

# exits FILE : "FUNCTION EXIT #N", #N where a function has it more than once. An exit is a goto, a return
# of an error, of what another function returned or from the midst of a function, a *_BUG_ON() whose result
# nobody asks for, an error number that is returned later. One that precedes a goto is part of it.
exits() {
	awk -v functions="$(cat excluded)" '
	BEGIN { n = split(functions, list); for (i = 1; i <= n; i++) excluded[list[i]] = 1 }
	function flush_errno() { if (errno) add(errno); errno = "" }
	# The last statement of a function, or before its labels, is the way out of others.
	function flush_return() { if (passed && $0 !~ /^(}|[a-z_]+:)/) add(passed); passed = "" }
	function add(text) {
		if (name in excluded) { has_exit[name] = 1; return }
		site[++sites] = name " " text; count[name " " text]++
	}
	/^[a-z].*\(/ && !/;$/ {
		name = $0; sub(/\(.*/, "", name)
		returns_int = name ~ /^(static )?int /
		sub(/.*[ *]/, "", name)
	}
	/[^ \t]/ { flush_return() }
	/^}/ { flush_errno(); name = "" }
	name {
		text = $0; gsub(/^[ \t]+/, "", text); sub(/;.*/, "", text)
		if (text ~ /^(ret|r) = (-E|gmem_ret)/) {
			flush_errno(); errno = text
		} else if (text ~ /^goto /) {
			code = errno; sub(/.*= /, "", code)
			add((code ? code " " : "") text); errno = ""
		} else if (text == "}" || text == "break") {
			flush_errno()
		} else if (text == "return" || text ~ /^return (-E|NULL|!|PTR_ERR)/) {
			add(text)
		} else if (text ~ /^return (ret|r)$/) {
			passed = text
		} else if (returns_int && text ~ /^return [a-z_]+\(/) {
			sub(/\(.*/, "()", text); add(text)
		} else if (text ~ /^(TDX|KVM)_BUG_ON.*\)$/ && $0 ~ /;$/) {
			sub(/\(.*/, "", text); add(text)
		}
	}
	END {
		for (i = 1; i <= sites; i++) {
			s = site[i]
			print s (count[s] > 1 ? " #" ++nth[s] : "")
		}
		for (f in excluded) if (!(f in has_exit)) print "no exit in " f
	}' "$1"
}
exits "$source" | sort >in-source
! grep '^no exit in' in-source >stderr || failed "functions of the list that the source has not, or without an exit"
[ "$(wc -l <in-source)" -gt 100 ] || failed "the source has $(wc -l <in-source) exits only"
sed -n 's/^| \([a-z_]*\) | `\([^`]*\)` |.*/\1 \2/p' "$table" | sort -u >in-table
diff in-source in-table >stderr || failed "exits of the source (<) and rows of tests/kernel/ERROR-PATHS.md (>) differ; add or rename rows"
# A row that is not tested says why.
grep -n '| - | *| *| *|$' "$table" | grep -v '| [^|]*[a-z][^|]* | - |' >stderr && failed "rows without a test and a reason"
exit 0
