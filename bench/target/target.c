// SPDX-License-Identifier: GPL-2.0
/*
 * What both targets share.
 */
#include "target.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lib/err.h"

void target_facts_free(struct target_facts *f)
{
	json_decref(f->kernel);
	free(f->cmdline);
	memset(f, 0, sizeof(*f));
}

void target_child_begin(pid_t parent, int signal)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, signal);
	if (getppid() != parent)
		_exit(EXIT_CANNOT_RUN);
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}
