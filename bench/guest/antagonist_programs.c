// SPDX-License-Identifier: GPL-2.0
/*
 * Starts and ends stress-ng, which disturbs the measurement on purpose. It starts before
 * the counters are read and ends after the command, so that it disturbs the whole command. It leaves what it
 * counted of its own work.
 */
#include "antagonist_programs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/rundir/stress_yaml.h"
#include "lib/text.h"
#include "files.h"

#define MAX_ANTAGONISTS	16
/* What stress-ng says when it has begun. */
#define BEGUN		"dispatching hogs"

static struct {
	pid_t pid;
	const char *name;
	int output; /* kept open: writing into a closed pipe would end it */
} running[MAX_ANTAGONISTS];
static unsigned int nr_running;

/* @argv and, behind it, what has stress-ng number @n leave its own metrics with the results. */
static char **with_metrics(const struct measure *m, char **argv, unsigned int n)
{
	char *name = stress_yaml_name(n), *path = xasprintf("%s/%s", m->results_inside, name);
	char **longer = strv_dup(argv);

	longer = strv_add(strv_add(strv_add(longer, "--metrics"), "--yaml"), path);
	free(path);
	free(name);
	return longer;
}

static void __attribute__((noreturn))
exec_antagonist(const struct measure *m, char **argv, unsigned int n, int to)
{
	argv = with_metrics(m, argv, n);
	dup2(to, STDOUT_FILENO);
	dup2(to, STDERR_FILENO);
	measure_enter(m);
	if (chdir("/tmp"))
		die("chdir to /tmp");
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO, "%s\n", errno == ENOENT ? "it is not installed" : strerror(errno));
	_exit(127);
}

/* Read its output until it says that it has begun. */
static void await_begin(int from, char **argv)
{
	char said[4096], *line = said;
	size_t len = 0;

	while (len < sizeof(said) - 1) {
		ssize_t n = read(from, said + len, sizeof(said) - 1 - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		len += (size_t)n;
		said[len] = '\0';
		if (strstr(said, BEGUN))
			return;
	}
	said[len] = '\0';
	line[strcspn(line, "\n")] = '\0';
	errno = 0;
	die("the antagonist %s did not begin: %s", argv[0], line[0] ? line : "it said nothing");
}

void antagonists_start(const struct measure *m)
{
	for (char ***a = m->antagonists; a && *a; a++) {
		int fds[2];
		pid_t pid;

		if (nr_running == MAX_ANTAGONISTS) {
			errno = E2BIG;
			die("more than %d antagonists", MAX_ANTAGONISTS);
		}
		if (pipe2(fds, O_CLOEXEC))
			die("pipe");
		pid = fork();
		if (pid < 0)
			die("fork");
		if (pid == 0)
			exec_antagonist(m, *a, nr_running + 1, fds[1]);
		close(fds[1]);
		await_begin(fds[0], *a);
		running[nr_running].pid = pid;
		running[nr_running].name = (*a)[0];
		running[nr_running++].output = fds[0];
	}
}

bool antagonist_ended(pid_t pid)
{
	for (unsigned int i = 0; i < nr_running; i++) {
		if (running[i].pid != pid)
			continue;
		running[i].pid = 0;
		dprintf(STDERR_FILENO, "dpamt-agent: the antagonist %s ended before the command did\n",
			running[i].name);
		return true;
	}
	return false;
}

void antagonists_stop(void)
{
	for (unsigned int i = 0; i < nr_running; i++) {
		if (!running[i].pid)
			continue;
		kill(running[i].pid, SIGTERM);
		while (waitpid(running[i].pid, NULL, 0) < 0 && errno == EINTR)
			;
		close(running[i].output);
	}
	nr_running = 0;
}
