// SPDX-License-Identifier: GPL-2.0
/*
 * The smallest difference that a report would have shown. Boots are simulated with the
 * scatter within both groups, one group shifted by a trial amount, and tested. The answer is
 * the amount that is found in four of five trials.
 *
 * Residuals about a median are a little too small, by about sqrt((n - 2) / n), and
 * are stretched by that. It would be wrong if a true shift of this size were found
 * in much more or less than four of five reports: tests/calibration counts.
 */
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>

#include "detect.h"
#include "mann_whitney.h"
#include "quantile.h"

#define SEED 20250903
#define TRIALS_MAX 1000	/* fewer with many boots, so that a report takes seconds */
#define TRIALS_MIN 200
#define PAIRS_MAX 1000000
#define STEPS 12	/* of the bisection: the answer is good to 2^-12 of its first bracket */

long an_critical_u(size_t na, size_t nb, double alpha)
{
	size_t n = na + nb, min_sum = nb * (nb + 1) / 2, max = min_sum + na * nb;
	double *cdf;
	long u = -1;

	if (n > AN_EXACT_MAX) {
		double sd = sqrt((double)na * nb * (n + 1) / 12);

		return floor((double)na * nb / 2 - 0.5 - gsl_cdf_ugaussian_Qinv(alpha / 2) * sd);
	}
	cdf = an_rank_sum_cdf(na, nb);
	if (!cdf)
		return -2;
	while (min_sum + u + 1 <= max && cdf[min_sum + u + 1] <= alpha / 2 + 1e-12)
		u++;
	free(cdf);
	return u;
}

struct trial {
	const double *residual;
	size_t n, na, nb, trials;
	double *room;	/* na + nb values */
	long critical;
};

/* Share of trials in which a shift of b by @shift is found. */
static double power(const struct trial *t, double shift)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	size_t found = 0, r, i, j;

	if (!rng)
		return NAN;
	/* the same draws at every shift: the power then rises with it, as it must */
	gsl_rng_set(rng, SEED);
	for (r = 0; r < t->trials; r++) {
		size_t twice_u = 0; /* pairs with b < a count 2, ties 1 */

		for (i = 0; i < t->na + t->nb; i++)
			t->room[i] = t->residual[gsl_rng_uniform_int(rng, t->n)] +
				     (i < t->na ? 0 : shift);
		for (i = 0; i < t->na; i++)
			for (j = t->na; j < t->na + t->nb; j++)
				twice_u += 2 * (t->room[j] < t->room[i]) +
					   (t->room[j] == t->room[i]);
		found += (long)twice_u <= 2 * t->critical;
	}
	gsl_rng_free(rng);
	return (double)found / t->trials;
}

static double median_of(const double *v, size_t n, double *room)
{
	size_t i;

	for (i = 0; i < n; i++)
		room[i] = v[i];
	an_sort(room, n);
	return an_quantile(room, n, 0.5);
}

double an_detectable(const double *a, size_t na, const double *b, size_t nb, double alpha)
{
	struct trial t = { .n = na + nb, .na = na, .nb = nb };
	double *residual, ma, mb, low = 0, high = 0, stretch;
	size_t i;

	if (!na || !nb)
		return NAN;
	t.critical = an_critical_u(na, nb, alpha);
	if (t.critical == -2)
		return NAN;
	if (t.critical < 0)
		return INFINITY;
	residual = malloc(t.n * sizeof(*residual));
	t.room = malloc(t.n * sizeof(*t.room));
	t.residual = residual;
	if (!residual || !t.room) {
		high = NAN;
		goto out;
	}
	t.trials = PAIRS_MAX / (na * nb);
	if (t.trials > TRIALS_MAX)
		t.trials = TRIALS_MAX;
	if (t.trials < TRIALS_MIN)
		t.trials = TRIALS_MIN;
	stretch = t.n > 2 ? sqrt(t.n / (t.n - 2.0)) : 1;
	ma = median_of(a, na, t.room);
	mb = median_of(b, nb, t.room);
	for (i = 0; i < t.n; i++) {
		residual[i] = stretch * (i < na ? a[i] - ma : b[i - na] - mb);
		high = fmax(high, 2 * fabs(residual[i]));
	}
	/* beyond the whole spread the two cannot overlap, so @high is always found */
	high *= 1.001;
	for (i = 0; i < STEPS && high > 0; i++) {
		double middle = (low + high) / 2;

		if (power(&t, middle) >= AN_POWER)
			high = middle;
		else
			low = middle;
	}
out:
	free(residual);
	free(t.room);
	return high;
}
