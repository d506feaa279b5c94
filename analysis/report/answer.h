/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_ANSWER_H
#define AN_ANSWER_H

#include <jansson.h>

#include "analysis/study/study.h"

/*
 * Append the question and the answers, or why there are none, to @items: a sentence for each variant
 * and cell, or for all cells together (answer_cells.h). Also add the question to @doc, and the answers
 * as array "answers", a sentence each.
 */
void an_add_answer(json_t *doc, json_t *items, const struct an_study *study);

/* @value with its unit, and in bytes where it counts pages: "300 (1.172 MiB)", "16.31 ms"; malloc'ed. */
char *an_value_words(double value, const char *unit);

/* The verdict on @m, or why there is none. */
const char *an_verdict_of(const struct an_group *group, const struct metric *m,
			  const struct an_comparison *c);

/* Is @group left out of the answers? If cost=mid was run too, the sensitivity tells of low and high. */
bool an_answered_elsewhere(const struct an_study *study, const struct an_group *group);

/* The words before a value of @p: the experiment's, else the table's @m; malloc'ed. */
char *an_what_words(const struct an_primary *p, const struct metric *m);

/* What stands in place of a verdict where an_carried() is false. */
extern const char an_uncarried_words[];

/*
 * Append what the conversions say about the negative control: no S-EPT page is freed while TDs
 * live.
 */
void an_add_control(json_t *items, const struct an_study *study);

/*
 * Append whether the answers hold over the levels of factor "cost", low to high, or where they
 * flip; also as array "sensitivity" to @doc.
 */
void an_add_sensitivity(json_t *doc, json_t *items, const struct an_study *study);

/* Append the A/A control and what it means; also as object "aa" to @doc. */
void an_add_aa(json_t *doc, json_t *items, const struct an_study *study);

#endif
