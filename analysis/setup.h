/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_SETUP_H
#define AN_SETUP_H

#include <stdio.h>

#include "study.h"

/* Print what was booted, how and on what: the facts a reviewer asks for first. */
void an_setup_print(FILE *f, const struct an_study *study);

/* Print what the boots of one experiment did, and in what they differ although they should not. */
void an_group_setup_print(FILE *f, const struct an_group *g);

/* Print a command for one boot of each experiment, and the seeds of all. */
void an_reproduce_print(FILE *f, const struct an_study *study);

#endif
