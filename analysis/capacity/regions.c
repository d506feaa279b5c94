// SPDX-License-Identifier: GPL-2.0
/*
 * Fragmentation: how many 2M regions, and so PAMT pairs, do n pages need?
 *
 * Occupancy model. A region with room for r pages has r / k places for clusters of k contiguous pages; the clusters of a
 * host's TDs occupy places at random (hypergeometric). k / r is fitted to boots that counted pairs, with
 * the regions that are begun and not full (one per migration type, order and CPU list) as a
 * constant. It would be wrong if boots of other sizes than those fitted had other residuals: each
 * point is therefore also predicted from a fit without it.
 */
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_min.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_gamma.h>

#include "regions.h"
#include "sizes.h"

double pl_regions_packed(double pages)
{
	return ceil(pages / PL_REGION_PAGES);
}

double pl_regions_apart(double pages, double regions)
{
	return fmin(pages, regions);
}

/* ln of C(n - s, x) / C(n, x): no cluster of x in the s places of a region, of n in all. */
static double ln_untouched(double n, double s, double x)
{
	/* differences of lgamma lose all digits where n is large and s small: expand instead */
	if (x < 1e-4 * n && s < 1e-4 * n)
		return s * log1p(-x / n);
	return gsl_sf_lngamma(n - s + 1) - gsl_sf_lngamma(n - s - x + 1) -
	       gsl_sf_lngamma(n + 1) + gsl_sf_lngamma(n - x + 1);
}

double pl_regions_touched(double pages, double k, double room, double regions)
{
	double places = room / k, clusters = pages / k, n = regions * places;

	if (pages <= 0)
		return 0;
	if (clusters + places > n)	/* some cluster in every region */
		return regions;
	/* one place per region: as many regions as clusters */
	if (places <= 1 + 1e-9)
		return clusters;
	return -regions * expm1(ln_untouched(n, places, clusters));
}

/* Without the constant. */
static double touched(const struct pl_region_point *p, double contiguity)
{
	double k = fmax(contiguity * p->room, 1);

	return pl_regions_touched(p->pages, k, p->room, p->regions) *
	       (1 - pow(1 - p->tracked / p->pages, k));
}

double pl_regions_predict(const struct pl_region_fit *fit, const struct pl_region_point *p)
{
	double t = fit->open + touched(p, fit->contiguity);

	return fmin(fmax(t, pl_regions_packed(p->tracked)),
		    pl_regions_apart(p->tracked, p->regions));
}

struct problem {
	const struct pl_region_point *p;
	size_t n, skip;		/* skip: this point is left out; n: none */
	double open;		/* best for the contiguity last tried */
};

/* Sum of squared relative residuals for @ln_c, with the best constant. */
static double misfit(double ln_c, void *arg)
{
	struct problem *q = arg;
	double c = exp(ln_c), sw = 0, swd = 0, sum = 0;

	for (size_t i = 0; i < q->n; i++) {
		double w = 1 / (q->p[i].touched * q->p[i].touched);

		if (i == q->skip)
			continue;
		sw += w;
		swd += w * (q->p[i].touched - touched(&q->p[i], c));
	}
	q->open = fmax(swd / sw, 0);
	for (size_t i = 0; i < q->n; i++) {
		double r = q->open + touched(&q->p[i], c) - q->p[i].touched;

		if (i != q->skip)
			sum += r * r / (q->p[i].touched * q->p[i].touched);
	}
	return sum;
}

/* Coarse search, then golden section and parabolas around the best: the misfit is not convex. */
static void minimise(struct problem *q, struct pl_region_fit *fit)
{
	gsl_function f = { misfit, q };
	gsl_min_fminimizer *m;
	double bottom = -log(PL_REGION_PAGES), step = -bottom / 256, best = 0, best_v = INFINITY;

	for (int i = 0; i <= 256; i++) {
		double v = misfit(-i * step, q);

		if (v < best_v) {
			best_v = v;
			best = -i * step;
		}
	}
	if (best < 0 && best > bottom) {
		m = gsl_min_fminimizer_alloc(gsl_min_fminimizer_brent);
		if (!gsl_min_fminimizer_set(m, &f, best, best - step, fmin(best + step, 0))) {
			for (int i = 0; i < 60 && !gsl_min_fminimizer_iterate(m); i++)
				;
			best = gsl_min_fminimizer_x_minimum(m);
		}
		gsl_min_fminimizer_free(m);
	}
	misfit(best, q);
	fit->contiguity = exp(best);
	fit->open = q->open;
}

/* Points that touched fewer regions than point @i. */
static size_t rank(const struct pl_region_point *p, size_t n, size_t i)
{
	size_t below = 0;

	for (size_t k = 0; k < n; k++)
		below += p[k].touched < p[i].touched || (p[k].touched == p[i].touched && k < i);
	return below;
}

int pl_regions_fit(const struct pl_region_point *p, size_t n, struct pl_region_fit *fit)
{
	struct problem q = { .p = p, .n = n, .skip = n };
	gsl_error_handler_t *old;
	double sum = 0, out = 0, out_large = 0, nr_large = 0;
	size_t sizes = 1, fragmented = 0;

	for (size_t i = 0; i < n; i++)
		fragmented += p[i].room < PL_REGION_PAGES;
	for (size_t i = 1; i < n; i++)
		sizes += fabs(p[i].pages - p[0].pages) > 0.05 * p[0].pages;
	if (n < 3 || sizes < 2)
		return -1;
	*fit = (struct pl_region_fit){ .n = n, .fragmented = fragmented };
	old = gsl_set_error_handler_off();
	for (size_t i = 0; i < n; i++) {
		struct pl_region_fit one = { 0 };
		double r;

		q.skip = i;
		minimise(&q, &one);
		r = pl_regions_predict(&one, &p[i]) / p[i].touched - 1;
		out += r * r;
		if (2 * rank(p, n, i) >= n) {
			out_large += r * r;
			nr_large++;
		}
	}
	q.skip = n;
	minimise(&q, fit);
	gsl_set_error_handler(old);
	for (size_t i = 0; i < n; i++) {
		double r = pl_regions_predict(fit, &p[i]) / p[i].touched - 1;

		sum += r * r;
		fit->max_relative = fmax(fit->max_relative, fabs(r));
	}
	fit->rms_relative = sqrt(sum / (double)n);
	fit->held_out_large_rms_relative = sqrt(out_large / nr_large);
	fit->held_out_rms_relative = sqrt(out / (double)n);
	return 0;
}
