// SPDX-License-Identifier: GPL-2.0
/*
 * Parameters of a teardown, from measured boots: the rates at which guest pages leave, S-EPT pages
 * are reclaimed and callbacks free them, and the distribution of the time that RCU takes. The only
 * assumptions are defaults of RCU and of the scheduler (sizes.h).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/stats/quantile.h"
#include "lib/err.h"
#include "lib/text.h"
#include "hold.h"
#include "sizes.h"

double pl_hist_mean(const struct pl_hist *h)
{
	double sum = 0, n = 0;

	for (size_t i = 0; i < h->n; i++) {
		/* mean of a log-uniform value in [low, 2 low) is low / ln 2 */
		sum += h->count[i] * (h->low_ns[i] > 0 ? h->low_ns[i] / M_LN2 : 0);
		n += h->count[i];
	}
	return n > 0 ? sum / n : NAN;
}

double pl_hist_quantile(const struct pl_hist *h, double u)
{
	double total = 0, below = 0;

	for (size_t i = 0; i < h->n; i++)
		total += h->count[i];
	if (!(total > 0))
		return NAN;
	u *= total;
	for (size_t i = 0; i < h->n; i++) {
		if (u <= below + h->count[i] || i == h->n - 1)
			return h->low_ns[i] *
			       exp2(fmin(fmax((u - below) / h->count[i], 0), 1));
		below += h->count[i];
	}
	return NAN;
}

static void hist_add(struct pl_hist *sum, const struct pl_hist *h)
{
	for (size_t i = 0; i < h->n; i++) {
		size_t k = 0;

		while (k < sum->n && sum->low_ns[k] < h->low_ns[i])
			k++;
		if (k < sum->n && sum->low_ns[k] == h->low_ns[i]) {
			sum->count[k] += h->count[i];
			continue;
		}
		if (sum->n == PL_HIST)
			continue;
		memmove(&sum->low_ns[k + 1], &sum->low_ns[k], (sum->n - k) * sizeof(double));
		memmove(&sum->count[k + 1], &sum->count[k], (sum->n - k) * sizeof(double));
		sum->low_ns[k] = h->low_ns[i];
		sum->count[k] = h->count[i];
		sum->n++;
	}
}

static double median(double *v, size_t n)
{
	an_sort(v, n);
	return an_quantile(v, n, 0.5);
}

/* before_reclaim = a * pages + b * regions, least squares over the boots that tore TDs down alone. */
static void fit_guest(const struct pl_run *const *r, size_t n, struct pl_hold *h)
{
	double pp = 0, pr = 0, rr = 0, py = 0, ry = 0, det;

	for (size_t i = 0; i < n; i++) {
		double regions = r[i]->regions, pages = regions * r[i]->pages_per_region;
		/* relative errors: a boot of 64 pages says as much as one of 100000 */
		double w = 1 / (r[i]->before_reclaim_ns * r[i]->before_reclaim_ns);

		if (isnan(r[i]->before_reclaim_ns) || isnan(regions))
			continue;
		pp += w * pages * pages;
		pr += w * pages * regions;
		rr += w * regions * regions;
		py += w * pages * r[i]->before_reclaim_ns;
		ry += w * regions * r[i]->before_reclaim_ns;
	}
	det = pp * rr - pr * pr;
	h->guest_page_ns = h->guest_region_ns = 0;
	if (det > 1e-6 * pp * rr) {
		h->guest_page_ns = (py * rr - ry * pr) / det;
		h->guest_region_ns = (ry * pp - py * pr) / det;
	}
	if (h->guest_page_ns <= 0 || h->guest_region_ns < 0) {	/* one layout only */
		h->guest_region_ns = 0;
		h->guest_page_ns = pp > 0 ? py / pp : NAN;
	}
}

static bool usable(const struct pl_run *r, const char *variant)
{
	return !strcmp(r->variant, variant) && (r->uses & PL_USE_TEARDOWN) && r->has_retention &&
	       r->spt_freed > 0 && isfinite(r->reclaim_ns);
}

