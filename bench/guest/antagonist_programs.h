/* SPDX-License-Identifier: GPL-2.0 */
#ifndef GUEST_ANTAGONIST_H
#define GUEST_ANTAGONIST_H

#include <stdbool.h>
#include <sys/types.h>

#include "measure.h"

/*
 * Start each of m->antagonists (stress-ng, that is) and wait until it says that
 * its work is under way. Dies with its words if it ends before.
 */
void antagonists_start(const struct measure *m);

/*
 * A child has ended: was it one of them? Then one line on stderr tells it; it
 * should have outlived the command.
 */
bool antagonist_ended(pid_t pid);

/* Ask them to end, and wait for that. */
void antagonists_stop(void);

#endif
