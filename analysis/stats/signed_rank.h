/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_BLOCK_TEST_H
#define AN_BLOCK_TEST_H

#include <stdbool.h>
#include <stddef.h>

/* Up to this many blocks with a difference every exchange within blocks is counted. */
#define AN_BLOCKS_EXACT 20

struct an_block_test {
	double p;		/* two-sided; NaN without blocks */
	double p_smallest;	/* the smallest p that @blocks blocks can give: 2 / 2^blocks */
	size_t blocks;		/* with both values */
	bool exact;		/* all exchanges counted; else 100000 drawn with a fixed seed */
};

/*
 * Permutation test that keeps blocks together: @d[i] is b - a in block i. If the two do not
 * differ, a and b could be exchanged within each block; p is the share of such exchanges
 * whose sum of scores is at least as far from 0 as the one seen. With @ranks the scores are
 * signed mid-ranks of |d| (Wilcoxon's signed ranks; differences of 0 count for nothing),
 * which one wild boot cannot dominate, else the differences themselves (Fisher's test).
 * Returns 0, or -1 if memory is short.
 */
int an_block_test(const double *d, size_t n, bool ranks, struct an_block_test *out);

/* Smallest two-sided p of @blocks blocks, at most 1. */
double an_block_smallest_p(size_t blocks);

#endif
