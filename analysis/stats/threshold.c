// SPDX-License-Identifier: GPL-2.0
/*
 * From which level on are hits rare? The share of hits per level, and the least level from which on it
 * stays small, with intervals from resampling whole boots: what happens within a boot is not
 * independent.
 *
 * Where no boot has a hit, no resample has one, and the interval of the share is 0 to 0. What that leaves
 * open is for an_share_limit().
 */
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>

#include "bootstrap.h"
#include "quantile.h"
#include "threshold.h"

#define SEED 20261127

/* The trials of all @boots at @level; those of boot @draw[i] in place of boot i unless it is NULL. */
static struct an_trials pool(const struct an_trials *t, const size_t *draw, size_t boots,
			     size_t levels, size_t level)
{
	struct an_trials all = { 0 };

	for (size_t i = 0; i < boots; i++) {
		const struct an_trials *one = &t[(draw ? draw[i] : i) * levels + level];

		all.n += one->n;
		all.hits += one->hits;
	}
	return all;
}

struct an_trials an_trials_at(const struct an_trials *t, size_t boots, size_t levels, size_t level)
{
	return pool(t, NULL, boots, levels, level);
}

static double share_at(const struct an_trials *t, const size_t *draw, size_t boots, size_t levels,
		       size_t level)
{
	struct an_trials all = pool(t, draw, boots, levels, level);

	return all.n ? (double)all.hits / (double)all.n : NAN;
}

static size_t threshold_at(const struct an_trials *t, const size_t *draw, size_t boots,
			   size_t levels, double share)
{
	size_t level = levels;

	/* NaN, no trial, is not above the share */
	while (level && !(share_at(t, draw, boots, levels, level - 1) > share))
		level--;
	while (level < levels && !pool(t, draw, boots, levels, level).n)
		level++;
	return level;
}

struct resampling {
	gsl_rng *rng;
	size_t *draw;
	double *value; /* AN_RESAMPLES */
};

static void resampling_end(struct resampling *r)
{
	if (r->rng)
		gsl_rng_free(r->rng);
	free(r->draw);
	free(r->value);
}

static int resampling_begin(struct resampling *r, size_t boots)
{
	r->rng = gsl_rng_alloc(gsl_rng_mt19937);
	r->draw = malloc(boots * sizeof(*r->draw));
	r->value = malloc(AN_RESAMPLES * sizeof(*r->value));
	if (r->rng && r->draw && r->value) {
		gsl_rng_set(r->rng, SEED);
		return 0;
	}
	resampling_end(r);
	return -1;
}

static void draw_boots(struct resampling *r, size_t boots)
{
	for (size_t i = 0; i < boots; i++)
		r->draw[i] = gsl_rng_uniform_int(r->rng, boots);
}

/* Order statistics of @n values, not interpolated: levels have nothing between them. */
static void ends(double *value, size_t n, double confidence, double *low, double *high)
{
	an_sort(value, n);
	*low = value[(size_t)floor((1 - confidence) / 2 * (double)(n - 1))];
	*high = value[(size_t)ceil((1 + confidence) / 2 * (double)(n - 1))];
}

int an_share_of(const struct an_trials *t, size_t boots, size_t levels, size_t level,
		double confidence, struct an_share *out)
{
	struct resampling r;
	size_t n = 0;

	*out = (struct an_share){ share_at(t, NULL, boots, levels, level), NAN, NAN };
	if (boots < 2 || isnan(out->share))
		return 0;
	if (resampling_begin(&r, boots))
		return -1;
	for (size_t i = 0; i < AN_RESAMPLES; i++) {
		draw_boots(&r, boots);
		r.value[n] = share_at(t, r.draw, boots, levels, level);
		n += !isnan(r.value[n]);
	}
	ends(r.value, n, confidence, &out->low, &out->high);
	resampling_end(&r);
	return 0;
}

int an_threshold_of(const struct an_trials *t, size_t boots, size_t levels, double share,
		    double confidence, struct an_threshold *out)
{
	struct resampling r;
	double low, high;

	out->level = threshold_at(t, NULL, boots, levels, share);
	out->low = out->high = out->level;
	if (boots < 2)
		return 0;
	if (resampling_begin(&r, boots))
		return -1;
	for (size_t i = 0; i < AN_RESAMPLES; i++) {
		draw_boots(&r, boots);
		r.value[i] = (double)threshold_at(t, r.draw, boots, levels, share);
	}
	ends(r.value, AN_RESAMPLES, confidence, &low, &high);
	out->low = (size_t)low;
	out->high = (size_t)high;
	resampling_end(&r);
	return 0;
}

double an_share_limit(struct an_trials t, double confidence)
{
	/* Clopper and Pearson's upper end */
	if (t.hits >= t.n)
		return 1;
	return gsl_cdf_beta_Pinv(confidence, (double)t.hits + 1, (double)(t.n - t.hits));
}
