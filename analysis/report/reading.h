/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_READING_H
#define AN_READING_H

#include <jansson.h>

#include "analysis/study/study.h"

/* Each appends items of a section to @items, see doc.h. */

/* How many boots count, which do not and why, what they took. */
void an_add_boots(json_t *items, const struct an_study *study);

/* How the numbers were computed and how to read them. */
void an_add_statistics(json_t *items, const struct an_study *study);

/* What was assumed, and what the numbers cannot say. */
void an_add_limits(json_t *items, const struct an_study *study);

#endif
