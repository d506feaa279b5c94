#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Runs inside the VM of dpamt-bench, from an archive of archive.sh: the command of experiments with real guests. Starts TDs
# with an unmodified QEMU and OVMF, each as run-in-vm.sh has it. When all of them are up, all are torn down at once. Guest
# N's console goes to $RESULTS_DIR/N-guest-console.txt.
#
# --guests N	how many at once (default: 1)
# --vcpus N	of each (default: 1)
# --mem MIB	of each (default: 256)
# --boot WHAT	firmware (default): OVMF, up to its shell; linux: Debian's kernel, up to user space; disk: the same with
#		a virtio disk, up to 16 MiB written and read back
#
# usage: many-in-vm.sh [OPTIONS]
set -u
die() { echo "many-in-vm.sh: $*" >&2; exit 2; }

guests=1 vcpus=1 mem=256 boot=firmware
while [ $# -gt 0 ]; do
	case $1 in
	--guests|--vcpus|--mem)
		case ${2:-} in ''|0|*[!0-9]*) die "$1 ${2:-}: must be a number from 1 on" ;; esac
		;;
	esac
	case $1 in
	--guests) guests=$2 ;;
	--vcpus) vcpus=$2 ;;
	--mem) mem=$2 ;;
	--boot) boot=${2:-}; [ $# -gt 1 ] || die "--boot: must be firmware, linux or disk" ;;
	*) die "$1: there is no such option" ;;
	esac
	shift 2
done
here=$(cd "${0%/*}" && pwd)
linux="-kernel $here/vmlinuz -initrd $here/initramfs.cpio"
disk=
set -- -m "$mem" -smp "$vcpus"
case $boot in
firmware)
	word='UEFI Interactive Shell'
	;;
linux|disk)
	[ -r "$here/vmlinuz" ] || die "--boot $boot: the archive has no Linux; tests/td-guests/root.sh linux fetches it"
	set -- "$@" $linux -append 'console=ttyS0 stay'
	word='guest: user space'
	[ "$boot" = linux ] || { word='guest: disk, 16 MiB there and back' disk=1; }
	;;
*) die "--boot $boot: must be firmware, linux or disk" ;;
esac

uptime_ms() {
	read -r now _ </proc/uptime
	echo $((${now%.*} * 1000 + 1${now#*.}0 - 1000))
}

together=$(mktemp -d)
mkfifo "$together/there" || exit 1
exec 9<>"$together/there"
# What a trace says counts from here, as of a workload.
[ ! -w /sys/kernel/tracing/trace_marker ] || echo 'dpamt start' >/sys/kernel/tracing/trace_marker
start=$(uptime_ms)
pids=
for i in $(seq "$guests"); do
	mkfifo "$together/gate$i" || exit 1
	file=$together/disk$i
	[ -z "$disk" ] || truncate -s 16M "$file"
	TOGETHER=$together GATE=$together/gate$i PREFIX=$i- sh "$here/run-in-vm.sh" "$here" "$word" "$@" \
		${disk:+-drive "if=none,id=disk,format=raw,file=$file" \
		-device virtio-blk-pci,drive=disk,disable-legacy=on,iommu_platform=on} 9>&- &
	pids="$pids $!"
done
# One that fails is there, too, and needs no gate.
there=
for i in $pids; do
	read -r which <&9
	there="$there $which"
done
up=$(uptime_ms)
for which in $there; do [ "$which" = failed ] || echo >"$which"; done
failed=0
for i in $pids; do wait "$i" || failed=1; done
gone=$(uptime_ms)
rm -rf "$together"
[ $failed -eq 0 ] || exit 1
echo "$guests guests were up after $((up - start)) ms, and gone $((gone - up)) ms later"
cat >"$RESULTS_DIR/result.json" <<EOF
{"schema": "dpamt-bench/workload", "version": 1, "workload": "guests", "verify": "ok", "tds": $guests, "vcpus": $vcpus,
 "guests": {"up_ms": $((up - start)), "gone_ms": $((gone - up))}}
EOF
