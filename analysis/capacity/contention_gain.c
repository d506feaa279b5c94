// SPDX-License-Identifier: GPL-2.0
/*
 * Which design buys how much? Throughput of all designs over the sets of parameters that the posted
 * figures allow. A difference that does not have the same sign in 90 % of the sets is none.
 */
#include "contention_gain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/stats/quantile.h"
#include "lib/text.h"

const char *pl_level_name(enum pl_level level)
{
	static const char *const names[] = { "fitted", "low", "mid", "high", "no-erratum" };

	return names[level];
}

struct pl_spread pl_spread_of(const double *v, size_t n)
{
	double *copy = xcalloc(n, sizeof(*copy));
	struct pl_spread s;

	memcpy(copy, v, n * sizeof(*copy));
	an_sort(copy, n);
	s.low = an_quantile(copy, n, 0.05);
	s.median = an_quantile(copy, n, 0.5);
	s.high = an_quantile(copy, n, 0.95);
	free(copy);
	return s;
}

static void set_level(struct pl_lock_model *m, enum pl_level level,
		      const struct pl_range3 box[PL_NR_PARAMS])
{
#define AT(r) (level == PL_L_LOW ? (r).low : level == PL_L_HIGH ? (r).high : (r).mid)
	if (level == PL_L_FITTED)
		return;
	m->pair_reset_ns = level == PL_L_NO_ERRATUM ? 0 : 2 * AT(box[PL_P_RESET]);
	m->get_seamcall.mean_ns = AT(box[PL_P_ADD]);
	m->put_seamcall.mean_ns = AT(box[PL_P_REMOVE]);
#undef AT
}

static size_t at(const struct pl_gains *g, size_t design, size_t vcpus, size_t set)
{
	return (design * g->nr_vcpus + vcpus) * g->nr_sets + set;
}

/* Design 0 is what all are compared with. */
static void choose(struct pl_gains *g, const char *only)
{
	g->nr_designs = pl_designs(g->design);
	if (only && !pl_design_find(only, &g->design[1]))
		g->nr_designs = 2;
}

void pl_gains_run(struct pl_gains *g, const struct pl_fitted *sets, size_t nr_sets,
		  const unsigned int *vcpus, size_t nr_vcpus, enum pl_load load,
		  enum pl_level level, const struct pl_range3 box[PL_NR_PARAMS],
		  const char *only, unsigned long seed)
{
	struct pl_lock_result *r = xcalloc(1, sizeof(*r));
	size_t n;

	*g = (struct pl_gains){ .vcpus = vcpus, .nr_vcpus = nr_vcpus, .nr_sets = nr_sets };
	choose(g, only);
	n = g->nr_designs * nr_vcpus * nr_sets;
	g->calls_per_s = xcalloc(n, sizeof(double));
	g->irqs_off_ns = xcalloc(n, sizeof(double));
	g->zone_ratio = xcalloc(n, sizeof(double));
	for (size_t d = 0; d < g->nr_designs; d++) {
		for (size_t v = 0; v < nr_vcpus; v++) {
			for (size_t s = 0; s < nr_sets; s++) {
				struct pl_lock_model m = pl_posted_model(&sets[s], &g->design[d],
									 load, vcpus[v], 1);
				size_t i = at(g, d, v, s);

				set_level(&m, level, box);
				pl_lock_run(&m, seed + s, 6000 + 40UL * vcpus[v], r);
				g->calls_per_s[i] = r->calls_per_s;
				g->irqs_off_ns[i] = pl_dist_quantile(&r->irqs_off_ns, 0.999);
				g->zone_ratio[i] = r->zone_utilisation;
			}
		}
	}
	free(r);
}

void pl_gains_free(struct pl_gains *g)
{
	free(g->calls_per_s);
	free(g->irqs_off_ns);
	free(g->zone_ratio);
}

static double ratio(const struct pl_gains *g, size_t a, size_t b, size_t v, size_t set)
{
	return g->calls_per_s[at(g, a, v, set)] / g->calls_per_s[at(g, b, v, set)];
}

struct pl_spread pl_gain(const struct pl_gains *g, size_t a, size_t b, size_t v)
{
	double *q = xcalloc(g->nr_sets, sizeof(*q));
	struct pl_spread s;

	for (size_t i = 0; i < g->nr_sets; i++)
		q[i] = ratio(g, a, b, v, i);
	s = pl_spread_of(q, g->nr_sets);
	free(q);
	return s;
}

struct pl_flip pl_flip_of(const struct pl_gains *g, size_t a, size_t b)
{
	double *from = xcalloc(g->nr_sets + 1, sizeof(*from));
	struct pl_flip f = { 0, { NAN, NAN, NAN } };
	size_t n = 0;

	for (size_t s = 0; s < g->nr_sets; s++) {
		bool ahead = false;

		for (size_t v = 0; v < g->nr_vcpus; v++) {
			double q = ratio(g, a, b, v, s);

			if (q > 1 + PL_GAIN_TIE) {
				ahead = true;
			} else if (ahead && q < 1 / (1 + PL_GAIN_TIE)) {
				from[n++] = g->vcpus[v];
				break;
			}
		}
	}
	if (n) {
		f.flips = (double)n / (double)g->nr_sets;
		f.vcpus = pl_spread_of(from, n);
	}
	free(from);
	return f;
}
