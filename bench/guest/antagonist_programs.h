/* SPDX-License-Identifier: GPL-2.0 */
#ifndef GUEST_ANTAGONIST_H
#define GUEST_ANTAGONIST_H

#include <stdbool.h>
#include <sys/types.h>

#include "measure.h"

/*
 * Start each of m->antagonists, all stress-ng, and wait until it has begun its work.
 * Dies with its message if it ends before.
 */
void antagonists_start(const struct measure *m);

/*
 * Was the child that has ended an antagonist? If so, prints a line on stderr: it should
 * have run longer than the command.
 */
bool antagonist_ended(pid_t pid);

/* Ask them to end, and wait for that. */
void antagonists_stop(void);

#endif
