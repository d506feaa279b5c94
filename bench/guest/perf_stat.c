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
#include "bench/rundir/perf_events.h"
#include "lib/array_size.h"
#include "lib/text.h"
#include "files.h"
#include "perf_tool.h"

#define EVENTS		"/sys/kernel/tracing/events"
#define MAX_ARGS	1100

/* The events that perf gets, as its -e takes them; NULL if there are none. */
static char *countable;

/* "tdx:tdx_sept_free", "kvm:*", "tdx:tdx_sept_free:u": does the kernel have it? */
static bool have_tracepoint(const char *event)
{
	const char *name = strchr(event, ':') + 1;
	char pattern[512];
	glob_t found;
	bool have;

	snprintf(pattern, sizeof(pattern), EVENTS "/%.*s/%.*s/format", (int)(name - 1 - event), event,
		 (int)strcspn(name, ":"), name);
	have = glob(pattern, 0, NULL, &found) == 0;
	if (have)
		globfree(&found);
	return have;
}

/* Marks a tracepoint that is missing in the file @json, an int. */
static bool keep(const char *event, void *json)
{
	if (!perf_event_is_tracepoint(event) || have_tracepoint(event))
		return true;
	dprintf(*(int *)json, "{\"counter-value\" : \"<not supported>\", \"event\" : \"%s\"}\n", event);
	return false;
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

/* What a line of perf says, without "Error:"; NULL if that is nothing, or only how to use perf. */
static char *meaning(char *line)
{
	static const char *const labels[] = { "Error:", "WARNING:", "Warning:", "Initial error:" };
	static const char *const noise[] = {
		"Run 'perf list'", "Usage:", "-e, --event", "\\___ ", "Visit https:", "Try 'perf", "(see ",
	};

	line += strspn(line, " \t");
	for (size_t i = 0; i < ARRAY_SIZE(labels); i++) {
		if (strncmp(line, labels[i], strlen(labels[i])) == 0)
			line += strlen(labels[i]) + strspn(line + strlen(labels[i]), " \t");
	}
	for (size_t i = 0; i < ARRAY_SIZE(noise); i++) {
		if (strncmp(line, noise[i], strlen(noise[i])) == 0)
			return NULL;
	}
	return *line ? line : NULL;
}

char *perf_reason(char *said)
{
	char *pointer = strstr(said, "\\___ "), *save, *line, *reason = NULL;

	pointer = pointer ? xstrndup(pointer + 5, strcspn(pointer + 5, "\n")) : NULL;
	for (line = strtok_r(said, "\n", &save); line && !reason; line = strtok_r(NULL, "\n", &save))
		reason = meaning(line);
	if (!reason)
		reason = "it gave no reason";
	reason = xasprintf("%s%s%s", reason, pointer ? ": " : "", pointer ? pointer : "");
	free(pointer);
	return reason;
}

char *perf_try(const struct measure *m,
	       void (*exec)(int fd, const char *program, char *const *argv))
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
		exec(null, "true", nothing);
		dprintf(STDERR_FILENO, "%s\n", errno == ENOENT ?
			"there is no perf; install linux-perf" : strerror(errno));
		_exit(127);
	}
	close(fds[1]);
	while ((n = read(fds[0], said + len, sizeof(said) - 1 - len)) > 0)
		len += (size_t)n;
	close(fds[0]);
	said[len] = '\0';
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status ? perf_reason(said) : NULL;
}

void perf_stat_prepare(const struct measure *m)
{
	char path[PATH_MAX], *why;
	int json;

	if (perf_tool_of(m->perf)) {
		perf_tool_prepare(m);
		return;
	}
	snprintf(path, sizeof(path), "%s/" FILE_PERF, m->results);
	json = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (json < 0)
		die("create %s", path);
	free(countable);
	countable = perf_events_keep(m->perf, keep, &json);
	if (close(json))
		die("write %s", path);
	why = countable ? perf_try(m, exec_perf) : NULL;
	errno = 0;
	if (why)
		die("perf stat -j -e %s does not run here: %s (perf of Linux 6.0 or newer is needed, one that goes with this kernel)",
		    countable, why);
}

void perf_stat_exec(const struct measure *m, const char *program)
{
	char path[PATH_MAX];
	int json;

	if (perf_tool_of(m->perf)) {
		perf_tool_exec(m, program);
		return;
	}
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
