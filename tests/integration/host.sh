#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# dpamt-bench host next: names kernel and arguments of the boots that are missing, until none is;
# --reboot boots them by kexec or GRUB, and stops at a kernel that was booted in vain. kexec, GRUB and
# systemd are programs that write down what they were given. Boots nothing.
set -u
cd "$(dirname "$0")/../.." || exit 1

. tests/work.sh

mkdir "$work/my.jobs"	# ".job" in the name of the folder, too
cat >"$work/my.jobs/two.job" <<'JOB'
[e]
question = q
expected = e
refuted_by = r
workload = teardown
options = --tds 2
variants = immediate rcu
seeds = 2
aa = no
factor.cost = low mid
factor.append = -; nocbs: rcu_nocbs=0-1
JOB
mkdir "$work/out" "$work/bin" "$work/state"
make -s install DESTDIR="$work/dest" PREFIX=/usr INSTALLED_KERNELS= INSTALLED_GUESTS= >/dev/null 2>"$work/stderr" ||
	failed "make install"
lib=$work/dest/usr/lib/dpamt-bench
bench=$work/dest/usr/bin/dpamt-bench
next() { "$bench" host next "$work/my.jobs/two.job" --out "$work/out" --state "$work/state" "$@" >"$work/stdout" 2>"$work/stderr"; }
says() { grep -qxF -- "$1" "$work/stdout" || { cat "$work/stdout" >&2; failed "it does not say: $1"; }; }
told() { grep -qF -- "$1" "$work/stderr" || failed "stderr lacks: $1"; }

# --- what is missing; nothing is written
next --module soft || failed "next"
says 'boots      0 of 16 are there'
says 'kernel     not installed'
grep -qE '^next +(immediate|rcu): 2 boots$' "$work/stdout" || failed "not the 2 boots of one kernel and its arguments"
grep -qE '^arguments +kvm_intel.tdx=1 soft_tdx=on .* soft_tdx.cost=(low|mid)( rcu_nocbs=0-1)?$' "$work/stdout" || failed "arguments"
next --module hardware || failed "next on hardware"
grep -qE '^left out +8; the first needs the software TDX module, for cost low' "$work/stdout" || failed "costs on hardware"
grep -qE '^arguments +kvm_intel.tdx=1( rcu_nocbs=0-1)?$' "$work/stdout" || failed "arguments on hardware"
[ -z "$(ls "$work/state")" ] || failed "next without --reboot wrote $(ls "$work/state")"
"$bench" host next "$work/my.jobs/two.job" 2>"$work/stderr" && failed "no --out"
told 'needs --out DIR'
"$bench" host nonsense quick 2>"$work/stderr" && failed "host nonsense"
told "'nonsense' is not understood"

# --- --reboot: no kernel; then kexec until all is there
for name in systemctl kexec grub-probe grub-mkrelpath grub-reboot; do
	printf '#!/bin/sh\necho "%s $*" >>"%s/log"\n' $name "$work" >"$work/bin/$name"
