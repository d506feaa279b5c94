// SPDX-License-Identifier: GPL-2.0
/*
 * /init of the benchmark's VM: the first and only program the kernel starts.
 *
 * It runs one command and hands back everything the host needs as files in the
 * 9p share "results"; `exit_status` is written last, so a share without it is
 * a guest that did not get to its end.
 *
 * A workload runs from the initramfs. Nothing before or during it depends on
 * the host's timing: 9p completions come from host threads and would make
 * virtual time differ from run to run, so the share is mounted only after the
 * workload, its counters and its trace are safe in memory.
 *
 * Any other command runs in the host's own user land, the read-only 9p share
 * "hostroot"; such a run is not repeatable to the byte.
 *
 * What would prove this file wrong: two boots of the same kernel, command and
 * seed in virtual time whose files differ.
 *
 * Reads /dpamt/settings ("name value" lines: mode workload|host, record
 * none|counters|trace, trace_buffer_kb N) and /dpamt/command (the argv, each
 * string NUL-terminated).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "record.h"
#include "../record_mode.h"

#define WORKLOAD	"/dpamt/dpamt-workload"
#define MEMORY_RESULTS	"/results"
#define HOST		"/host"
#define HOST_RESULTS	"/run/dpamt/results"	/* inside HOST */
#define SHARE		"/share"
#define SHARE_OPTIONS	"trans=virtio,version=9p2000.L,msize=524288"
#define MAX_ARGS	1024

/* The folders whose files are the counters, and what precedes a file's name. */
static const struct {
	const char *dir;
	const char *prefix;
	enum record_mode from;	/* the least that makes them count */
} counter_dirs[] = {
	{ "/sys/kernel/debug/tdx_stats", "", RECORD_COUNTERS },
	{ "/sys/kernel/debug/soft_tdx", "soft_tdx/", RECORD_NONE },
};

static struct {
	bool host;
	enum record_mode record;
	unsigned long trace_buffer_kb;
	char *argv[MAX_ARGS + 1];
} settings;

static uint64_t mono_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/* Mount or die; the mount point is made if it is not there. */
static void must_mount(const char *source, const char *target, const char *type,
		       unsigned long flags, const char *data)
{
	mkdir(target, 0755);
	if (mount(source, target, type, flags, data))
		die("mount %s (%s) on %s", source, type, target);
}

/* debugfs and tracefs are the kernel's choice; their absence is not an error. */
static void may_mount(const char *type, const char *target)
{
	if (mount(type, target, type, 0, NULL) && errno != ENODEV && errno != ENOENT &&
	    errno != EBUSY)
		die("mount %s on %s", type, target);
}

static void mount_kernel_filesystems(const char *root)
{
	static const char * const types[][2] = {
		{ "proc", "proc" }, { "sysfs", "sys" }, { "devtmpfs", "dev" },
	};
	char path[128];

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", root, types[i][1]);
		must_mount(types[i][0], path, types[i][0], 0, NULL);
	}
	snprintf(path, sizeof(path), "%s/sys/kernel/debug", root);
	may_mount("debugfs", path);
	snprintf(path, sizeof(path), "%s/sys/kernel/tracing", root);
	may_mount("tracefs", path);
}

static void read_settings(void)
{
	static char command[128 * 1024];
	char line[128], name[32], value[64];
	size_t len, n = 0;
	FILE *f;

	f = fopen("/dpamt/settings", "re");
	if (!f)
		die("open /dpamt/settings");
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%31s %63s", name, value) != 2)
			continue;
		if (strcmp(name, "mode") == 0)
			settings.host = strcmp(value, "host") == 0;
		else if (strcmp(name, "record") == 0)
			record_mode_parse(value, &settings.record);
		else if (strcmp(name, "trace_buffer_kb") == 0)
			settings.trace_buffer_kb = strtoul(value, NULL, 10);
	}
	fclose(f);

	f = fopen("/dpamt/command", "re");
	if (!f)
		die("open /dpamt/command");
	len = fread(command, 1, sizeof(command) - 1, f);
	fclose(f);
	if (!settings.host)
		settings.argv[n++] = "dpamt-workload";
	for (size_t i = 0; i < len && n < MAX_ARGS; i += strlen(command + i) + 1)
		settings.argv[n++] = command + i;
	if (n == (settings.host ? 0 : 1) || n == MAX_ARGS) {
		errno = n == MAX_ARGS ? E2BIG : EINVAL;
		die("/dpamt/command");
	}
}

/* All readable counter files into @dir/@name, each after a line "# FILE". */
static void save_counters(const char *dir, const char *name)
{
	char path[512];
	int out;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (out < 0)
		die("create %s", path);
	for (size_t i = 0; i < sizeof(counter_dirs) / sizeof(counter_dirs[0]); i++) {
		struct dirent **entry;
		int n;

		if (settings.record < counter_dirs[i].from)
			continue;
		n = scandir(counter_dirs[i].dir, &entry, NULL, by_name);
		if (n < 0)	/* a kernel without these counters */
			continue;
		for (int k = 0; k < n; k++) {
			struct stat st;
			int in;

			snprintf(path, sizeof(path), "%s/%s", counter_dirs[i].dir,
				 entry[k]->d_name);
			if (lstat(path, &st) || !S_ISREG(st.st_mode) || !(st.st_mode & 0444))
				continue;
			in = open(path, O_RDONLY | O_CLOEXEC);
			if (in < 0)
				die("open %s", path);
			dprintf(out, "# %s%s\n", counter_dirs[i].prefix, entry[k]->d_name);
			copy_fd(in, out, path);
			close(in);
		}
	}
	if (close(out))
		die("write %s/%s", dir, name);
}

