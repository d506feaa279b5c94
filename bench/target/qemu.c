// SPDX-License-Identifier: GPL-2.0
/*
 * The target "qemu": a machine made up so that KVM's TDX code runs in it on
 * the software TDX module, under QEMU's TCG.
 *
 * Virtual time (-icount shift=0): one instruction is one nanosecond and the
 * machine's only clock; a boot is then a function of kernel, command and seed.
 * Nothing in argv that the guest can see may depend on the host: no path, no
 * date.
 */
#include "qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bench/rundir/rundir.h"
#include "lib/err.h"
#include "lib/text.h"

#define QEMU		"qemu-system-x86_64"

/*
 * A CPU the v7.3 TDX host code accepts and TCG can execute. Model 122 is no
 * L1TF model (those WARN with 52 physical address bits) and carries no
 * partial-write erratum. 52 bits: fewer leak EPT pages of shared GPAs at
 * teardown. x-force-features: TCG has no VMX and no MOVDIR64B, the software
 * module supplies what the kernel uses of them.
 */
#define CPU_MODEL	"max,vendor=GenuineIntel,family=6,model=122,stepping=1," \
			"phys-bits=52,x-force-features=on,+vmx,+ss,+movdir64b"

/*
 * The largest number of KeyIDs that still fits a physical address of 52 bits
 * in a 64-bit word (12 bits) less KeyID 0: as many TDs at once, less one for
 * the module itself.
 */
#define KEYIDS		4095

char *target_qemu_cmdline(const struct boot_spec *s)
{
	/*
	 * icount gives a TSC of exactly 1 GHz, and calibrating it would take
	 * its time for a slightly wrong answer. no_timer_check: the IO-APIC
	 * timer test spins, the slowest thing there is under icount.
	 */
	const char *clock = s->virtual_time ?
		" tsc=reliable tsc_early_khz=1000000 no_timer_check" : " tsc=reliable";

	/* QEMU's APIC timer counts nanoseconds. */
	return xasprintf("console=ttyS0 panic=-1 oops=panic nokaslr norandmaps%s"
			 " lapic_timer_hz=1000000000"
			 " kvm_intel.tdx=1 soft_tdx=on soft_tdx.keyids=%d soft_tdx.seed=%" PRIu64
			 " soft_tdx.cost=%s%s%s%s",
			 clock, KEYIDS, s->seed, s->cost,
			 s->record == RECORD_NONE ? " tdx_stats=off" : "", s->append[0] ? " " : "", s->append);
}

static char **add_u64(char **v, const char *name, uint64_t value)
{
	char *text = xasprintf("%" PRIu64, value);

	v = strv_add(strv_add(v, name), text);
	free(text);
	return v;
}

static char **add_all(char **v, const char *const *words)
{
	for (; *words; words++)
		v = strv_add(v, *words);
	return v;
}

char **target_qemu_argv(const struct boot_spec *s)
{
	static const char * const common[] = {
		QEMU, "-no-user-config", "-nodefaults", "-no-reboot", "-display", "none",
		"-machine", "q35,hpet=off", "-cpu", CPU_MODEL, NULL
	};
	static const char * const virtual_clock[] = {
		"-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off",
		"-rtc", "base=2026-01-01T00:00:00,clock=vm", NULL
	};
	static const char * const wall_clock[] = {
		"-accel", "tcg,thread=multi", NULL
	};
	/* A file, not a pipe: QEMU never has to wait for a reader. */
	static const char * const io[] = {
		"-chardev", "file,id=console,path=" RUNDIR_CONSOLE, "-serial", "chardev:console",
		"-fsdev", "local,id=results,path=.,security_model=none,multidevs=remap",
		"-device", "virtio-9p-pci,fsdev=results,mount_tag=results", NULL
	};
	static const char * const host_root[] = {
		"-fsdev", "local,id=hostroot,path=/,security_model=none,readonly=on,multidevs=remap",
		"-device", "virtio-9p-pci,fsdev=hostroot,mount_tag=hostroot", NULL
	};
	char *cmdline = target_qemu_cmdline(s);
	char **v = add_all(NULL, common);

	v = add_all(v, s->virtual_time ? virtual_clock : wall_clock);
	v = add_u64(v, "-seed", s->seed);
	v = add_u64(v, "-smp", s->cpus);
	v = add_u64(v, "-m", s->mem_mib);
	v = add_all(v, io);
	if (s->host_land)
		v = add_all(v, host_root);
	v = strv_add(strv_add(v, "-kernel"), s->kernel->image);
	v = strv_add(strv_add(v, "-initrd"), QEMU_INITRAMFS);
	v = strv_add(strv_add(v, "-append"), cmdline);
	free(cmdline);
	return v;
}

const char *target_qemu_version(void)
{
	static char version[64];
	char line[256];
	FILE *p;

	if (version[0])
		return version;
	strcpy(version, "unknown");
	p = popen(QEMU " --version 2>/dev/null", "re");
	if (p) {
		if (fgets(line, sizeof(line), p))
			sscanf(line, "QEMU emulator version %63s", version);
		pclose(p);
	}
	return version;
}

int target_qemu_check(void)
{
	if (strcmp(target_qemu_version(), "unknown"))
		return 0;
	return fail(QEMU " cannot be run; install the package qemu-system-x86");
}

pid_t target_qemu_spawn(const struct boot_spec *s, const char *dir)
{
	char **argv = target_qemu_argv(s);
	pid_t parent = getpid(), pid = fork();
	sigset_t none;
	int fd, saved;

	if (pid) {
		saved = errno;
		strv_free(argv);
		errno = saved;
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_CANNOT_RUN);
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (chdir(dir))
		_exit(EXIT_CANNOT_RUN);
	fd = open("/dev/null", O_RDONLY);
	dup2(fd, STDIN_FILENO);
	fd = open(QEMU_LOG, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		_exit(EXIT_CANNOT_RUN);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(EXIT_CANNOT_RUN);
}