done
echo 'echo 1234-ABCD' >>"$work/bin/grub-probe"
echo 'echo /boot/dpamt-bench-next' >>"$work/bin/grub-mkrelpath"
chmod 755 "$work"/bin/*
export PATH=$work/bin:$PATH DPAMT_HOST_ROOT=$work/host
mkdir -p "$work/host"/{proc,sys/kernel,boot/grub}
echo 0 >"$work/host/sys/kernel/kexec_loaded"
echo 'BOOT_IMAGE=/vmlinuz root=/dev/vda1 ro initrd=\x quiet' >"$work/host/proc/cmdline"

next --module soft --reboot && failed "it booted a kernel that is not installed"
told 'make deb DEB_KERNELS='
for variant in immediate rcu; do
	mkdir -p "$lib/kernels/$variant"
	echo "image of $variant" >"$lib/kernels/$variant/bzImage"
done
boots=0
while next --module soft --reboot && ! grep -q '^next *nothing' "$work/stdout"; do
	boots=$((boots + 1))
	[ $boots -le 8 ] || failed "it boots more than 8 kernels"
	line=$(sed -n 's/^kexec -l //p' "$work/log" | tail -n 1)
	tail -n 1 "$work/log" | grep -qx 'systemctl kexec' || failed "the kernel is not booted"
	[ "$(grep -o dpamt_bench.host <<<"$line" | wc -l)" = 1 ] || failed "arguments of an earlier boot stay: $line"
	variant=$(sed -n 's/^next *\([^:]*\):.*/\1/p' "$work/stdout")
	cost=$(grep -o 'soft_tdx.cost=[a-z]*' <<<"$line")
	append=none
	[[ $line != *rcu_nocbs* ]] || append=nocbs
	[[ $line == "$lib/kernels/$variant/bzImage --command-line=root=/dev/vda1 ro quiet dpamt_bench.host "* ]] ||
		failed "kexec -l $line"
	echo "${line#*--command-line=}" >"$work/host/proc/cmdline"
	[ "$(paste -sd' ' "$work/state/run")" = "run $work/my.jobs/two.job --target local --out $work/out" ] || failed "what to go on with"
	for seed in 1 2; do	# the boots that this kernel makes
		dir=$work/out/runs/e-$variant-${cost#*=}-$append-s$seed
		mkdir -p "$dir" &&
			echo '{"schema": "dpamt-bench/status", "version": 1, "status": "ok"}' >"$dir/status.json"
	done
done
[ $boots = 8 ] || failed "$boots boots of kernels, not 8"
says 'boots      16 of 16 are there'
[ -z "$(ls "$work/state")" ] || failed "state is left: $(ls "$work/state")"

# --- by GRUB; then the boots are not there
rm "$work/host/sys/kernel/kexec_loaded"
rm -r "$work/out/runs/e-rcu-low-nocbs-s1"
echo 'menuentry "mine" { }' >"$work/host/boot/grub/custom.cfg"
for _ in 1 2; do
	: >"$work/log"
	next --module soft --reboot || failed "by GRUB"
	grep -qx 'grub-reboot dpamt-bench' "$work/log" || failed "no grub-reboot"
	tail -n 1 "$work/log" | grep -qx 'systemctl reboot' || failed "no reboot"
	custom=$work/host/boot/grub/custom.cfg
	[ "$(grep -c '^menuentry' "$custom")" = 2 ] || failed "custom.cfg: $(cat "$custom")"
	grep -qE '^	linux /boot/dpamt-bench-next root=/dev/vda1 ro quiet dpamt_bench.host kvm_intel.tdx=1 .*rcu_nocbs=0-1$' "$custom" ||
		failed "custom.cfg: $(cat "$custom")"
	grep -q 'search .*=root 1234-ABCD' "$custom" || failed "custom.cfg does not find the file system"
	cmp "$work/host/boot/dpamt-bench-next" "$lib/kernels/rcu/bzImage" || failed "another image"
	next --module soft --reboot && failed "it boots the same kernel again"
	told 'rcu was booted with these arguments, and its boots are not there'
	[ -z "$(ls "$work/state")" ] || failed "state is left, and the service would go on"
done

# --- kexec is there, and this kernel refuses it
rm -f "$work"/state/*
echo 0 >"$work/host/sys/kernel/kexec_loaded"
cp "$work/bin/kexec" "$work/kexec.works"
printf '#!/bin/sh\necho "kexec_load failed: Operation not supported" >&2\nexit 255\n' >"$work/bin/kexec"
: >"$work/log"
next --module soft --reboot || failed "GRUB after kexec"
told 'kexec cannot load'
grep -qx 'grub-reboot dpamt-bench' "$work/log" || failed "no grub-reboot after kexec"
tail -n 1 "$work/log" | grep -qx 'systemctl reboot' || failed "no reboot after kexec"
mv "$work/kexec.works" "$work/bin/kexec"
rm "$work"/state/*

# --- a root that only an initramfs finds
printf '#!/bin/sh\necho "$PARTUUID"\n' >"$work/bin/findmnt"
chmod 755 "$work/bin/findmnt"
echo 0 >"$work/host/sys/kernel/kexec_loaded"
for root in UUID=12-34 LABEL=system /dev/mapper/vg-root; do
	echo "BOOT_IMAGE=/vmlinuz root=$root ro quiet" >"$work/host/proc/cmdline"
	: >"$work/log"
	PARTUUID=ab-01 next --module soft --reboot || failed "root=$root"
	grep -q -- '--command-line=root=PARTUUID=ab-01 ro quiet ' "$work/log" || failed "root=$root: $(cat "$work/log")"
	rm "$work"/state/*
	: >"$work/log"
	PARTUUID='' next --module soft --reboot && failed "root=$root of no partition"
	told '/ is not on a partition of its own'
	[ ! -s "$work/log" ] || failed "it boots a kernel that finds no root: $(cat "$work/log")"
done

# --- what the service runs
mkdir "$work/lib"
cp bench/install/host-go-on "$work/lib"
printf '#!/bin/sh\nprintf "<%%s>" "$@" >>"%s/log"\necho >>"%s/log"\n' "$work" "$work" >"$work/lib/dpamt-bench"
chmod 755 "$work/lib/dpamt-bench"
printf '%s\n' run 'a job.job' --out 'x y' >"$work/state/run"
printf '%s\n' host next >"$work/state/next"
: >"$work/log"
"$work/lib/host-go-on" "$work/state" || failed "host-go-on"
[ "$(paste -sd' ' "$work/log")" = '<run><a job.job><--out><x y> <host><next>' ] || failed "host-go-on ran $(cat "$work/log")"
exit 0
