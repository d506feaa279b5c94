/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_DOC_SUMMARY_H
#define AN_DOC_SUMMARY_H

#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

/*
 * Print the primary metrics of @doc with @label: for each variant beside the first a table of both,
 * their difference and the verdict. At most TEXT_WIDTH columns.
 */
void an_summary_print(FILE *f, const json_t *doc, const char *label);

/*
 * The verdict of a row of "comparisons" with how small the difference is: "faster, 0.85 %". Writes
 * into @buf and returns it.
 */
char *an_row_verdict(char *buf, size_t bytes, const json_t *comparison);

#endif
