/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_HOST_AGES_H
#define AN_HOST_AGES_H

#include <stdbool.h>

#include <jansson.h>

#include "analysis/study/study.h"

/* Has any boot of @study a record of how its memory aged (age.csv)? */
bool an_has_ages(const struct an_study *study);

/*
 * For each set of boots, the A/A control's too: in which pieces memory was before the first TD, after the
 * last, and without TDs, as words in @items; after each hundred or so, as numbers in @doc.
 */
void an_add_ages(json_t *doc, json_t *items, const struct an_study *study);

#endif
