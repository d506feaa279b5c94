// SPDX-License-Identifier: GPL-2.0
/*
 * How large is the difference between two groups of boots? The Hodges-Lehmann
 * shift, the median of all pairwise differences, with the confidence interval
 * that inverts the Mann-Whitney test (Hollander and Wolfe, "Nonparametric
 * Statistical Methods", section 4.3): the k-th smallest and k-th largest
 * difference, where k is the largest number with P(U <= k - 1) <= (1 - level) / 2.
 *
 * With ties the interval is conservative: it covers at least at the level
 * stated. It would be wrong if R's wilcox.test(conf.int = TRUE) gave another.
 */
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "hodges_lehmann.h"
#include "mann_whitney.h"
#include "quantile.h"

/* k as above and the level achieved with it; k is at least 1. Returns -1 if memory is short. */
static int interval_depth(size_t na, size_t nb, double level, size_t *k, struct an_shift *out)
{
	size_t n = na + nb, min_sum = nb * (nb + 1) / 2;
	double tail = (1 - level) / 2, *cdf, sd;

	if (n > AN_EXACT_MAX) {
		sd = sqrt((double)na * nb * (n + 1) / 12);
		*k = floor((double)na * nb / 2 - gsl_cdf_ugaussian_Qinv(tail) * sd);
		if (*k < 1)
			*k = 1;
		out->level = level;
		return 0;
	}
	out->exact = true;
	cdf = an_rank_sum_cdf(na, nb);
	if (!cdf)
		return -1;
	/* U = rank sum - min_sum; the margin absorbs rounding of exact fractions such as 1/40 */
	*k = 1;
	while (cdf[min_sum + *k] <= tail + 1e-12)
		(*k)++;
	out->level = 1 - 2 * cdf[min_sum + *k - 1];
	free(cdf);
	return 0;
}

int an_shift(const double *a, size_t na, const double *b, size_t nb, double level,
	     struct an_shift *out)
{
	size_t n = na * nb, i, j, k;
	double *diff;

	*out = (struct an_shift){ .shift = NAN, .low = NAN, .high = NAN, .level = 0 };
	if (!n)
		return 0;
	diff = malloc(n * sizeof(*diff));
	if (!diff)
		return -1;
	for (i = 0; i < nb; i++)
		for (j = 0; j < na; j++)
			diff[i * na + j] = b[i] - a[j];
	an_sort(diff, n);
	out->shift = an_quantile(diff, n, 0.5);
	if (na > 1 && nb > 1) {
		if (interval_depth(na, nb, level, &k, out)) {
			free(diff);
			return -1;
		}
		out->low = diff[k - 1];
		out->high = diff[n - k];
	}
	free(diff);
	return 0;
}
