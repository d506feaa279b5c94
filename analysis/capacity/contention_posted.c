// SPDX-License-Identifier: GPL-2.0
/*
 * The contention model, fitted to what was posted of one TD: which sets of parameters give those
 * figures, and what do these say of five TDs? It is wrong if the figures of five TDs lie outside
 * what the sets span.
 */
#include "contention_posted.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_rng.h>

#include "lib/text.h"

/*
 * Sapphire Rapids, DPAMT v6, huge pages off, mean of three runs, June and July 2026: one TD with 8
 * vCPUs and 8 GiB, from boot to teardown.
 */
const struct pl_posted pl_posted_one_td[PL_NR_POSTED] = {
	[PL_MERGED] = { 706000, 2025, 706000, 130 },
	[PL_FASTPATH] = { 704000, 51, 704000, 34 },
};

/* "least 2 us a call", one digit: an uncontended call is not shorter than this. */
#define LEAST_GET_NS	1500
/* A call that takes no lock costs at least this: a function call and an atomic. */
#define LEAST_LINE_NS	5
#define FIT_CALLS	10000
#define FIT_ROUNDS	4
#define FIT_ERROR	0.03

const char *pl_posted_variant(int which)
{
	return which == PL_MERGED ? "immediate" : "immediate-fastpath";
}

const char *pl_load_name(enum pl_load load)
{
	return load == PL_LOAD_FAULT ? "fault" : "teardown";
}

const char *pl_misfit_name(enum pl_misfit why)
{
	static const char *const names[] = {
		[PL_FITS] = "give the posted figures",
		[PL_MISFIT_FAST] = "SEAMCALLs alone exceed the fast path's total",
		[PL_MISFIT_LEAST] = "so much waiting that a call alone is below the least",
		[PL_MISFIT_PAIR] = "a pair costs what its terms' ranges exclude",
		[PL_MISFIT_SUM] = "not within 3 %",
	};

	return names[why];
}

static double posted_ns(int which, enum pl_load load)
{
	const struct pl_posted *p = &pl_posted_one_td[which];

	return load == PL_LOAD_FAULT ? p->get_ms / p->get_calls * 1e6 :
				       p->put_ms / p->put_calls * 1e6;
}

static struct pl_duration fixed(double ns)
{
	return (struct pl_duration){ PL_D_FIXED, ns, { { 0 }, { 0 }, 0 } };
}

static unsigned int count(double v)
{
	return (unsigned int)fmax(round(v), 1);
}

static double pair_terms(const double p[PL_NR_PARAMS])
{
	return p[PL_P_ALLOC] + 2 * p[PL_P_RESET] + p[PL_P_FREE];
}

struct pl_lock_model pl_posted_model(const struct pl_fitted *f, const struct pl_design *design,
				     enum pl_load load, unsigned int vcpus, double crowd)
{
	const double *p = f->p;
	/* what the fit left for a pair, in the proportion of its terms */
	double pair = crowd * f->pair_ns / pair_terms(p);
	bool fault = load == PL_LOAD_FAULT;
	struct pl_lock_model m = {
		.design = *design,
		.vcpus = vcpus,
		.put_ratio = fault ? 0 : 1,
		.seamcall_ratio = p[PL_P_SEAMCALL_PERCENT] / 100,
		.think = fixed(crowd * p[fault ? PL_P_FAULT : PL_P_TEARDOWN]),
		.take = fixed(crowd * f->take_ns),
		.hold = fixed(crowd * f->hold_ns),
		.get_seamcall = fixed(p[PL_P_ADD]),
		.put_seamcall = fixed(p[PL_P_REMOVE]),
		.handoff_ns = p[PL_P_HANDOFF],
		.line_ns = crowd * (fault ? f->get_line_ns : f->put_line_ns),
		.line_handoff_ns = p[PL_P_LINE_HANDOFF],
		.pair_alloc_ns = pair * p[PL_P_ALLOC],
		.pair_reset_ns = pair * 2 * p[PL_P_RESET],
		.pair_free_ns = pair * p[PL_P_FREE],
		.pair_cache_ns = p[PL_P_CACHE],
		/* threads that tear down work on a TD each */
		.region_vcpus = fault ? count(p[PL_P_REGION_VCPUS]) : 1,
		.region_calls = 512,
		.line_regions = count(p[PL_P_LINE_REGIONS]),
		.zones = count(p[PL_P_ZONES]),
		.batch_pages = (unsigned int)p[PL_P_BATCH],
		.high_pages = 4 * (unsigned int)p[PL_P_BATCH],
		.zone_page_ns = p[PL_P_ZONE_PAGE],
	};

	m.think.kind = PL_D_EXPONENTIAL;
	/* a page's teardown was derived with its put inside */
	if (!fault)
		m.think.mean_ns = fmax(m.think.mean_ns - posted_ns(PL_MERGED, load), 0);
	return m;
}

static double mean_call(const struct pl_fitted *f, int which, enum pl_load load,
			unsigned int vcpus, double crowd, unsigned long seed,
			struct pl_lock_result *r)
{
	struct pl_design d;
	struct pl_lock_model m;

	if (pl_design_find(pl_posted_variant(which), &d))
		return NAN;
	m = pl_posted_model(f, &d, load, vcpus, crowd);
	pl_lock_run(&m, seed, FIT_CALLS, r);
	return pl_dist_mean(&r->call_ns);
}

/* Uncontended lock: take and hold together are @ns. */
static void set_lock(struct pl_fitted *f, double ns)
{
	f->hold_ns = f->p[PL_P_HOLD] / 100 * fmax(ns - f->put_line_ns, 0);
	f->take_ns = ns - f->hold_ns;
}

