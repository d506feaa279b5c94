/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_BOOTSTRAP_H
#define AN_BOOTSTRAP_H

#include <stddef.h>

#define AN_RESAMPLES 2000

struct an_ratio {
	double ratio;		/* median of b / median of a; NaN if that of a is 0 or one has none */
	double low, high;	/* interval; NaN if there is none, INFINITY where a's median can be 0 */
};

/*
 * Ratio of the medians of @b and @a (values >= 0) with a percentile bootstrap interval
 * at @level: boots are drawn with replacement within each sample, AN_RESAMPLES times, by a
 * generator with a fixed seed, so that the same boots give the same interval.
 * Returns 0, or -1 if memory is short.
 */
int an_ratio(const double *a, size_t na, const double *b, size_t nb, double level,
	     struct an_ratio *out);

#endif
