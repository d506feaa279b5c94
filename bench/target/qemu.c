// SPDX-License-Identifier: GPL-2.0
/*
 * The target "qemu": a VM in which KVM's TDX code runs on the software TDX module, under
 * QEMU's TCG.
 *
 * Virtual time (-icount shift=0): one instruction takes one nanosecond, and there is no
 * other clock. A boot is then a function of kernel, command and seed. So nothing that the
 * guest can see may depend on the host: no path, no date.
 */
#include "qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/rundir/file_names.h"
#include "bench/rundir/rundir.h"
#include "lib/err.h"
#include "lib/file.h"
#include "lib/paths.h"
#include "lib/text.h"
#include "host_boot.h"
#include "initramfs.h"
#include "target.h"

#define QEMU		"qemu-system-x86_64"

/* Names in the run directory, which is QEMU's working directory. */
#define QEMU_INITRAMFS	"initramfs.cpio"

/*
 * A CPU the v7.3 TDX host code accepts and TCG can execute. Model 122 is no
 * L1TF model (those WARN with 52 physical address bits); whether it has the
 * partial-write erratum is for soft_tdx.platform to say. 52 bits: fewer leak
 * EPT pages of shared GPAs at teardown. x-force-features: TCG has no VMX and no
 * MOVDIR64B, the software module supplies what the kernel uses of them.
 */
#define CPU_MODEL	"max,vendor=GenuineIntel,family=6,model=122,stepping=1," \
			"phys-bits=52,x-force-features=on,+vmx,+ss,+movdir64b"

/*
 * The largest number of KeyIDs that still fits a physical address of 52 bits
 * in a 64-bit word (12 bits) less KeyID 0: as many TDs at once, less one for
 * the module itself.
 */
#define KEYIDS		4095

/* The guest's kernel command line; malloc'ed. */
static char *kernel_cmdline(const struct boot_spec *s)
{
	/*
	 * icount gives a TSC of exactly 1 GHz, and calibrating it would take
	 * its time for a slightly wrong answer. no_timer_check: the IO-APIC
	 * timer test spins, the slowest thing there is under icount; in wall time
	 * it takes the timer for dead on a busy machine. Virtual time runs ahead while an idle VM waits
	 * for the host's disk: minutes, on a busy host, and then a task that waits is not hung.
	 */
	const char *clock =
		s->virtual_time ? " tsc_early_khz=1000000 sysctl.kernel.hung_task_timeout_secs=0"
				: "";

	/* QEMU's APIC timer counts nanoseconds. */
	return xasprintf("console=ttyS0 panic=-1 oops=panic nokaslr norandmaps"
			 " tsc=reliable no_timer_check%s"
			 " lapic_timer_hz=1000000000"
			 " kvm_intel.tdx=1 soft_tdx=on soft_tdx.keyids=%d soft_tdx.seed=%" PRIu64
				 SOFT_TDX_JITTER " soft_tdx.platform=%s"
			 " soft_tdx.cost=%s%s%s%s",
			 clock, KEYIDS, s->seed, s->platform, s->cost,
			 s->record == RECORD_NONE ? " tdx_stats=off" : "", s->append[0] ? " " : "",
			 s->append);
}

/* N of the last " NAME=N" in @cmdline: the kernel takes that one. */
static int last_number(const char *cmdline, const char *name)
{
	int n = -1;

	for (const char *p = cmdline; (p = strstr(p, name)); p += strlen(name))
		n = atoi(p + strlen(name));
	return n;
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

/*
 * Adds @mib MiB of the VM's memory as object @id. In wall time QEMU touches all of it before the boot: what a host
 * takes to find memory (5 ms for 2 MiB, where it is a VM itself) would else be in what the workload measures. Virtual
 * time stands still meanwhile, so there it would only take time.
 */
static char **add_memory(char **v, const struct boot_spec *s, const char *id, uint64_t mib)
{
	char *text = xasprintf("memory-backend-ram,id=%s,size=%" PRIu64 "M", id, mib);

	if (!s->virtual_time) {
		char *now = xasprintf("%s,prealloc=on,prealloc-threads=%" PRIu64, text, s->cpus);

		free(text);
		text = now;
	}
	v = strv_add(strv_add(v, "-object"), text);
	free(text);
	return v;
}

/*
 * A node has a socket, CPUs that follow each other, and memory. CPUs of one socket in two nodes would make
 * the kernel warn.
 */
static char **add_nodes(char **v, const struct boot_spec *s)
{
	uint64_t cpus = s->cpus / s->nodes, mib = s->mem_mib / s->nodes;
	char *text = xasprintf("cpus=%" PRIu64 ",sockets=%" PRIu64, s->cpus, s->nodes);

	v = strv_add(strv_add(v, "-smp"), text);
	free(text);
	for (uint64_t i = 0; i < s->nodes; i++) {
		/* the last one gets what is left over */
		uint64_t rest = i + 1 < s->nodes ? 0 : s->mem_mib % s->nodes;

		text = xasprintf("node%" PRIu64, i);
		v = add_memory(v, s, text, mib + rest);
		free(text);
		text = xasprintf("node,nodeid=%" PRIu64 ",cpus=%" PRIu64 "-%" PRIu64
				 ",memdev=node%" PRIu64,
				 i, i * cpus, (i + 1) * cpus - 1, i);
		v = strv_add(strv_add(v, "-numa"), text);
		free(text);
	}
	return v;
}

/* QEMU's argv for this boot; NULL-terminated, free with strv_free(). */
static char **qemu_argv(const struct boot_spec *s)
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
		"-chardev", "file,id=console,path=" FILE_CONSOLE, "-serial", "chardev:console",
		"-fsdev", "local,id=results,path=.,security_model=none,multidevs=remap",
		"-device", "virtio-9p-pci,fsdev=results,mount_tag=results", NULL
	};
	static const char * const host_root[] = {
		"-fsdev", "local,id=hostroot,path=/,security_model=none,readonly=on,multidevs=remap",
		"-device", "virtio-9p-pci,fsdev=hostroot,mount_tag=hostroot", NULL
	};
	char *cmdline = kernel_cmdline(s);
	char **v = add_all(NULL, common);

	v = add_all(v, s->virtual_time ? virtual_clock : wall_clock);
	v = add_u64(v, "-seed", s->seed);
	if (s->nodes > 1) {
		v = add_nodes(v, s);
	} else {
		v = add_u64(v, "-smp", s->cpus);
		v = add_memory(v, s, "ram", s->mem_mib);
		v = strv_add(strv_add(v, "-machine"), "memory-backend=ram");
	}
	v = add_u64(v, "-m", s->mem_mib);
	v = add_all(v, io);
	if (s->host_root)
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

