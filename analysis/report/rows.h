/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_REPORT_ROWS_H
#define AN_REPORT_ROWS_H

#include <jansson.h>

#include "analysis/study/study.h"

/*
 * Fill "metrics" and "comparisons" of @doc: one flat object per metric and variant, and per
 * metric and pair of variants; the keys are in analysis/README.md.
 */
void an_rows_add(json_t *doc, const struct an_study *study);

/* The row of the A/A comparison of @r. */
json_t *an_aa_row(const struct an_study *s, const struct an_group *g, const struct an_row *r);

/* Print metrics or comparisons (@key) as CSV with a header line. */
void an_rows_print_csv(FILE *f, const json_t *doc, const char *key);

#endif
