/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_SETUP_H
#define AN_SETUP_H

#include <jansson.h>

#include "study.h"

/* Each appends items of a section to @items, see doc.h. */

/* What was booted, how and on what: the facts a reviewer asks for first. */
void an_setup_tell(json_t *items, const struct an_study *study);

/* What the boots of one experiment did, and in what they differ although they should not. */
void an_group_tell(json_t *items, const struct an_study *study, const struct an_group *g);

/* A command for one boot of each experiment, and the seeds of all. */
void an_reproduce_tell(json_t *items, const struct an_study *study);

#endif
