/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LIB_CHILD_H
#define LIB_CHILD_H

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

/*
 * Call in a child of @parent. When the parent ends, @signal kills the child. If the parent has
 * ended already, the child exits with @status.
 */
static inline void die_with_parent(pid_t parent, int signal, int status)
{
	prctl(PR_SET_PDEATHSIG, signal);
	if (getppid() != parent)
		_exit(status);
}

#endif
