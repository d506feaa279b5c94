#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The command of experiment real-guests: two unmodified guests at once, up to OVMF's shell, then torn down at once. Each
# leaves its console, and result.json says how many there were. What it does not know it refuses.
#
# TD_VARIANTS  other kernels: a guest finds the same module in each
. "${0%/*}/lib.sh"

variants=${TD_VARIANTS:-immediate}
need $variants
need_td_guests firmware
tests/td-guests/archive.sh "$root" "$work/td.cpio" 2>"$work/stderr" || failed "archive.sh"
# One guest of 256 MiB and 4 MiB of firmware, as SOFT-TDX.md has it.
tables=133

for v in $variants; do
	good "$v" "$v" --cpus 2 --mem 2G --timeout 900 --root "$work/td.cpio" -- sh /td/many-in-vm.sh --guests 2
	jq -e '.verify == "ok" and .tds == 2 and .vcpus == 1 and .guests.up_ms > 1000 and .guests.gone_ms >= 10' \
		"$work/$v/result.json" >/dev/null || failed "$v: result.json: $(cat "$work/$v/result.json")"
	for guest in 1 2; do
		grep -aq 'UEFI Interactive Shell' "$work/$v/$guest-guest-console.txt" || failed "$v: guest $guest was not up"
	done
	[ "$(count "$v" spt_allocated_pages)" -eq $((2 * tables)) ] ||
		failed "$v: $(count "$v" spt_allocated_pages) S-EPT pages, not $((2 * tables))"
	echo "$v: $(cat "$work/$v/stdout.txt" | tail -1)"
done

for wrong in '--guests 0' '--guests' '--boot windows' '--boot' '--disks 2'; do
	boot "$v" wrong --mem 1G --timeout 300 --root "$work/td.cpio" -- sh /td/many-in-vm.sh $wrong
	[ $status -eq 2 ] || failed "$wrong ended with status $status"
	grep -q "many-in-vm.sh: ${wrong%% *}" "$work/stderr" || failed "$wrong: nobody says what is wrong"
	rm -rf "$work/wrong"
done
exit 0
