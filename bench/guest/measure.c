// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the command that is measured, with counters and trace around it. The agent in the VM
 * and the target "local" share this code, so that their numbers mean the same.
 *
 * Nothing here waits for a clock, and nothing runs beside the command unless the user asks
 * for it: in virtual time a run is a function of kernel, command and seed.
 */
#include "measure.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "antagonist_programs.h"
#include "files.h"
#include "kernel_state.h"
#include "numa_state.h"
#include "perf_stat.h"
#include "perf_tool.h"
#include "bench/rundir/file_names.h"
#include "lib/array_size.h"
#include "lib/clock.h"
#include "record.h"

/* The folders whose files are the counters, and what precedes a file's name. */
static const struct {
	const char *dir;
	const char *prefix;
	enum record_mode from;	/* the least that makes them count */
} counter_dirs[] = {
	{ "/sys/kernel/debug/tdx_stats", "", RECORD_COUNTERS },
	{ "/sys/kernel/debug/soft_tdx", "soft_tdx/", RECORD_NONE },
};

static void save_folder(int out, const char *dir, const char *prefix)
{
	struct dirent **entry;
	int n = scandir(dir, &entry, NULL, by_name);

	for (int k = 0; k < n; k++) {	/* n < 0: a kernel without these counters */
		char path[512];
		struct stat st;
		int in;

		snprintf(path, sizeof(path), "%s/%s", dir, entry[k]->d_name);
		if (lstat(path, &st) || !S_ISREG(st.st_mode) || !(st.st_mode & 0444))
			continue;
		in = open(path, O_RDONLY | O_CLOEXEC);
		if (in < 0)
			die("open %s", path);
		dprintf(out, "# %s%s\n", prefix, entry[k]->d_name);
		copy_fd(in, out, path);
		close(in);
	}
}

/* All readable counter files into @name, each after a line "# FILE". */
static void save_counters(const struct measure *m, const char *name)
{
	char path[512];
	int out;

	snprintf(path, sizeof(path), "%s/%s", m->results, name);
	out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (out < 0)
		die("create %s", path);
	for (size_t i = 0; i < ARRAY_SIZE(counter_dirs); i++) {
		if (m->record >= counter_dirs[i].from)
			save_folder(out, counter_dirs[i].dir, counter_dirs[i].prefix);
	}
	if (close(out))
		die("write %s", path);
}

/* On a kernel of `make coverage-kernel`: the addresses of the code that was reached since it booted. */
static void save_coverage(const struct measure *m)
{
	static const char reached[] = "/sys/kernel/debug/tdx_coverage";
	char path[PATH_MAX];

	if (access(reached, R_OK))
		return;
	snprintf(path, sizeof(path), "%s/%s", m->results, FILE_COVERAGE);
	copy_file(reached, path, 0644);
}

static void reset_counters(void)
{
	if (!write_existing("/sys/kernel/debug/tdx_stats/reset", "1") && errno != ENOENT)
		die("reset of tdx_stats");
}

void measure_enter(const struct measure *m)
{
	static char path_env[] =
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/dpamt/bin";
	static char home[] = "HOME=/root", locale[] = "LC_ALL=C", term[] = "TERM=dumb";
	static char results_env[PATH_MAX + sizeof("RESULTS_DIR=")];
	static char *env[] = { path_env, home, locale, term, results_env, NULL };
	sigset_t none;

	/* perf and stress-ng end what they started when they are asked to end */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (m->root && (chroot(m->root) || chdir("/")))
		die("chroot to %s", m->root);
	snprintf(results_env, sizeof(results_env), "RESULTS_DIR=%s", m->results_inside);
	dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
	setsid();
	environ = env;
}

/* Redirect @fd to the file @name of the results. */
static void redirect(const struct measure *m, int fd, const char *name)
{
	char path[PATH_MAX];
	int to;

	snprintf(path, sizeof(path), "%s/%s", m->results_inside, name);
	to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (to < 0 || dup2(to, fd) < 0) {
		dprintf(STDERR_FILENO, "dpamt-agent: create %s: %s\n", path, strerror(errno));
		_exit(126);
	}
}

/* In the child: set up environment and output, and become the command. */
static void __attribute__((noreturn)) exec_command(const struct measure *m)
{
	const char *program = m->workload ? m->workload : m->argv[0];
	int saved;

	measure_enter(m);
	redirect(m, STDOUT_FILENO, m->workload ? FILE_RESULT : FILE_STDOUT);
	if (!m->workload)
		redirect(m, STDERR_FILENO, FILE_STDERR);
	if (m->perf)
		perf_stat_exec(m, program);
	else if (m->workload)
		execv(program, m->argv);
	else
		execvp(program, m->argv);
	saved = errno;
	dprintf(STDERR_FILENO, "dpamt-agent: cannot run %s: %s\n", m->perf ? "perf" : program,
		strerror(saved));
	_exit(saved == ENOENT ? 127 : 126);
}

static uint64_t cpu_ns(const struct rusage *u)
{
	return (uint64_t)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1000000000 +
	       (uint64_t)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) * 1000;
}

/*
 * Run the command and wait for it. Returns its exit status, or 128 + signal;
 * *used_ns is the CPU time it took, user and system.
 */
static int run_command(const struct measure *m, uint64_t *used_ns)
{
	bool disturbed = false;
	struct rusage used;
	int status;
	pid_t child, pid;

	child = fork();
	if (child < 0)
		die("fork");
	if (child == 0)
		exec_command(m);
	do {	/* PID 1 also inherits the orphans */
		pid = wait4(-1, &status, 0, &used);
		if (pid < 0 && errno != EINTR)
			die("wait");
		if (pid > 0 && antagonist_ended(pid))
			disturbed = true;
	} while (pid != child);
	*used_ns = cpu_ns(&used);
	if (disturbed)
		return MEASURE_DISTURBED;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* The nodes, where there are several. */
static void save_numa(const struct measure *m, struct numa_file *numa)
{
	char path[512];
	FILE *to;

	if (!numa->nr_nodes)
		return;
	numa_end("/sys", numa);
	snprintf(path, sizeof(path), "%s/" FILE_NUMA, m->results);
	to = fopen(path, "we");
	if (!to || numa_file_write(numa, to) || fclose(to))
		die("write %s", path);
	numa_file_free(numa);
}

int measure(const struct measure *m)
{
	struct numa_file numa;
	uint64_t start_ns, end_ns, used_ns;
	char *state;
	bool traced = false;
	int status;

	if (m->perf)
		perf_stat_prepare(m);
	numa_begin("/sys", "/proc/zoneinfo", &numa);
	antagonists_start(m);
	if (m->record != RECORD_NONE)
		reset_counters();
	save_counters(m, FILE_COUNTERS_BEFORE);
	if (m->record == RECORD_TRACE)
		traced = record_start(m->trace_buffer_kb);
	start_ns = now_ns();
	status = run_command(m, &used_ns);
	end_ns = now_ns();
	if (traced)
		record_stop();
	antagonists_stop();
	save_counters(m, FILE_COUNTERS_AFTER);
	save_coverage(m);
	perf_tool_report(m);
	save_numa(m, &numa);
	if (traced)
		record_save(m->results);
	state = kernel_state();
	write_text(m->results, FILE_AGENT,
		   "guest_ns %" PRIu64 "\ncommand_ns %" PRIu64 "\ncommand_cpu_ns %" PRIu64 "\n%s",
		   end_ns, end_ns - start_ns, used_ns, state);
	free(state);
	return status;
}
