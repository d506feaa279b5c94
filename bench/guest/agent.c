// SPDX-License-Identifier: GPL-2.0
/*
 * /init of the benchmark's VM: the first and only program the kernel starts.
 *
 * It runs one command and leaves files for the host in the 9p share "results".
 * `exit_status` is written last: without it the guest did not finish.
 *
 * A workload runs from the initramfs. Nothing before or during it may depend on the
 * host's timing. Completions of 9p come from threads of the host, at any time. So the
 * share is mounted only after the workload, when its results, counters and trace are in
 * memory.
 *
 * Any other command runs in the host's root file system, the read-only 9p share
 * "hostroot". So does a workload with perf stat or stress-ng. Such a boot does not
 * repeat to the byte.
 *
 * This file is wrong if two boots of the same kernel, command and seed in virtual time
 * leave different files.
 *
 * Reads /dpamt/settings ("name value" lines: mode initramfs|host, command
 * workload|program, record none|counters|trace, trace_buffer_kb N) and files of
 * NUL-terminated strings: /dpamt/command (argv), /dpamt/perf (events, or empty),
 * /dpamt/antagonists (argv after argv, an empty string behind each).
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "files.h"
#include "bench/rundir/file_names.h"
#include "lib/array_size.h"
#include "lib/version.h"
#include "measure.h"

#define WORKLOAD	"/dpamt/dpamt-workload"
#define MEMORY_RESULTS	"/results"
#define HOST		"/host"
#define HOST_RESULTS	"/run/dpamt/results"	/* inside HOST */
#define HOST_WORKLOAD	"/run/dpamt/bin/dpamt-workload"	/* inside HOST */
#define SHARE		"/share"
#define SHARE_OPTIONS	"trans=virtio,version=9p2000.L,msize=524288"
#define MAX_ARGS	1024

static struct {
	bool host;
	bool workload;
	enum record_mode record;
	unsigned long trace_buffer_kb;
	const char *perf;
	char *argv[MAX_ARGS + 1];
	char *antagonist_words[MAX_ARGS + 1];
	char **antagonists[MAX_ARGS + 1];
} settings;

static void power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	for (;;)	/* a kernel that cannot power off: the host's timeout ends it */
		pause();
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

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		snprintf(path, sizeof(path), "%s/%s", root, types[i][1]);
		must_mount(types[i][0], path, types[i][0], 0, NULL);
	}
	snprintf(path, sizeof(path), "%s/sys/kernel/debug", root);
	may_mount("debugfs", path);
	snprintf(path, sizeof(path), "%s/sys/kernel/tracing", root);
	may_mount("tracefs", path);
}

/*
 * The strings of a file, each NUL-terminated, into @argv of MAX_ARGS + 1 from
 * @n on. Returns how many @argv then has.
 */
static size_t read_strings(const char *path, char **argv, size_t n)
{
	static char text[128 * 1024];
	static size_t used;
	size_t len;
	FILE *f = fopen(path, "re");

	if (!f)
		die("open %s", path);
	len = fread(text + used, 1, sizeof(text) - used, f);
	fclose(f);
	if (used + len == sizeof(text)) {
		errno = E2BIG;
		die("read %s", path);
	}
	for (size_t i = used; i < used + len; i += strlen(text + i) + 1) {
		if (n == MAX_ARGS) {
			errno = E2BIG;
			die("read %s", path);
		}
		argv[n++] = text + i;
	}
	used += len;
	argv[n] = NULL;
	return n;
}

static void read_settings(void)
{
	char line[128], name[32], value[64], *perf[MAX_ARGS + 1];
	size_t n, words;
	FILE *f;

	f = fopen("/dpamt/settings", "re");
	if (!f)
		die("open /dpamt/settings");
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%31s %63s", name, value) != 2)
			continue;
		if (strcmp(name, "mode") == 0)
			settings.host = strcmp(value, "host") == 0;
		else if (strcmp(name, "command") == 0)
			settings.workload = strcmp(value, "workload") == 0;
		else if (strcmp(name, "record") == 0)
			record_mode_parse(value, &settings.record);
		else if (strcmp(name, "trace_buffer_kb") == 0)
			settings.trace_buffer_kb = strtoul(value, NULL, 10);
	}
	fclose(f);

	settings.argv[0] = "dpamt-workload";
	if (read_strings("/dpamt/command", settings.argv, settings.workload) == 0) {
		errno = EINVAL;
		die("/dpamt/command");
	}
	if (read_strings("/dpamt/perf", perf, 0))
		settings.perf = perf[0];
	/* argv after argv, an empty string behind each */
	words = read_strings("/dpamt/antagonists", settings.antagonist_words, 0);
	n = 0;
	for (size_t i = 0, first = 0; i < words; i++) {
		if (settings.antagonist_words[i][0])
			continue;
		settings.antagonist_words[i] = NULL;
		settings.antagonists[n++] = &settings.antagonist_words[first];
		first = i + 1;
	}
}

static void prepare_host_root(void)
{
	must_mount("hostroot", HOST, "9p", MS_RDONLY, SHARE_OPTIONS ",cache=loose");
	mount_kernel_filesystems(HOST);
	must_mount("tmpfs", HOST "/run", "tmpfs", 0, "mode=755");
	must_mount("tmpfs", HOST "/tmp", "tmpfs", 0, "mode=1777");
	must_mount("tmpfs", HOST "/dev/shm", "tmpfs", 0, "mode=1777");
	mkdir(HOST "/run/dpamt", 0755);
	mkdir(HOST "/run/dpamt/bin", 0755);
	copy_file(WORKLOAD, HOST HOST_WORKLOAD, 0755);
	/* a workload's files stay in memory until it has ended, in either root file system */
	if (settings.workload)
		must_mount(MEMORY_RESULTS, HOST HOST_RESULTS, "none", MS_BIND, NULL);
	else
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

int main(int argc, char **argv)
{
	const struct rlimit files = { 1024 * 1024, 1024 * 1024 };
	struct measure m;
	bool in_memory;
	int status;

	if (version_printed(argc, argv, "dpamt-agent"))
		return 0;
	die_ends_with(power_off);
	mount_kernel_filesystems("");
	must_mount("tmpfs", "/tmp", "tmpfs", 0, "mode=1777");
	must_mount("tmpfs", MEMORY_RESULTS, "tmpfs", 0, "mode=755");
	if (setrlimit(RLIMIT_NOFILE, &files))	/* a TD is at least three open files */
		die("raise the limit of open files");
	read_settings();
	if (settings.host)
		prepare_host_root();
	in_memory = settings.workload || !settings.host;

	m = (struct measure){
		.results = in_memory ? MEMORY_RESULTS : HOST HOST_RESULTS,
		.root = settings.host ? HOST : NULL,
		.results_inside = settings.host ? HOST_RESULTS : MEMORY_RESULTS,
		.argv = settings.argv,
		.antagonists = settings.antagonists,
		.perf = settings.perf,
		.record = settings.record,
		.trace_buffer_kb = settings.trace_buffer_kb,
	};
	if (settings.workload)
		m.workload = settings.host ? HOST_WORKLOAD : WORKLOAD;
	status = measure(&m);

	if (in_memory)
		copy_results_to_share();
	write_text(in_memory ? SHARE : HOST HOST_RESULTS, FILE_EXIT_STATUS, "%d\n", status);
	power_off();
}
