/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_PERF_COLUMNS_H
#define AN_PERF_COLUMNS_H

#include <stdbool.h>

#include <jansson.h>

#include "analysis/study/study.h"

/* Has any boot of @study a count of perf stat? */
bool an_has_perf(const struct an_study *study);

/*
 * The counts of each group in perf stat's columns: count and count per operation, means over boots, +- as
 * perf stat -r gives it; then each comparison. As lines in @items, as numbers in "perf_stat" of @doc.
 */
void an_add_perf(json_t *doc, json_t *items, const struct an_study *study);

#endif
