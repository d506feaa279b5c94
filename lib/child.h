/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LIB_CHILD_H
#define LIB_CHILD_H

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

/*
 * In a child of @parent: die by @signal when it ends, so that nothing outlives it. Ends the child
 * with @status if the parent has ended already.
 */
static inline void die_with_parent(pid_t parent, int signal, int status)
{
	prctl(PR_SET_PDEATHSIG, signal);
	if (getppid() != parent)
		_exit(status);
}

#endif
