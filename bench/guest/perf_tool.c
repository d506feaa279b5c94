// SPDX-License-Identifier: GPL-2.0
/*
 * perf sched or perf lock around the command. The recording is large and of use only to the perf that made
 * it, so what the tool says of it is kept, and the recording is not.
 */
#include "perf_tool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/rundir/perf_events.h"
#include "lib/array_size.h"
#include "lib/file.h"
#include "files.h"
#include "perf_stat.h"

#define MAX_ARGS 1100
#define DATA	 "perf.data"

static const struct perf_tool *tool;
static char data[PATH_MAX]; /* as the command sees it */

static size_t add(const char **args, size_t n, const char *const *words)
{
	for (; *words && n < MAX_ARGS - 1; words++)
		args[n++] = *words;
	return n;
}

static void exec_record(int fd, const char *program, char *const *argv)
{
	const char *args[MAX_ARGS] = { "perf" };
	const char *const output[] = { "-o", data, "--", program, NULL };
	size_t n = add(args, add(args, 1, tool->record), output);

	(void)fd;
	if (argv[0])
		n = add(args, n, (const char *const *)argv + 1);
	args[n] = NULL;
	execvp("perf", (char **)args);
}

void perf_tool_prepare(const struct measure *m)
{
	char *why;

	tool = perf_tool_of(m->perf);
	snprintf(data, sizeof(data), "%s/" DATA, m->results_inside);
	why = perf_try(m, exec_record);
	errno = 0;
	if (why)
		die("perf %s record does not run here: %s (one that goes with this kernel is needed)",
		    tool->word, why);
}

void perf_tool_exec(const struct measure *m, const char *program)
{
	exec_record(-1, program, m->argv);
}

/* In the child: what the tool says, to the file of the results. */
static void __attribute__((noreturn)) exec_report(const struct measure *m)
{
	const char *const input[] = { "-i", data, NULL };
	const char *args[MAX_ARGS] = { "perf" };
	char path[PATH_MAX];
	int to;

	measure_enter(m);
	snprintf(path, sizeof(path), "%s/%s", m->results_inside, tool->file);
	to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	/* some of them talk on stderr */
	if (to >= 0 && dup2(to, STDOUT_FILENO) >= 0 && dup2(to, STDERR_FILENO) >= 0) {
		args[add(args, add(args, 1, tool->report), input)] = NULL;
		execvp("perf", (char **)args);
	}
	_exit(127);
}

/* The recording, and the one of perf_try() that perf put aside. */
static void remove_recording(const struct measure *m)
{
	static const char *const names[] = { DATA, DATA ".old" };
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", m->results, names[i]);
		unlink(path);
	}
}

void perf_tool_report(const struct measure *m)
{
	char path[PATH_MAX], *said;
	int status;
	pid_t pid;

	if (!perf_tool_of(m->perf))
		return;
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0)
		exec_report(m);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	remove_recording(m);
	if (!status)
		return;
	snprintf(path, sizeof(path), "%s/%s", m->results, tool->file);
	said = read_file(path, NULL);
	errno = 0;
	die("perf %s %s cannot read what it recorded: %s", tool->report[0], tool->report[1],
	    said ? perf_reason(said) : "it said nothing");
}
