/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_HODGES_LEHMANN_H
#define AN_HODGES_LEHMANN_H

#include <stdbool.h>
#include <stddef.h>

struct an_shift {
	/* Hodges-Lehmann: median of all differences b - a; NaN if a sample is empty */
	double shift;
	double low, high;	/* confidence interval; NaN if the samples are too small for any */
	double level;		/* confidence level achieved (0..1), nominal unless @exact */
	bool exact;
};

/*
 * Shift from @a to @b (b minus a, in the unit of the values) with an interval of
 * at least @level confidence (0.95), from the Mann-Whitney distribution. The
 * levels are discrete: out->level says which one was reached. When even the
 * widest interval stays below @level, that one is given, with its lower level.
 * Returns 0, or -1 if memory is short.
 */
int an_shift(const double *a, size_t na, const double *b, size_t nb, double level,
	     struct an_shift *out);

#endif
