// SPDX-License-Identifier: GPL-2.0
/*
 * Order statistics: sorting and quantiles.
 *
 * One definition of a quantile serves the whole report, whether it is a p99
 * over the operations of one boot or a quartile over boots: type 7 (see the
 * header). It would be wrong if R's quantile() gave another value.
 */
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_statistics_double.h>

#include "quantile.h"

static int cmp_double(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void an_sort(double *v, size_t n)
{
	/* glibc's merge sort; gsl_sort() is a heap sort, several times slower on millions */
	if (n > 1)
		qsort(v, n, sizeof(*v), cmp_double);
}

static int cmp_place(const void *x, const void *y, void *values)
{
	size_t a = *(const size_t *)x, b = *(const size_t *)y;
	int by_value = cmp_double((double *)values + a, (double *)values + b);

	return by_value ? by_value : (a > b) - (a < b);
}

size_t *an_ascending(const double *v, size_t n)
{
	size_t *place = calloc(n ? n : 1, sizeof(*place)), i;

	if (!place)
		return NULL;
	for (i = 0; i < n; i++)
		place[i] = i;
	qsort_r(place, n, sizeof(*place), cmp_place, (void *)v);
	return place;
}

double an_quantile(const double *sorted, size_t n, double p)
{
	if (!n)
		return NAN;
	return gsl_stats_quantile_from_sorted_data(sorted, 1, n, p);
}
