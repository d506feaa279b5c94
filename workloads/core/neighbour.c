// SPDX-License-Identifier: GPL-2.0
/*
 * A forked child that takes orders; see neighbour.h.
 */
#include "neighbour.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/child.h"
#include "lib/err.h"

bool neighbour_tell(int fd, uint64_t value)
{
	return write(fd, &value, sizeof(value)) == sizeof(value);
}

bool neighbour_hear(int fd, uint64_t *value)
{
	ssize_t n;

	do
		n = read(fd, value, sizeof(*value));
	while (n < 0 && errno == EINTR);
	return n == sizeof(*value);
}

int neighbour_fork(struct neighbour *n, int (*body)(int order, int answer, const void *arg),
		   const void *arg)
{
	int orders[2], answers[2];
	pid_t parent = getpid();

	signal(SIGPIPE, SIG_IGN);
	if (pipe2(orders, O_CLOEXEC) || pipe2(answers, O_CLOEXEC))
		return fail("pipe: %s", strerror(errno));
	n->pid = fork();
	if (n->pid < 0)
		return fail("fork: %s", strerror(errno));
	if (!n->pid) {
		die_with_parent(parent, SIGKILL, EXIT_FAILURE);
		close(orders[1]);
		close(answers[0]);
		_exit(body(orders[0], answers[1], arg) ? EXIT_FAILURE : EXIT_SUCCESS);
	}
	close(orders[0]);
	close(answers[1]);
	n->order = orders[1];
	n->answer = answers[0];
	return 0;
}

int neighbour_end(struct neighbour *n, bool by_signal)
{
	int status = 0;

	if (!n->pid)
		return 0;
	if (by_signal)
		kill(n->pid, SIGKILL);
	close(n->order);
	close(n->answer);
	while (waitpid(n->pid, &status, 0) < 0 && errno == EINTR)
		;
	n->pid = 0;
	return status;
}
