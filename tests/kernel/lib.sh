# SPDX-License-Identifier: GPL-2.0
#
# Shared by the tests of the kernels themselves: sourced, not run. As
# integration/lib.sh, for one kernel after another.
. "${0%/*}/../integration/lib.sh"

# need VARIANT[+FLAVOUR]... : these kernels must have been built
need() {
	for name; do
		[ -r "$BUILD/kernels/$name/bzImage" ] || {
			echo "${0##*/}: skipped, 'make kernels VARIANTS=$name' was not run" >&2
			exit 77
		}
	done
}

# variant_policy VARIANT : what its tdx_stats/policy must say, by lib/variants.c
variant_policy() {
	"$BUILD/tests/print_variants" | awk -v name="$1" '$1 == name {
		print "spt_free " $2; print "pamt_put " $3; print "pamt_lock " $4; print "also " $5 }'
}

# variants_with KEY VALUE : the variants whose policy has this line
variants_with() {
	for name in $("$BUILD/tests/print_variants" | cut -d' ' -f1); do
		! variant_policy "$name" | grep -qx "$1 $2" || echo "$name"
	done
}

# boot NAME DIR OPTIONS... -- COMMAND... : its status in $status. What code it reached, on a kernel that says
# that, is added to COVERAGE_DIR, if that is set: VARIANTS=coverage-immediate COVERAGE_DIR=DIR test.sh
boot() {
	name=$1 dir=$2
	shift 2
	# v7.3's identify_cpu() clears CPUID for a moment. An interrupt there finds no LA57, and KASAN
	# takes each address for a wild one. One boot died so, before it ran anything.
	case $name in
	*+debug)
		# --append may stand there once.
		last= appended=
		for arg; do
			shift
			[ "$last" != --append ] || { arg="no5lvl $arg"; appended=1; }
			last=$arg
			set -- "$@" "$arg"
		done
		[ -n "$appended" ] || set -- --append no5lvl "$@"
		;;
	esac
	"$bench" run --variant "$name" --out "$work/$dir" "$@" >"$work/stdout" 2>"$work/stderr"
	status=$?
	[ -z "${COVERAGE_DIR:-}" ] || [ ! -r "$work/$dir/coverage.txt" ] ||
		cp "$work/$dir/coverage.txt" "$COVERAGE_DIR/${0##*/}-$$-$dir.$name.txt"
}

# good NAME DIR OPTIONS... -- COMMAND... : must end well, with conservation
good() {
	boot "$@"
	[ $status -eq 0 ] || failed "$name: it ended with status $status: $*"
	[ "$(jq -r .conservation "$work/$dir/status.json")" = ok ] ||
		failed "$name: conservation: $(jq -c .conservation_detail "$work/$dir/status.json")"
}

# count DIR NAME : a counter after the run
count() {
	awk -v name="$2" '$1 == name { print $2; found = 1 } END { exit !found }' \
		"$work/$1/counters-after.txt" || failed "$1 has no counter $2"
}

# The programs of tests/kernel/guest, as the VM sees them.
programs=$(realpath "$BUILD")/tests/kernel
[ -x "$programs/leaf_failure" ] || failed "$programs is not built; run 'make kernel-test-programs'"
if hidden_in_vm "$programs"; then
	cp -r "$programs/." "$visible"
	programs=$visible
fi

# inside NAME DIR SCRIPT [OPTIONS...] : a shell script in the VM, $P is where the programs are.
# Warnings are expected there, and counted by the programs: a script that says "dmesg -n 1" first keeps
# them off the console, which would end the boot.
inside() {
	name=$1 dir=$2 text=$3
	shift 3
	case " $* " in *" --mem "*) ;; *) set -- --mem 512M "$@" ;; esac
	case " $* " in *" --timeout "*) ;; *) set -- --timeout 600 "$@" ;; esac
	boot "$name" "$dir" "$@" -- \
		sh -c "P=$programs; $text
		dmesg >\$RESULTS_DIR/dmesg.txt"
}

# two_packages : from here on each CPU of a VM is a package of its own. dpamt-bench has no option for that.
two_packages() {
	qemu=$(command -v qemu-system-x86_64) || { echo "${0##*/}: skipped, there is no QEMU" >&2; exit 77; }
	mkdir "$work/bin"
	cat >"$work/bin/qemu-system-x86_64" <<-EOF
	#!/bin/sh
	for arg; do
		shift
		[ "\${last:-}" != -smp ] || arg=\$arg,sockets=\$arg,cores=1,threads=1
		last=\$arg
		set -- "\$@" "\$arg"
	done
	exec $qemu "\$@"
	EOF
	chmod 755 "$work/bin/qemu-system-x86_64"
	PATH=$work/bin:$PATH
}

# prints_wanted VARIANT PROGRAM [KERNEL] : a program of tests/kernel/guest prints $work/want in the VM, and ends
# well. Warnings stay off the console, the program counts them.
prints_wanted() {
	inside "$1" "$1" "dmesg -n 1; \$P/$2" ${3:+--kernel "$3"}
	diff "$work/want" "$work/stdout" >"$work/stderr" || failed "$1: expected (<) and found (>) differ"
	[ $status -eq 0 ] || failed "$1: it ended with status $status"
}

# need_td_guests firmware|linux : sets $root to what tests/td-guests/root.sh fetched
need_td_guests() {
	root=$(tests/td-guests/root.sh --cached "$1") || {
		echo "${0##*/}: skipped, 'tests/td-guests/root.sh $1' was not run" >&2
		exit 77
	}
}

# failing_leaves NAME DIR STATUS TABLE : make leaf functions return STATUS and compare with what is
# expected. A line of TABLE is "STEP LEAF NTH COUNT [PAGES] | IOCTL ERRNO | WARNINGS | LEFT", groups of
# lines are boots. Guest pages that are left must be in the module's counter of them, unless the TD kept its
# KeyID, and so its TDCS. Sets $rows to how many there were, $injected to how many calls failed.
failing_leaves() {
	# Another variant's table may have more groups.
	rm -f "$work/$2".group*
	echo "$4" | awk -v RS= -v stem="$work/$2" '{ print >(stem ".group" NR) }'
	rows=0 injected=0
	for group in "$work/$2".group*; do
		run=$2-${group##*.group}
		script=$(awk -v st="$3" -F ' [|] ' '{ split($1, c, " ")
			print "$P/leaf_failure " c[1] " " c[2] " " c[3] " " st " " c[4] " " c[5] }' "$group")
		inside "$1" "$1-$run" "dmesg -n 1
$script"
		awk -F ' [|] ' '{ split($1, c, " "); split($2, i, " "); sub("warnings ", "", $4)
			if (i[2] != c[4]) $5 = $5 " (" i[2] " calls failed)"
			print c[2], c[1], c[3], c[4] (c[5] ? " " c[5] : ""), "|", $3, "|", $4, "|", $5 }' \
			"$work/$1-$run/stdout.txt" >"$work/$run.got"
		diff "$group" "$work/$run.got" >"$work/stderr" ||
			failed "$1: expected (<) and found (>) differ"
		left=$(awk '/ guest=/ && !/ tdcx=/ { sub(/.* guest=/, ""); n += $1 } END { print n + 0 }' "$group")
		[ "$(count "$1-$run" pages_guest_left)" = "$left" ] ||
			failed "$1: pages_guest_left is $(count "$1-$run" pages_guest_left), not $left"
		rows=$((rows + $(wc -l <"$group")))
		injected=$(awk -F ' [|] ' -v n=$injected '{ split($2, i, " "); n += i[2] } END { print n }' \
			"$work/$1-$run/stdout.txt")
	done
}
