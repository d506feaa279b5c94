// SPDX-License-Identifier: GPL-2.0
/*
 * perf stat around the command. It counts on all CPUs (-a): a page that is
 * freed in softirq is freed in the context of whoever was interrupted, and a
 * count of the command's own tasks would miss it.
 *
 * An event that cannot be counted is marked "<not supported>" and never 0. perf marks
 * events that the CPU lacks, but fails on a tracepoint that the kernel lacks. So this
 * file takes missing tracepoints out of the list and marks them itself.
 */
#include "perf_stat.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/rundir/file_names.h"
#include "files.h"

#define EVENTS		"/sys/kernel/tracing/events"
#define MAX_ARGS	1100

/* The events that perf gets, as its -e takes them; NULL if there are none. */
static char *countable;

/* "tdx:tdx_sept_free", "kvm:*": does the kernel have it? */
static bool have_tracepoint(const char *event)
{
	char pattern[512];
	glob_t found;
	bool have;

	snprintf(pattern, sizeof(pattern), EVENTS "/%.*s/%s/format", (int)strcspn(event, ":"), event,
		 strchr(event, ':') + 1);
	have = glob(pattern, 0, NULL, &found) == 0;
	if (have)
		globfree(&found);
	return have;
}

/* "SYSTEM:NAME" and nothing that only looks like it: "cycles:u", "cpu/event=1/". */
static bool is_tracepoint(const char *event)
{
	const char *colon = strchr(event, ':');

	return colon && !strchr(event, '/') && strlen(colon + 1) > 2;
}

static void split_events(const struct measure *m, int json)
{
	char *copy = strdup(m->perf), *save, *longer;

	if (!copy)
		die("memory for the events");
	free(countable);
	countable = NULL;
	for (char *e = strtok_r(copy, ",", &save); e; e = strtok_r(NULL, ",", &save)) {
		if (is_tracepoint(e) && !have_tracepoint(e)) {
			dprintf(json, "{\"counter-value\" : \"<not supported>\", \"event\" : \"%s\"}\n", e);
			continue;
		}
		if (asprintf(&longer, "%s%s%s", countable ? countable : "", countable ? "," : "", e) < 0)
			die("memory for the events");
		free(countable);
		countable = longer;
	}
	free(copy);
}

static void exec_perf(int json, const char *program, char *const *argv)
{
	char fd[16];
	const char *args[MAX_ARGS] = {
		"perf", "stat", "-a", "-j", "--log-fd", fd, "-e", countable, "--", program, NULL
	};
	size_t n = 10;

	snprintf(fd, sizeof(fd), "%d", json);
	for (size_t i = 1; argv[0] && argv[i] && n < MAX_ARGS - 1; i++)
		args[n++] = argv[i];
	args[n] = NULL;
	execvp("perf", (char **)args);
}

/* Run perf once around `true`, so that it fails now and not around the command. */
static void try_perf(const struct measure *m)
{
	char said[1024];
	size_t len = 0;
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		char *nothing[] = { NULL };
		int null;

		measure_enter(m);
		null = open("/dev/null", O_WRONLY);
		dup2(null, STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		exec_perf(null, "true", nothing);
		dprintf(STDERR_FILENO, "%s\n", errno == ENOENT ?
			"there is no perf; install linux-perf" : strerror(errno));
		_exit(127);
	}
	close(fds[1]);
	while ((n = read(fds[0], said + len, sizeof(said) - 1 - len)) > 0)
		len += (size_t)n;
	close(fds[0]);
	said[len] = '\0';
	said[strcspn(said, "\n")] = '\0';
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	errno = 0;
	if (status)
		die("perf stat -j -e %s does not run here: %s (perf of Linux 6.0 or newer is needed, one that goes with this kernel)",
		    countable, said[0] ? said : "it said nothing");
}

void perf_stat_prepare(const struct measure *m)
{
	char path[PATH_MAX];
	int json;

	snprintf(path, sizeof(path), "%s/" FILE_PERF, m->results);
	json = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (json < 0)
		die("create %s", path);
	split_events(m, json);
	if (close(json))
		die("write %s", path);
	if (countable)
		try_perf(m);
}

void perf_stat_exec(const struct measure *m, const char *program)
{
	char path[PATH_MAX];
	int json;

	if (!countable) {	/* nothing to count: the command alone */
		execvp(program, m->argv);
		return;
	}
	snprintf(path, sizeof(path), "%s/" FILE_PERF, m->results_inside);
	json = open(path, O_WRONLY | O_APPEND);
	if (json < 0)
		return;
	exec_perf(json, program, m->argv);
}
