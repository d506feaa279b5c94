// SPDX-License-Identifier: GPL-2.0
/*
 * The factor by which two groups of boots differ: the ratio of their medians, with an
 * interval from resampling whole boots. A boot is the replicate, so nothing within a boot is
 * resampled.
 *
 * The percentile interval was chosen by trial on simulated boots with a known
 * ratio (skewed, tied, symmetric; 5 to 20 boots): it covered 95.6 to 98.4 % at the
 * nominal 95, BCa 93.2 to 96.3 % (the jackknife of a median, which BCa needs, is
 * degenerate). It would be wrong if tests/calibration found less.
 */
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_rng.h>

#include "bootstrap.h"
#include "quantile.h"

#define SEED 20250901

static double median_of(double *v, size_t n)
{
	an_sort(v, n);
	return an_quantile(v, n, 0.5);
}

static double resampled_median(gsl_rng *rng, const double *from, size_t n, double *room)
{
	size_t i;

	for (i = 0; i < n; i++)
		room[i] = from[gsl_rng_uniform_int(rng, n)];
	return median_of(room, n);
}

int an_ratio(const double *a, size_t na, const double *b, size_t nb, double level,
	     struct an_ratio *out)
{
	double *room, *draws, ma, mb;
	gsl_rng *rng;
	size_t i;

	*out = (struct an_ratio){ NAN, NAN, NAN };
	if (!na || !nb)
		return 0;
	room = malloc((na > nb ? na : nb) * sizeof(*room));
	draws = malloc(AN_RESAMPLES * sizeof(*draws));
	rng = gsl_rng_alloc(gsl_rng_mt19937);
	if (!room || !draws || !rng) {
		free(room);
		free(draws);
		if (rng)
			gsl_rng_free(rng);
		return -1;
	}
	for (i = 0; i < na; i++)
		room[i] = a[i];
	ma = median_of(room, na);
	for (i = 0; i < nb; i++)
		room[i] = b[i];
	mb = median_of(room, nb);
	if (ma > 0) {
		out->ratio = mb / ma;
		gsl_rng_set(rng, SEED);
		for (i = 0; i < AN_RESAMPLES && na > 1 && nb > 1; i++) {
			ma = resampled_median(rng, a, na, room);
			mb = resampled_median(rng, b, nb, room);
			/* 0/0 says nothing: as likely small as large */
			draws[i] = ma > 0 ? mb / ma : mb > 0 ? INFINITY : out->ratio;
		}
		if (i) {
			an_sort(draws, i);
			/* order statistics, not interpolated: the draws may be infinite */
			out->low = draws[(size_t)floor((1 - level) / 2 * (i - 1))];
			out->high = draws[(size_t)ceil((1 + level) / 2 * (i - 1))];
		}
	}
	gsl_rng_free(rng);
	free(room);
	free(draws);
	return 0;
}
