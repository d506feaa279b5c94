/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_TABLE_H
#define AN_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

/* A metric of a table: its rows in the document, borrowed. */
struct an_table_row {
	const char *metric, *unit;
	bool primary, constant;
	bool carried; /* by the time base; false: no verdict, and printed only if primary */
	const json_t **cell;	/* of "metrics", per variant */
	size_t nr_cells;
	const json_t **cmp;	/* of "comparisons", NULL where there is none; cmp[0] unused */
};

struct an_table {
	struct an_table_row *row;
	size_t nr_rows, nr_variants;
};

/* The rows of @doc with @label, as a table; free with an_table_free(). */
void an_table_make(const json_t *doc, const char *label, struct an_table *t);
void an_table_free(struct an_table *t);

/* Has each of the compared variants, the first and @v, one value in all its boots? Then there is no interval, and no p. */
bool an_row_fixed(const struct an_table_row *r, size_t v);

/* The metrics that the time base cannot carry, ", " between them, malloc'ed; NULL if there are none. */
char *an_table_uncarried(const struct an_table *t);
/* ... and what is said before their names. */
#define AN_UNCARRIED \
	"In virtual time the threads take turns, so tails of latencies tell of turns. They have no verdict:"

/* Print the table as text: medians per variant, and below them each comparison. */
void an_table_print(FILE *f, const json_t *doc, const char *label);

#endif
