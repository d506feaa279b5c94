/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_REPLACEMENTS_H
#define AN_REPLACEMENTS_H

#include <stdbool.h>

#include <jansson.h>

#include "analysis/study/study.h"

/* Has any boot of @study a record of replacements (replacements.csv)? */
bool an_has_replacements(const struct an_study *study);

/*
 * For each set of boots, the A/A control's too, and each headroom: how long a replacement took, how many
 * waited; and from which headroom on few did. As words in @items, as numbers in @doc.
 */
void an_add_replacements(json_t *doc, json_t *items, const struct an_study *study);

#endif
