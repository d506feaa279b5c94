/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_SETUP_H
#define AN_SETUP_H

#include <jansson.h>

#include "analysis/study/study.h"
#include "facts.h"

/* The conditions of a boot: printed in a report, compared between sets. */
extern const struct an_fact an_condition[];
extern const size_t an_nr_conditions;

/* The boots that take part, A/A included; an array to be freed, their number in *n. */
const struct an_boot **an_counting_boots(const struct an_study *study, size_t *n);

/* "mine is immediate with "a.diff"; ...": variants with patches of the user's own, malloc'ed; NULL: none. */
char *an_own_variants(const struct an_study *study);

/* Each appends items of a section to @items, see doc.h. */

/* What was booted, how and on what: the facts a reviewer asks for first. */
void an_add_setup(json_t *items, const struct an_study *study);

/* What the boots of one experiment did, and conditions in which they should not differ but do. */
void an_add_group(json_t *items, const struct an_study *study, const struct an_group *g);

/* The command that makes boot @b again, but for variant and seed; malloc'ed. */
char *an_reproduce_line(const struct an_boot *b);

/* A command for one boot of each experiment, and the seeds of all. */
void an_add_reproduce(json_t *items, const struct an_study *study);

#endif