static int check(const struct run_options *o)
{
	/* on a cluster each node checks itself */
	if (o->on_cluster || strcmp(target_qemu_version(), "unknown"))
		return 0;
	return fail(QEMU " cannot be run; install the package qemu-system-x86");
}

static void facts(const struct boot_spec *s, struct target_facts *f)
{
	*f = (struct target_facts){
		.time_base = s->virtual_time ? "simulated-virtual" : "simulated-wall",
		.module = "simulated",
		.cost = s->cost,
		.platform = s->platform,
		.kernel = json_incref(s->kernel->info),
		.cmdline = kernel_cmdline(s),
		.qemu_version = target_qemu_version(),
		.hz = s->kernel->hz,
	};
	f->jitter_percent = last_number(f->cmdline, " soft_tdx.jitter=");
	f->boot_jitter_percent = last_number(f->cmdline, " soft_tdx.boot_jitter=");
}

/* QEMU writes @console itself. */
static int watch(const char *console)
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd >= 0 && inotify_add_watch(fd, console, IN_MODIFY) >= 0)
		return fd;
	warn("%s cannot be watched: %s", console, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static void follow(int log, const char *console)
{
	char events[4096];

	(void)console;
	while (read(log, events, sizeof(events)) > 0)
		;
}

static int write_initramfs(const struct boot_spec *s, const char *dir)
{
	char *agent = path_in_build("dpamt-agent");
	char *path = xasprintf("%s/" QEMU_INITRAMFS, dir);
	char **command = spec_command(s, s->host_root ? "/run/dpamt/results" : "/results");
	struct initramfs in = {
		.agent = agent,
		.workload = s->workload_file,
		.root = s->root,
		.command = command,
		.host_root = s->host_root,
		.is_workload = s->workload,
		.antagonists = s->antagonists,
		.perf = s->perf,
		.record = s->record,
		.trace_buffer_kb = s->trace_buffer_kb,
	};
	int ret = initramfs_write(path, &in);

	strv_free(command);
	free(path);
	free(agent);
	return ret;
}

static void done(const char *dir)
{
	char *path = xasprintf("%s/" QEMU_INITRAMFS, dir);

	unlink(path);
	free(path);
}

/* Run @argv in @dir, its output in qemu.log. Returns its pid, or -1 with errno set. */
static pid_t spawn(char **argv, const char *dir)
{
	pid_t parent = getpid(), pid = fork();
	int fd;

	if (pid)
		return pid;
	target_child_begin(parent, SIGKILL);
	if (chdir(dir))
		_exit(EXIT_CANNOT_RUN);
	fd = open("/dev/null", O_RDONLY);
	dup2(fd, STDIN_FILENO);
	fd = open(FILE_QEMU_LOG, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		_exit(EXIT_CANNOT_RUN);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(EXIT_CANNOT_RUN);
}

static pid_t start(const struct boot_spec *s, const char *dir)
{
	char **argv;
	pid_t pid;

	if (write_initramfs(s, dir))
		return -1;
	argv = qemu_argv(s);
	pid = spawn(argv, dir);
	if (pid < 0)
		warn("cannot start QEMU: %s", strerror(errno));
	strv_free(argv);
	return pid;
}

/* The last non-empty line of a text, in place. */
static char *last_line(char *text)
{
	char *line = text, *save;

	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		line = l;
	return line;
}

static char *why_ended(const char *dir, int wait_status)
{
	char *path, *log, *reason;

	if (WIFSIGNALED(wait_status))
		return xasprintf("QEMU was killed by signal %d (%s)", WTERMSIG(wait_status),
				 strsignal(WTERMSIG(wait_status)));
	if (WEXITSTATUS(wait_status) == 0)
		return NULL;
	path = xasprintf("%s/" FILE_QEMU_LOG, dir);
	log = read_file(path, NULL);
	reason = xasprintf("QEMU ended with status %d: %s", WEXITSTATUS(wait_status),
			   log && log[0] ? last_line(log) : "it said nothing");
	free(log);
	free(path);
	return reason;
}

static char *why_unfinished(const char *line)
{
	return line ? xasprintf("the guest's agent gave up: %s", line) :
		      xstrdup("the guest ended before the command did");
}

const struct target target_qemu = {
	.name = "qemu",
	.check = check,
	.check_job = qemu_check_job,
	.prepare_boots = qemu_prepare_boots,
	.facts = facts,
	.watch = watch,
	.follow = follow,
	.start = start,
	.done = done,
	.why_ended = why_ended,
	.why_unfinished = why_unfinished,
};
