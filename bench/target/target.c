// SPDX-License-Identifier: GPL-2.0
/*
 * What both targets share.
 */
#include "target.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/child.h"
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

	die_with_parent(parent, signal, EXIT_CANNOT_RUN);
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}
