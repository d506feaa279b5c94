#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Which pages does an unmodified Linux TD convert, and when? One boot in virtual time, up to 16 MiB written to a virtio
# disk and read back. A line for each phase, direction and size of a conversion: phase, seconds from the start of QEMU to
# the phase, direction, pages of a call, calls, pages in all.
#
# Needs `make kernels VARIANTS=immediate`, `make td-guests`.
#
# usage: tests/measure/conversions.sh [OPTION OF many-in-vm.sh...]
#
# VARIANT  the kernel (default: immediate)
# SEED     of the boot (default: 1)
# OUT=DIR  keep the run directory there, with the guest's console
set -eu
case " $* " in *' --guests '*|*' --boot '*) echo "conversions.sh: it is one guest, with a disk" >&2; exit 2 ;; esac
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
archive=$BUILD/td-guests.cpio
[ -r "$archive" ] || { echo "conversions.sh: there is no $archive; run 'make td-guests'" >&2; exit 1; }
. tests/work.sh
boot=${OUT:-$work/boot}

"$BUILD/dpamt-bench" run --variant "${VARIANT:-immediate}" --seed "${SEED:-1}" --cpus 3 --mem 2G --timeout 1800 --record trace \
	--root "$archive" --out "$boot" -- sh /td/many-in-vm.sh --boot disk "$@" >"$work/stdout" 2>"$work/stderr" ||
	failed "the boot"
"$BUILD/dpamt-bench" trace "$boot" >"$work/events" 2>"$work/stderr" || failed "no trace"

# A line of the guest's console begins a phase, and so does the first page that is shared.
awk '
	function begin(name) { phase = name; since[name] = $1; order[++phases] = name }
	BEGIN { phase = "QEMU"; order[phases = 1] = phase; since[phase] = 0 }
	/ print: guest / && /EFI stub: Loaded/ { begin("EFI stub") }
	/ print: guest / && /\] Linux version/ { begin("Linux boots") }
	/ print: guest / && /guest: user space/ { begin("I/O") }
	/ print: guest / && /guest: disk/ { begin("end") }
	/ tdx_convert: / {
		for (i = 1; i <= NF; i++) if (split($i, part, "=") == 2) field[part[1]] = part[2]
		if (phase == "QEMU" && field["to_private"] == 0) begin("firmware")
		calls[phase, field["to_private"], field["pages"]]++
		if (!seen[field["pages"]]++) size[++sizes] = field["pages"]
	}
	END {
		if (phase != "end") { print "conversions.sh: the trace ends in phase " phase >"/dev/stderr"; exit 1 }
		print "phase,since_s,to,pages_of_a_call,calls,pages"
		for (p = 1; p <= phases; p++) {
			any = 0
			for (private = 0; private < 2; private++) for (i = 1; i <= sizes; i++) {
				s = size[i]
				n = calls[order[p], private, s]
				if (!n) continue
				any = 1
				printf "%s,%.2f,%s,%d,%d,%d\n", order[p], since[order[p]], private ? "private" : "shared", s, n, n * s
			}
			if (!any) printf "%s,%.2f,,,0,0\n", order[p], since[order[p]]
		}
	}' "$work/events"
