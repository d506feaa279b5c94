// SPDX-License-Identifier: GPL-2.0
/*
 * Distributions in constant memory; see fleet.h.
 */
#include <math.h>

#include "fleet.h"

#define EXACT	128
#define SUB	64

static unsigned int bucket(uint64_t v)
{
	unsigned int e;

	if (v < EXACT)
		return (unsigned int)v;
	e = 63 - (unsigned int)__builtin_clzll(v);	/* 7.. */
	if (e > 40)
		return PL_DIST_BUCKETS - 1;
	return EXACT + (e - 7) * SUB + (unsigned int)((v >> (e - 6)) & (SUB - 1));
}

/* Largest value of bucket @b. */
static double upper(unsigned int b)
{
	unsigned int e, i;

	if (b < EXACT)
		return b;
	e = (b - EXACT) / SUB + 7;
	i = (b - EXACT) % SUB;
	return ldexp(SUB + i + 1, (int)e - 6) - 1;
}

void pl_dist_add(struct pl_dist *d, uint64_t value, uint64_t weight)
{
	if (!weight)
		return;
	d->weight[bucket(value)] += weight;
	d->sum += (unsigned __int128)value * weight;
	d->total += weight;
	if (value > d->max)
		d->max = value;
}

void pl_dist_merge(struct pl_dist *to, const struct pl_dist *from)
{
	for (unsigned int i = 0; i < PL_DIST_BUCKETS; i++)
		to->weight[i] += from->weight[i];
	to->sum += from->sum;
	to->total += from->total;
	if (from->max > to->max)
		to->max = from->max;
}

double pl_dist_mean(const struct pl_dist *d)
{
	return d->total ? (double)d->sum / (double)d->total : NAN;
}

double pl_dist_quantile(const struct pl_dist *d, double p)
{
	uint64_t sum = 0;

	if (!d->total)
		return NAN;
	for (unsigned int i = 0; i < PL_DIST_BUCKETS && p < 1; i++) {
		sum += d->weight[i];
		if ((double)sum >= p * (double)d->total)
			return fmin(upper(i), (double)d->max);
	}
	return (double)d->max;
}
