/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_RANK_TEST_H
#define AN_RANK_TEST_H

#include <stdbool.h>
#include <stddef.h>

/* Up to this many values in both samples together the p value is exact. */
#define AN_EXACT_MAX 120

struct an_rank_test {
	double u;		/* Mann-Whitney U of b: pairs with b > a, ties count 1/2 */
	double p;		/* two-sided; NaN if a sample is empty */
	double p_smallest;	/* the smallest two-sided p these sample sizes can give */
	bool exact;		/* permutation distribution, not the normal approximation */
	bool constant;		/* all values of both samples are equal: p is 1 */
};

/*
 * Two-sided Mann-Whitney test of @b against @a. Ties get mid-ranks. Exact: p is
 * the share of all C(na+nb, nb) ways to label the values for which the rank sum
 * is at least as far from its mean as the one seen. Otherwise the normal
 * approximation with tie and continuity correction.
 * Returns 0, or -1 if memory is short.
 */
int an_rank_test(const double *a, size_t na, const double *b, size_t nb, struct an_rank_test *out);

/* Smallest two-sided p that samples of @na and @nb values can give: 2 / C(na+nb, na), at most 1. */
double an_smallest_p(size_t na, size_t nb);

/*
 * Smallest n such that @n against n values can reach p * @family <= @alpha, i.e.
 * the boots per variant needed before a family of that many comparisons can show anything.
 */
size_t an_boots_needed(size_t family, double alpha);

/*
 * Distribution of a rank sum: cdf[s] = P(sum of @m of the @n @scores <= s), for s
 * in 0..*max_sum; every subset of size m is equally likely (Streitberg and
 * Roehmel's shift algorithm, 1986). Scores are positive integers. The caller
 * frees the result; NULL if memory is short.
 */
double *an_subset_sum_cdf(const unsigned int *scores, size_t n, size_t m, size_t *max_sum);

/* The same of the ranks 1..@na + @nb without ties, for the sum of @nb of them. */
double *an_rank_sum_cdf(size_t na, size_t nb);

#endif