int pl_hold_fit(const struct pl_evidence *e, const char *variant, struct pl_hold *h,
		char **missing)
{
	const struct pl_run **r = xcalloc(e->n + 1, sizeof(*r));
	double *reclaim = xcalloc(e->n + 1, sizeof(double));
	double *release = xcalloc(e->n + 1, sizeof(double));
	double *unequal = xcalloc(e->n + 1, sizeof(double));
	size_t n = 0, nr_release = 0, nr_unequal = 0;
	double held_ns[2] = { 0 }, held_n[2] = { 0 };
	int ret = -1;

	memset(h, 0, sizeof(*h));
	snprintf(h->variant, sizeof(h->variant), "%s", variant);
	for (size_t i = 0; i < e->n; i++) {
		if (!usable(&e->run[i], variant))
			continue;
		if (n && strcmp(e->run[i].time_base, r[0]->time_base)) {
			warn("%s: left out: its time is %s, that of the first boot %s",
			     e->run[i].dir, e->run[i].time_base, r[0]->time_base);
			continue;
		}
		r[n++] = &e->run[i];
	}
	if (!n) {
		*missing = xasprintf("run dpamt-bench run plan-fit --out DIR, with %s among its variants",
				     variant);
		goto out;
	}
	strcpy(h->time_base, r[0]->time_base);
	h->runs = n;
	h->deferred = false;
	h->tick_ns = r[0]->hz > 0 ? 1e9 / r[0]->hz : 4e6;
	/* CFS/EEVDF: base slice 0.7 ms times 1 + log2 of at most 8 CPUs */
	h->slice_ns = 0.7e6 * (1 + floor(log2(fmin(r[0]->cpus, 8))));
	for (size_t i = 0; i < n; i++) {
		double sept = r[i]->spt_allocated / (r[i]->tds * r[i]->rounds);
		double span = sept * r[i]->reclaim_ns;

		h->largest_sept_pages = fmax(h->largest_sept_pages, sept);
		h->held_max_ns = fmax(h->held_max_ns, r[i]->held_max_ns);
		if (r[i]->held_page_ns / r[i]->spt_freed > 1e5)
			h->deferred = true;
		reclaim[i] = r[i]->reclaim_ns;
		if (isfinite(r[i]->free_ns))
			release[nr_release++] = r[i]->free_ns;
		if (isfinite(r[i]->unequal))
			unequal[nr_unequal++] = r[i]->unequal;
		/* reclaims that last longer than a tick or two hold RCU up themselves */
		if (span < 2 * h->tick_ns || !r[i]->serial || !h->deferred) {
			hist_add(&h->held[!r[i]->serial], &r[i]->held);
			held_ns[!r[i]->serial] += r[i]->held_page_ns;
			held_n[!r[i]->serial] += r[i]->spt_freed;
		}
		if (r[i]->serial && span > 1.3 * (r[i]->first_free_ns - r[i]->first_reclaim_ns) &&
		    span > 100e6 && h->nr_limits < PL_MAX_LIMITS)
			h->reader_limit_ns[h->nr_limits++] =
				r[i]->first_free_ns - r[i]->first_reclaim_ns;
	}
	h->reclaim_ns = median(reclaim, n);
	h->free_ns = nr_release ? median(release, nr_release) : h->reclaim_ns;
	h->unequal = nr_unequal ? median(unequal, nr_unequal) : 0;
	for (int k = 0; k < 2; k++) {
		int have = held_n[k] > 0 ? k : !k;

		h->held_mean_ns[k] = held_n[have] > 0 ? held_ns[have] / held_n[have] : NAN;
		if (have != k)
			h->held[k] = h->held[have];
	}
	fit_guest(r, n, h);
	if (h->deferred && !isfinite(h->held_mean_ns[0])) {
		*missing = xasprintf("boots of %s so far all have TDs whose teardown holds up RCU itself; run dpamt-bench run plan-fit --out DIR, with %s among its variants",
				     variant, variant);
	} else if (!isfinite(h->guest_page_ns)) {
		*missing = xasprintf("no boot of %s tore TDs down one by one; run dpamt-bench run plan-fit --out DIR, with %s among its variants",
				     variant, variant);
	} else {
		ret = 0;
	}
out:
	free(unequal);
	free(release);
	free(reclaim);
	free(r);
	return ret;
}
