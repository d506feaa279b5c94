/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_QUANTILE_H
#define AN_QUANTILE_H

#include <stddef.h>

/* Sort @v (@n values, no NaN) in ascending order, in place. */
void an_sort(double *v, size_t n);

/* The places of @v's @n values in ascending order, equal ones as they stand. NULL: memory is short. */
size_t *an_ascending(const double *v, size_t n);

/*
 * Quantile @p (0..1) of @n ascending values: Hyndman and Fan (1996) type 7,
 * linear interpolation between the order statistics around (n - 1) * p. It is
 * the default of R and what gsl_stats_quantile_from_sorted_data() computes.
 * NaN if n is 0.
 */
double an_quantile(const double *sorted, size_t n, double p);

#endif
