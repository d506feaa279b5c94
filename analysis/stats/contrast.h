/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_CONTRAST_H
#define AN_CONTRAST_H

#include <stdbool.h>
#include <stddef.h>

#include "bootstrap.h"
#include "hodges_lehmann.h"
#include "mann_whitney.h"
#include "median_ci.h"
#include "signed_rank.h"
#include "verdict.h"

#define AN_LEVEL 0.95		/* nominal confidence of the intervals */

/* One metric of one column over its boots. */
struct an_cell {
	double *value;		/* ascending, @n of them */
	size_t n;
	double median, q1, q3;	/* NaN if n is 0 */
	struct an_interval ci;	/* of the median */
};

/* One metric of one column (b) against another (a). */
struct an_comparison {
	size_t nr_boots;	/* of the smaller of the two */
	struct an_shift shift;
	struct an_ratio ratio;
	struct an_rank_test rank;
	struct an_block_test block;
	bool by_block;		/* the verdict rests on @block, else on @rank */
	double p, p_smallest;	/* of that test; p is NaN if there is none */
	double p_holm;		/* NaN if there is no p */
	/* shifts below it would not have been seen, see detect.h; NaN if not computed */
	double detectable;
	bool primary;
	/* takes part in the correction; a constant metric cannot differ and does not */
	bool in_family;
	enum an_verdict verdict;
};

/* Sort @cell's values and fill in the rest. */
void an_cell_summarise(struct an_cell *cell);

/*
 * Compare @b with @a. @diff are the differences b - a of the @blocks blocks that have both. No
 * verdict yet: that needs the family. Returns 0, or -1 if memory is short.
 */
int an_contrast(const struct an_cell *a, const struct an_cell *b, const double *diff, size_t blocks,
		struct an_comparison *c);

/*
 * Choose the test of @c among @family comparisons: the block test if @clock (the machine has a
 * clock of its own, so neighbouring boots are alike), each boot is in a complete block, and there
 * are enough blocks to show anything after the correction; else the rank test. The choice does not
 * depend on the values.
 */
void an_contrast_choose(struct an_comparison *c, size_t na, size_t nb, size_t family, bool clock);

#endif
