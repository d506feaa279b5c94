#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# An empty Debian in a VM gets the packages, and `dpamt-bench host next --reboot` makes an experiment
# over several kernels, without a checkout: Debian's kernel boots the first one by kexec, each one the
# next. All boots must be there. Downloads a Debian of the running release from the places that apt is
# set up with; no part of `make check`. It takes root, 3 GB of disk, 3 CPU minutes (5 of BOOT=grub) and
# 5 to 20 minutes on two CPUs that others use as well; debootstrap takes 84 CPU seconds more and 120 MB of downloads.
#
# usage: make deb HOST_TDX=soft DEB_KERNELS="immediate rcu" [KERNEL_CONFIG=tests/host-vm.config] && tests/host-vm.sh [DIR]
#
# BOOT=grub: Debian and the kernels are booted by GRUB from a disk with a partition, and / is found by its UUID,
# as on a machine that was installed; kexec-tools is not there.
# KERNEL_CONFIG=tests/host-vm.config leaves out drivers that the VM does not use: half of the build.
#
# DIR gets the disk, the console, the results and debian.tar, which the next run takes; without it they are removed at the end.
set -u
cd "$(dirname "$0")/.." || exit 1

. tests/work.sh
dir=${1:-$work}
BOOT=${BOOT:-kexec}
case $BOOT in
kexec|grub) ;;
*) echo "host-vm.sh: BOOT=$BOOT: it is kexec or grub" >&2; exit 2 ;;
esac
mkdir -p "$dir" || exit 1

[ "$(id -u)" = 0 ] || { echo "host-vm.sh: debootstrap needs root" >&2; exit 1; }
for tool in debootstrap mkfs.ext4 debugfs sfdisk qemu-system-x86_64 jq; do
	command -v $tool >/dev/null || { echo "host-vm.sh: $tool is missing; install debootstrap, e2fsprogs, fdisk, qemu-system-x86, jq" >&2; exit 1; }
done
debs=()
for package in dpamt-bench dpamt-bench-kernel-immediate dpamt-bench-kernel-rcu; do
	deb=$(ls -t build/deb/"$package"_*.deb 2>/dev/null | head -n 1)
	[ -n "$deb" ] || { echo 'host-vm.sh: no package '"$package"'; first: make deb HOST_TDX=soft DEB_KERNELS="immediate rcu"' >&2; exit 1; }
	debs+=("$deb")
done
for kernel in immediate rcu; do
	dpkg-deb --fsys-tarfile "$(ls -t build/deb/dpamt-bench-kernel-${kernel}_*.deb | head -n 1)" |
		tar -xO "./usr/lib/dpamt-bench/kernels/$kernel/config" | grep -q '^CONFIG_VIRTIO_BLK=y' ||
		{ echo "host-vm.sh: the package of $kernel has no drivers for disks; make deb HOST_TDX=soft" >&2; exit 1; }
done

# --- a Debian with systemd and a kernel of its own
say() { echo "host-vm: $(date +%T) $*" >&2; }
root=$dir/root
site=$(apt-get indextargets --format '$(CREATED_BY) $(ORIGIN) $(LABEL) $(COMPONENT) $(REPO_URI)' |
	awk '$1 == "Packages" && $2 == "Debian" && $3 == "Debian" && $4 == "main" { print $5; exit }')
[ -n "$site" ] || { echo "host-vm.sh: apt knows no place of Debian's; apt-get update" >&2; exit 1; }
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
if [ ! -e "$dir/debian.tar" ]; then
	say "debootstrap $suite"
	debootstrap --variant=minbase --include=systemd-sysv,udev,kmod,kexec-tools,linux-image-amd64 \
		"$suite" "$root" "$site" >"$dir/debootstrap.log" 2>&1 || { tail "$dir/debootstrap.log" >&2; failed "debootstrap"; }
	tar -C "$dir" -cf "$dir/debian.tar.new" root && mv "$dir/debian.tar.new" "$dir/debian.tar" || exit 1
fi
rm -rf "$root"
tar -C "$dir" -xf "$dir/debian.tar" || failed "$dir/debian.tar"
cp "${debs[@]}" "$root/tmp"
say "installing ${debs[*]##*/}"
DEBIAN_FRONTEND=noninteractive chroot "$root" sh -c 'apt-get install -y --no-install-recommends /tmp/dpamt-bench*.deb' \
	>"$dir/install.log" 2>&1 || { tail "$dir/install.log" >&2; failed "apt-get install"; }