static enum pl_misfit fit(struct pl_fitted *f, unsigned long seed, struct pl_lock_result *r)
{
	unsigned int faulting = count(f->p[PL_P_FAULTING]), tearing = count(f->p[PL_P_TEARING]);
	double s = f->p[PL_P_SEAMCALL_PERCENT] / 100, locked;
	double target[PL_NR_POSTED][PL_NR_LOADS], error = 0;

	for (int w = 0; w < PL_NR_POSTED; w++)
		for (int l = 0; l < PL_NR_LOADS; l++)
			target[w][l] = posted_ns(w, (enum pl_load)l);
	f->pair_ns = pair_terms(f->p);
	f->put_line_ns = target[PL_FASTPATH][PL_LOAD_TEARDOWN];
	f->get_line_ns = target[PL_FASTPATH][PL_LOAD_FAULT];
	locked = target[PL_MERGED][PL_LOAD_TEARDOWN];
	set_lock(f, locked);
	/* each target has one thing of its own to be met with */
	for (int i = 0; i < FIT_ROUNDS; i++) {
#define MISSED(which, load, n) (target[which][load] - mean_call(f, which, load, n, 1, seed, r))
		f->put_line_ns += MISSED(PL_FASTPATH, PL_LOAD_TEARDOWN, tearing) / (1 - s);
		locked += MISSED(PL_MERGED, PL_LOAD_TEARDOWN, tearing);
		if (f->put_line_ns < LEAST_LINE_NS || locked < f->put_line_ns)
			return PL_MISFIT_FAST;
		set_lock(f, locked);
		f->pair_ns += MISSED(PL_MERGED, PL_LOAD_FAULT, faulting);
		if (f->pair_ns + locked < LEAST_GET_NS)
			return PL_MISFIT_LEAST;
		f->get_line_ns += MISSED(PL_FASTPATH, PL_LOAD_FAULT, faulting) / (1 - s);
		if (f->get_line_ns < LEAST_LINE_NS)
			return PL_MISFIT_FAST;
	}
	for (int w = 0; w < PL_NR_POSTED; w++)
		for (int l = 0; l < PL_NR_LOADS; l++)
			error = fmax(error, fabs(MISSED(w, l, l == PL_LOAD_FAULT ? faulting : tearing) /
						 target[w][l]));
#undef MISSED
	return error > FIT_ERROR ? PL_MISFIT_SUM : PL_FITS;
}

enum pl_misfit pl_fit_posted(struct pl_fitted *f, const struct pl_range3 box[PL_NR_PARAMS],
			     unsigned long seed)
{
	static const int terms[] = { PL_P_ALLOC, PL_P_RESET, PL_P_FREE };
	struct pl_lock_result *r = xcalloc(1, sizeof(*r));
	enum pl_misfit why = fit(f, seed, r);
	double scale = f->pair_ns / pair_terms(f->p);

	free(r);
	for (int i = 0; i < 3 && why == PL_FITS; i++) {
		const struct pl_range3 *b = &box[terms[i]];
		double v = f->p[terms[i]] * scale;

		if (v < b->low * 0.999 || v > b->high * 1.001)
			why = PL_MISFIT_PAIR;
	}
	return why;
}

/* Triangular in the logarithm; in the value itself where low is 0. */
static double draw(const struct pl_range3 *b, gsl_rng *rng)
{
	double u = gsl_rng_uniform(rng), a = b->low, m = b->mid, z = b->high, v;
	bool log_scale = b->low > 0;

	if (!(z > a))
		return a;
	if (log_scale) {
		a = log(a);
		m = log(m);
		z = log(z);
	}
	if (u < (m - a) / (z - a))
		v = a + sqrt(u * (z - a) * (m - a));
	else
		v = z - sqrt((1 - u) * (z - a) * (z - m));
	return log_scale ? exp(v) : v;
}

size_t pl_fit_box(const struct pl_range3 box[PL_NR_PARAMS], size_t want, unsigned long seed,
		  struct pl_fitted *out, size_t tried[PL_NR_MISFITS])
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	size_t n = 0;

	gsl_rng_set(rng, seed);
	for (int i = 0; i < PL_NR_MISFITS; i++)
		tried[i] = 0;
	for (size_t t = 0; t < 100 * want && n < want; t++) {
		enum pl_misfit why;

		for (int i = 0; i < PL_NR_PARAMS; i++)
			out[n].p[i] = draw(&box[i], rng);
		why = pl_fit_posted(&out[n], box, seed);
		tried[why]++;
		if (why == PL_FITS)
			n++;
	}
	gsl_rng_free(rng);
	return n;
}

enum pl_misfit pl_fit_mid(const struct pl_range3 box[PL_NR_PARAMS], unsigned long seed,
			  struct pl_fitted *out)
{
	for (int i = 0; i < PL_NR_PARAMS; i++)
		out->p[i] = box[i].mid;
	return pl_fit_posted(out, box, seed);
}

double pl_predict_five(const struct pl_fitted *f, int which, enum pl_load load, unsigned long seed,
		       struct pl_lock_result *scratch)
{
	double one = f->p[load == PL_LOAD_FAULT ? PL_P_FAULTING : PL_P_TEARING];
	unsigned int n = count(round(fmax(one, 1)) *
			       (1 + (PL_POSTED_TDS - 1) * f->p[PL_P_OVERLAP] / 100));

	return mean_call(f, which, load, n, 1 + f->p[PL_P_CROWD] / 100, seed, scratch);
}
