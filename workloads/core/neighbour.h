/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process beside the TDs: a forked child with a pipe for orders and one for answers. It is forked before
 * the first TD, because a child would share the TDs' files and keep them alive.
 */
#ifndef DPAMT_WORKLOADS_NEIGHBOUR_H
#define DPAMT_WORKLOADS_NEIGHBOUR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct neighbour {
	pid_t pid; /* 0: none */
	int order, answer;
};

/*
 * Fork a child that calls @body with its ends of the pipes, and ends with failure if that returns other
 * than 0. From here on a write to a child that is gone is an error and no signal. Returns 0, or -1 after
 * fail().
 */
int neighbour_fork(struct neighbour *n, int (*body)(int order, int answer, const void *arg),
		   const void *arg);

/* Orders and answers are one number each. False: the other side is gone. */
bool neighbour_tell(int fd, uint64_t value);
bool neighbour_hear(int fd, uint64_t *value);

/* End it, @by_signal or by the end of its orders, and wait. Returns its wait status. */
int neighbour_end(struct neighbour *n, bool by_signal);

#endif