rm "$root"/tmp/*.deb
echo host-vm >"$root/etc/hostname"

# A busy machine makes the TSC look unstable and the timer look dead: no_timer_check.
arguments="console=ttyS0 panic=-1 tsc=reliable no_timer_check"
disk=/dev/vda
if [ $BOOT = grub ]; then
	disk=/dev/vda1
	DEBIAN_FRONTEND=noninteractive chroot "$root" sh -c 'apt-get remove -y kexec-tools && apt-get install -y --no-install-recommends grub-pc' \
		>>"$dir/install.log" 2>&1 || { tail "$dir/install.log" >&2; failed "apt-get install grub-pc"; }
	cat >"$root/etc/default/grub" <<-GRUB
	GRUB_DEFAULT=saved
	GRUB_TIMEOUT=0
	GRUB_TERMINAL=serial
	GRUB_CMDLINE_LINUX="$arguments"
	GRUB
	# Done by Debian in its first boot, which is not GRUB's.
	cat >"$root/etc/systemd/system/grub.service" <<-UNIT
	[Unit]
	After=multi-user.target
	ConditionPathExists=!/boot/grub/grub.cfg
	[Service]
	Type=oneshot
	ExecStart=/usr/sbin/grub-install /dev/vda
	ExecStart=/usr/sbin/update-grub
	ExecStopPost=/bin/systemctl --no-block poweroff
	StandardOutput=journal+console
	StandardError=journal+console
	[Install]
	WantedBy=default.target
	UNIT
	chroot "$root" systemctl -q enable grub.service || failed "grub.service"
fi
echo "$disk / ext4 defaults 0 1" >"$root/etc/fstab"

# Four kernels with arguments: two variants, as booted and with offloaded callbacks.
cat >"$root/root/two.job" <<'JOB'
[e]
question = Does each kernel make its boots?
expected = yes
refuted_by = a boot that is missing
workload = teardown
options = --tds 2 --mem 8
variants = immediate rcu
seeds = 2
aa = no
factor.append = -; nocbs: rcu_nocbs=0-1
JOB
cat >"$root/etc/systemd/system/first.service" <<UNIT
[Unit]
Description=What a user types once
After=multi-user.target
ConditionPathExists=!/root/results
$([ $BOOT = kexec ] || echo ConditionKernelCommandLine=BOOT_IMAGE)
[Service]
Type=oneshot
ExecStart=/bin/mkdir /root/results
ExecStart=/usr/bin/dpamt-bench host next /root/two.job --out /root/results --module soft --reboot
ExecStopPost=/bin/sh -c '[ -e /var/lib/dpamt-bench/next ] || systemctl --no-block poweroff'
StandardOutput=journal+console
StandardError=journal+console
[Install]
WantedBy=default.target
UNIT
mkdir -p "$root/etc/systemd/system/dpamt-bench-host.service.d"
cat >"$root/etc/systemd/system/dpamt-bench-host.service.d/end.conf" <<'UNIT'
[Service]
StandardOutput=journal+console
StandardError=journal+console
# Nothing is left to be booted.
ExecStopPost=/bin/sh -c '[ -e /var/lib/dpamt-bench/next ] || { dpamt-bench report /root/results >/root/results/report.txt; systemctl --no-block poweroff; }'
UNIT
chroot "$root" systemctl -q enable first.service || failed "first.service"

say "making the disk"
rm -f "$dir/disk"
truncate -s 3G "$dir/disk"
offset=0
if [ $BOOT = grub ]; then
	offset=1048576
	echo "start=$((offset / 512)), type=83" | sfdisk -q "$dir/disk" || failed "sfdisk"
fi
mkfs.ext4 -q -d "$root" -E offset=$offset "$dir/disk" $(((3 * 1024 * 1024 * 1024 - offset) / 1024))k || failed "mkfs.ext4"
cp "$(ls "$root"/boot/vmlinuz-* | tail -n 1)" "$dir/vmlinuz"
cp "$(ls "$root"/boot/initrd.img-* | tail -n 1)" "$dir/initrd"
rm -rf "$root"

# --- the VM, until it turns itself off; the CPU is that of bench/target/qemu.c
cpu=$(sed -n '/#define CPU_MODEL/,/[^\\]$/p' bench/target/qemu.c | grep -o '"[^"]*"' | tr -d '"\n')
vm() { # CONSOLE OPTIONS...
	local console=$1
	shift
	say "booting; console: $console"
	timeout 3000 qemu-system-x86_64 -nodefaults -display none -machine q35,hpet=off -cpu "$cpu" \
		-accel tcg,thread=multi -smp 2 -m 4096 -drive "file=$dir/disk,format=raw,if=virtio" -serial "file:$console" "$@" ||
		failed "the VM did not turn itself off; see $console"
}
debian=(-no-reboot -kernel "$dir/vmlinuz" -initrd "$dir/initrd" -append "root=$disk ro $arguments")
if [ $BOOT = grub ]; then
	vm "$dir/grub-install.log" "${debian[@]}"
	vm "$dir/console.log"
else
	vm "$dir/console.log" "${debian[@]}"
fi

say "reading the results"
rm -rf "$dir/results"	# debugfs does not write into a folder that is there
debugfs -R "rdump /root/results $dir" "$dir/disk?offset=$offset" 2>"$dir/debugfs.log" || failed "debugfs"
n=$(jq -r 'select(.status == "ok") | .status' "$dir"/results/runs/*/status.json 2>/dev/null | wc -l)
for header in "$dir"/results/runs/*/header.json; do
	jq -r '"\(.variant) \(.kernel_cmdline)"' "$header"
done | sort | uniq -c >&2
[ "$n" = 8 ] || failed "$n boots are there, not 8; see $dir/console.log"
for header in "$dir"/results/runs/*/header.json; do
	jq -e '(.factors.append == "nocbs") == (.kernel_cmdline | test(" rcu_nocbs=0-1( |$)"))' "$header" >/dev/null ||
		failed "$header: booted with another boot's arguments"
done
build/dpamt-bench report "$dir/results" >"$dir/report.txt" || failed "report"
[ -s "$dir/results/report.txt" ] || failed "no report was made inside the VM"
grep -c 'Linux version' "$dir/console.log" | sed 's/^/host-vm: kernels booted: /' >&2
echo "8 of 8 boots"
