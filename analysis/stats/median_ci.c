// SPDX-License-Identifier: GPL-2.0
/*
 * The interval of a median over boots: the two sorted boots between which the true median
 * lies. The number of boots below the true p-quantile is binomial(n, p) for any distribution,
 * so skewed latencies need no transformation.
 *
 * It would be wrong if the ranks differed from the published tables of the sign
 * test (tests/unit/test_analysis_boots.c), or if the interval covered a known truth
 * less often than it claims (tests/calibration).
 */
#include <math.h>

#include <gsl/gsl_cdf.h>

#include "median_ci.h"

/* P(at most @k of @n below the quantile); k may be -1 */
static double below(long k, double p, size_t n)
{
	return k < 0 ? 0 : gsl_cdf_binomial_P(k, p, n);
}

struct an_interval an_quantile_interval(const double *sorted, size_t n, double p, double level)
{
	double tail = (1 - level) / 2 + 1e-12; /* the margin absorbs rounding of fractions */
	struct an_interval out = { NAN, NAN, 0 };
	size_t low = 1, high = n;	       /* ranks from 1 */

	if (n < 2)
		return out;
	while (low < n && below(low, p, n) <= tail)
		low++;
	while (high > 1 && 1 - below((long)high - 2, p, n) <= tail)
		high--;
	out.low = sorted[low - 1];
	out.high = sorted[high - 1];
	out.level = below((long)high - 1, p, n) - below((long)low - 1, p, n);
	return out;
}
