/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_ANSWER_CELLS_H
#define AN_ANSWER_CELLS_H

#include "analysis/study/study.h"

/* From so many cells of an experiment on, a sentence for each is more than a reader takes in. */
#define AN_MANY_CELLS 3

/* Groups of one experiment and time base that compare the same variants. */
struct an_cells {
	const struct an_group **group; /* malloc'ed */
	size_t n;
};

/*
 * The cells that are answered together with @g, itself among them. False, and nothing to free, if
 * there are fewer than AN_MANY_CELLS.
 */
bool an_cells_of(struct an_cells *cells, const struct an_study *study, const struct an_group *g);

/* The answer of column @v over all @cells, malloc'ed; column 0 is compared with nothing. */
char *an_cells_sentence(const struct an_study *study, const struct an_cells *cells, size_t v);

#endif
