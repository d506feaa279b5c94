// SPDX-License-Identifier: GPL-2.0
/*
 * Do two groups of boots differ, if boots made one after the other are alike?
 *
 * A block holds one boot of each variant, made next to each other. On a machine
 * with a clock of its own (simulated-wall, hardware) the machine drifts, and what
 * both boots of a block share must not count as a difference or drown one. So
 * labels are exchanged only within blocks. In virtual time no boot feels another,
 * and the rank test, which can reach much smaller p values, is used (study.c).
 *
 * It would be wrong if it disagreed with Fisher's count for Darwin's maize or with
 * R's wilcox.test(paired = TRUE); the unit tests hold it against both.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include <gsl/gsl_rng.h>

#include "quantile.h"
#include "signed_rank.h"

#define SEED 20250902
#define DRAWS 100000

/* Replace the differences by their signed mid-ranks. */
static int signed_ranks(double *d, size_t n)
{
	double *size = malloc(n * sizeof(*size));
	size_t *order = NULL, i, j, k;

	for (i = 0; size && i < n; i++)
		size[i] = fabs(d[i]);
	if (size)
		order = an_ascending(size, n);
	for (i = 0; order && i < n; i = j) {
		for (j = i + 1; j < n && size[order[j]] == size[order[i]]; j++)
			;
		for (k = i; k < j; k++)
			d[order[k]] = copysign((i + 1 + j) / 2.0, d[order[k]]);
	}
	i = order ? 0 : 1;
	free(order);
	free(size);
	return i ? -1 : 0;
}

double an_block_smallest_p(size_t blocks)
{
	return blocks ? exp2(1 - (double)blocks) : 1;
}

/* Share of the 2^n sums with other signs at least as far from 0 as the sum seen. */
static double count_all(const double *d, size_t n, double limit)
{
	uint64_t hits = 0, i, all = UINT64_C(1) << n;
	double sum = 0;
	size_t j;

	for (j = 0; j < n; j++)
		sum -= fabs(d[j]);
	/* Gray code: one sign changes from each sum to the next */
	for (i = 0;; i++) {
		int bit;

		hits += fabs(sum) >= limit;
		if (i + 1 == all)
			break;
		bit = __builtin_ctzll(i + 1);
		sum += ((i ^ (i >> 1)) >> bit) & 1 ? -2 * fabs(d[bit]) : 2 * fabs(d[bit]);
	}
	return (double)hits / all;
}

static int draw_some(const double *d, size_t n, double limit, double *p)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	size_t hits = 1, i, j; /* the one seen is one of them */

	if (!rng)
		return -1;
	gsl_rng_set(rng, SEED);
	for (i = 0; i < DRAWS; i++) {
		double sum = 0;

		for (j = 0; j < n; j++)
			sum += gsl_rng_uniform_int(rng, 2) ? d[j] : -d[j];
		hits += fabs(sum) >= limit;
	}
	*p = (double)hits / (DRAWS + 1);
	gsl_rng_free(rng);
	return 0;
}

int an_block_test(const double *diff, size_t n, bool ranks, struct an_block_test *out)
{
	double *d, sum = 0, size = 0, limit;
	size_t i, nonzero = 0;
	int err = 0;

	*out = (struct an_block_test){ .p = NAN, .blocks = n, .exact = true };
	out->p_smallest = an_block_smallest_p(n);
	if (!n)
		return 0;
	d = malloc(n * sizeof(*d));
	if (!d)
		return -1;
	for (i = 0; i < n; i++)
		if (diff[i] != 0)
			d[nonzero++] = diff[i];
	if (ranks && nonzero && signed_ranks(d, nonzero)) {
		free(d);
		return -1;
	}
	for (i = 0; i < nonzero; i++) {
		sum += d[i];
		size += fabs(d[i]);
	}
	/* sums are equal that differ by rounding only */
	limit = fabs(sum) - 1e-9 * size;
	if (!nonzero) {
		out->p = 1;
	} else if (nonzero <= AN_BLOCKS_EXACT) {
		out->p = count_all(d, nonzero, limit);
	} else {
		out->exact = false;
		err = draw_some(d, nonzero, limit, &out->p);
	}
	free(d);
	return err;
}