static void reset_counters(void)
{
	if (!put("/sys/kernel/debug/tdx_stats/reset", "1") && errno != ENOENT)
		die("reset of tdx_stats");
}

/* In the child: set the scene and become the command. */
static void __attribute__((noreturn)) exec_command(const char *results)
{
	static char path_env[] =
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/dpamt/bin";
	static char home[] = "HOME=/root", locale[] = "LC_ALL=C", term[] = "TERM=dumb";
	static char results_env[128];
	static char *env[] = { path_env, home, locale, term, results_env, NULL };
	char path[128];
	int fd;

	if (settings.host && (chroot(HOST) || chdir("/")))
		die("chroot to the host's root");
	snprintf(results_env, sizeof(results_env), "RESULTS_DIR=%s", results);

	fd = open("/dev/null", O_RDONLY);
	dup2(fd, STDIN_FILENO);
	snprintf(path, sizeof(path), "%s/%s", results,
		 settings.host ? "stdout.txt" : "result.json");
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0) {
		dprintf(STDERR_FILENO, "dpamt-agent: create %s: %s\n", path, strerror(errno));
		_exit(126);
	}
	if (settings.host) {
		snprintf(path, sizeof(path), "%s/stderr.txt", results);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
		if (fd >= 0)
			dup2(fd, STDERR_FILENO);
	}
	setsid();
	environ = env;
	if (settings.host)
		execvp(settings.argv[0], settings.argv);
	else
		execv(WORKLOAD, settings.argv);
	dprintf(STDERR_FILENO, "dpamt-agent: cannot run %s: %s\n",
		settings.host ? settings.argv[0] : WORKLOAD, strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* Run the command and wait for it. Returns its exit status, or 128 + signal. */
static int run_command(const char *results)
{
	int status;
	pid_t child, pid;

	child = fork();
	if (child < 0)
		die("fork");
	if (child == 0)
		exec_command(results);
	do {	/* PID 1 also inherits the orphans */
		pid = wait(&status);
		if (pid < 0 && errno != EINTR)
			die("wait");
	} while (pid != child);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void prepare_host_land(void)
{
	must_mount("hostroot", HOST, "9p", MS_RDONLY, SHARE_OPTIONS ",cache=loose");
	mount_kernel_filesystems(HOST);
	must_mount("tmpfs", HOST "/run", "tmpfs", 0, "mode=755");
	must_mount("tmpfs", HOST "/tmp", "tmpfs", 0, "mode=1777");
	must_mount("tmpfs", HOST "/dev/shm", "tmpfs", 0, "mode=1777");
	mkdir(HOST "/run/dpamt", 0755);
	mkdir(HOST "/run/dpamt/bin", 0755);
	copy_file(WORKLOAD, HOST "/run/dpamt/bin/dpamt-workload", 0755);
	must_mount("results", HOST HOST_RESULTS, "9p", 0, SHARE_OPTIONS);
}

static void copy_results_to_share(void)
{
	struct dirent **entry;
	int n;

	must_mount("results", SHARE, "9p", 0, SHARE_OPTIONS);
	n = scandir(MEMORY_RESULTS, &entry, NULL, by_name);
	if (n < 0)
		die("read %s", MEMORY_RESULTS);
	for (int i = 0; i < n; i++) {
		char from[512], to[512];
		struct stat st;

		snprintf(from, sizeof(from), "%s/%s", MEMORY_RESULTS, entry[i]->d_name);
		snprintf(to, sizeof(to), "%s/%s", SHARE, entry[i]->d_name);
		if (lstat(from, &st) == 0 && S_ISREG(st.st_mode))
			copy_file(from, to, 0644);
	}
}

int main(void)
{
	const struct rlimit files = { 1024 * 1024, 1024 * 1024 };
	const char *here, *share;
	uint64_t start_ns, end_ns;
	bool traced = false;
	int status;

	mount_kernel_filesystems("");
	must_mount("tmpfs", "/tmp", "tmpfs", 0, "mode=1777");
	must_mount("tmpfs", MEMORY_RESULTS, "tmpfs", 0, "mode=755");
	if (setrlimit(RLIMIT_NOFILE, &files))	/* a TD is at least three open files */
		die("raise the limit of open files");
	read_settings();
	if (settings.host)
		prepare_host_land();
	here = settings.host ? HOST HOST_RESULTS : MEMORY_RESULTS;
	share = settings.host ? HOST HOST_RESULTS : SHARE;

	reset_counters();
	save_counters(here, "counters-before.txt");
	if (settings.record == RECORD_TRACE)
		traced = record_start(settings.trace_buffer_kb);
	start_ns = mono_ns();
	status = run_command(settings.host ? HOST_RESULTS : MEMORY_RESULTS);
	end_ns = mono_ns();
	if (traced)
		record_stop();
	save_counters(here, "counters-after.txt");
	if (traced)
		record_save(here);
	write_text(here, "agent.txt",
		   "guest_ns %" PRIu64 "\ncommand_ns %" PRIu64 "\n", end_ns, end_ns - start_ns);

	if (!settings.host)
		copy_results_to_share();
	write_text(share, "exit_status", "%d\n", status);
	power_off();
}
