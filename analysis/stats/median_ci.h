/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_MEDIAN_CI_H
#define AN_MEDIAN_CI_H

#include <stddef.h>

struct an_interval {
	double low, high;	/* in the unit of the values; NaN if there is none */
	double level;		/* confidence reached, 0..1; 0 without an interval */
};

/*
 * Interval for quantile @p (0..1; 0.5 is the median) of what @sorted (@n ascending values,
 * independent of each other) was drawn from, of at least @level confidence: two order
 * statistics, each cutting off at most (1 - level) / 2 (Conover, "Practical Nonparametric
 * Statistics", 3.2). Where @n is too small for that, the widest there is, with its lower
 * level; for n < 2 none. With ties it covers at least at its level.
 */
struct an_interval an_quantile_interval(const double *sorted, size_t n, double p, double level);

#endif
