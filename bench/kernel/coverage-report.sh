#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Which lines of KVM's TDX code, the TDP MMU, the kernel's TDX code and the software module were reached?
#
# usage: coverage-report.sh KERNEL RUN|FILE...
#
# KERNEL is a kernel of `make coverage-kernel`, coverage-immediate say. RUN is a run directory that it
# made, FILE a coverage.txt; what any of them reached counts. Text on stdout: for each source file its lines
# reached of those that can be, for each function the same, functions that nobody reached, and lines not
# reached of the others. UNREACHED=no leaves out the last.
#
# A line can be reached if a block of code begins there (gcc -fsanitize-coverage=trace-pc calls the kernel
# at each). A line of an inlined function counts once, with its own function.
set -Eeuo pipefail
trap 'echo "coverage: line $LINENO failed: $BASH_COMMAND" >&2' ERR

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
die() { echo "coverage: $*" >&2; exit 1; }

[ $# -ge 2 ] || die "usage: coverage-report.sh KERNEL RUN|FILE..."
kernel=${BUILD:-$top/build}/kernels/$1
[ -r "$kernel/vmlinux" ] || die "there is no $kernel/vmlinux; run 'make coverage-kernel'"
kernel=$(realpath "$kernel")
name=$1
shift
for tool in objdump addr2line; do
	command -v $tool >/dev/null || die "$tool is missing; install binutils"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for from; do
	[ ! -d "$from" ] || from=$from/coverage.txt
	[ -r "$from" ] || die "$from cannot be read: it is no run of a kernel of 'make coverage-kernel'"
	cat "$from"
done | sort -u >"$work/reached"

# sites: "ADDRESS FUNCTION FILE LINE" of each call, the address being where it returns to. Half a minute, so
# it is kept beside the kernel.
if [ ! -s "$kernel/coverage-sites" ]; then
	objdump -d --no-show-raw-insn "$kernel/vmlinux" |
		awk '	called && /^ *[0-9a-f]+:/ { sub(/:.*/, ""); sub(/^ */, ""); print; called = 0 }
			/call .*<__sanitizer_cov_trace_pc>/ { called = 1 }' >"$work/addresses"
	[ -s "$work/addresses" ] || die "nothing in $kernel/vmlinux is instrumented"
	# The call itself, not what follows it. addr2line prints function and place, a line each.
	while read -r address; do printf '0x%x\n' $((0x$address - 1)); done <"$work/addresses" |
		addr2line -f -e "$kernel/vmlinux" | paste - - | paste "$work/addresses" - |
		sed -E 's/ \(discriminator [0-9]+\)$//; s,\t[^\t]*/trees/[0-9a-f]+/,\t,; s/:([0-9?]+)$/\t\1/' >"$work/sites"
	mv "$work/sites" "$kernel/coverage-sites"
fi

# "FILE LINE FUNCTION REACHED" of each line, in order. Headers are not what is asked for.
awk -F '\t' -v OFS='\t' '
	NR == FNR { reached[$1] = 1; next }
	$3 !~ /^arch\/x86\/(kvm|virt)\/.*\.c$/ || $4 !~ /^[0-9]+$/ { next }
	{ line = $3 OFS $4; function_of[line] = $2; hit[line] += ($1 in reached) }
	END { for (line in hit) print line, function_of[line], (hit[line] > 0) }
	' "$work/reached" "$kernel/coverage-sites" | sort -t "$(printf '\t')" -k1,1 -k2,2n >"$work/lines"
[ -s "$work/lines" ] || die "no line of KVM or of TDX is instrumented in $kernel/vmlinux"

awk -F '\t' -v name="$name" '
	{ lines[$1]++; hits[$1] += $4; all++; hit += $4; if (!($1 in order)) { order[$1] = ++files; file[files] = $1 } }
	function share(part, whole) { return sprintf("%d of %d lines (%d %%)", part, whole, 100 * part / whole) }
	END {
		printf "%s: %s reached\n\n", name, share(hit, all)
		for (i = 1; i <= files; i++) printf "%-45s %s\n", file[i], share(hits[file[i]], lines[file[i]])
	}' "$work/lines"

# From the first line of a function that can be reached.
awk -F '\t' -v OFS='\t' '
	{ f = $1 OFS $3; if (!(f in n)) { order[++functions] = f; first[f] = $2 }
	  n[f]++; hit[f] += $4; if (!$4) left[f] = left[f] " " $2 }
	END {
		for (i = 1; i <= functions; i++) { f = order[i]; print f, first[f], hit[f], n[f], substr(left[f], 2) }
	}' "$work/lines" >"$work/functions"
echo
echo 'Functions that nobody reached:'
awk -F '\t' '!$4 { if ($1 != file) print "  " (file = $1); printf "    %s (from line %d, lines: %d)\n", $2, $3, $5; n++ }
	END { if (!n) print "  none" }' "$work/functions"
[ "${UNREACHED:-yes}" = yes ] || exit 0
echo
echo 'Functions reached in part: lines reached of those that can be, lines not reached:'
awk -F '\t' '$4 && $4 < $5 { if ($1 != file) print "  " (file = $1); printf "    %-40s %d of %d: %s\n", $2, $4, $5, $6 }' \
	"$work/functions"
