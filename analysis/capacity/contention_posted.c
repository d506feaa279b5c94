// SPDX-License-Identifier: GPL-2.0
/*
 * The contention model, fitted to what was posted of one TD: which sets of parameters give those
 * figures, and what do these say of five TDs? It is wrong if the figures of five TDs lie outside
 * what the sets span.
 */
#include "contention_posted.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_rng.h>

#include "lib/text.h"

/*
 * Yan Zhao, "Re: [PATCH v6 06/11] x86/virt/tdx: Optimize tdx_pamt_get/put()", 1 July 2026: Sapphire
 * Rapids, DPAMT v6, huge pages off, mean of three runs; TDs of 8 vCPUs and 8 GiB, from boot to
 * teardown, one alone and five at once.
 */
const struct pl_posted pl_posted_one_td[PL_NR_POSTED] = {
	[PL_MERGED] = { 706000, 2025, 706000, 130 },
	[PL_FASTPATH] = { 704000, 51, 704000, 34 },
};

const struct pl_posted pl_posted_five_tds[PL_NR_POSTED] = {
	[PL_MERGED] = { 3431000, 55517, 3431000, 2066 },
	[PL_FASTPATH] = { 3420000, 334, 3420000, 137 },
};

/* "least 2 us a call", one digit: an uncontended call is not shorter than this. */
#define LEAST_GET_NS	1500
/* A call that takes no lock costs at least this: a function call and an atomic. */
#define LEAST_LINE_NS	5
#define FIT_CALLS	10000
#define FIT_ROUNDS	4
#define FIT_ERROR	0.03
/* of five TDs: rounds, error of the merged design's calls and of the fast path's */
#define FIVE_ROUNDS	10
#define FIVE_ERROR	0.05
#define FIVE_FAST_ERROR	0.3
/* A hand-over can be so many times the high end of its range. */
#define FIVE_HANDOFF	4
/* With fewer vCPUs of a TD at work, a hand-over so long leaves too little for the call alone. */
static const struct pl_range3 five_faulting = { 4, 6, 8 };

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
		[PL_MISFIT_FIVE] = "not near the figures of five TDs",
	};

	return names[why];
}

const char *pl_posted_fit_name(enum pl_posted_fit fit)
{
	return fit == PL_POSTED_ONE ? "one" : "five";
}

double pl_posted_ns(const struct pl_posted *p, enum pl_load load)
{
	return load == PL_LOAD_FAULT ? p->get_ms / p->get_calls * 1e6 :
				       p->put_ms / p->put_calls * 1e6;
}

static double posted_ns(int which, enum pl_load load)
{
	return pl_posted_ns(&pl_posted_one_td[which], load);
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
		.handoff_ns = f->handoff_ns[load],
		.line_ns = crowd * (fault ? f->get_line_ns : f->put_line_ns),
		.line_handoff_ns = p[PL_P_LINE_HANDOFF],
		.pair_alloc_ns = pair * p[PL_P_ALLOC],
		.pair_reset_ns = pair * 2 * p[PL_P_RESET],
		.pair_free_ns = pair * p[PL_P_FREE],
		.pair_cache_ns = p[PL_P_CACHE],
		/* threads that tear down work on a TD each */
		.region_vcpus = fault ? count(p[PL_P_REGION_VCPUS]) : 1,
		.region_calls = 512,
		.line_regions = count(fault ? p[PL_P_LINE_REGIONS] : f->put_line_regions),
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

static void fit_begin(struct pl_fitted *f)
{
	f->handoff_ns[PL_LOAD_FAULT] = f->handoff_ns[PL_LOAD_TEARDOWN] = f->p[PL_P_HANDOFF];
	f->put_line_regions = f->p[PL_P_LINE_REGIONS];
	f->pair_ns = pair_terms(f->p);
	f->put_line_ns = posted_ns(PL_FASTPATH, PL_LOAD_TEARDOWN);
	f->get_line_ns = posted_ns(PL_FASTPATH, PL_LOAD_FAULT);
	f->take_ns = posted_ns(PL_MERGED, PL_LOAD_TEARDOWN);
	f->hold_ns = 0;
	set_lock(f, f->take_ns);
}

/* What the model of one TD lacks of a posted figure. */
static double missed(const struct pl_fitted *f, int which, enum pl_load load, unsigned long seed,
		     struct pl_lock_result *r)
{
	unsigned int n = count(f->p[load == PL_LOAD_FAULT ? PL_P_FAULTING : PL_P_TEARING]);

	return posted_ns(which, load) - mean_call(f, which, load, n, 1, seed, r);
}

/* One step towards the figures of one TD: each has one thing of its own to be met with. */
static enum pl_misfit fit_step(struct pl_fitted *f, unsigned long seed, struct pl_lock_result *r)
{
	double free_ratio = 1 - f->p[PL_P_SEAMCALL_PERCENT] / 100;
	double locked = f->take_ns + f->hold_ns;

	f->put_line_ns += missed(f, PL_FASTPATH, PL_LOAD_TEARDOWN, seed, r) / free_ratio;
	locked += missed(f, PL_MERGED, PL_LOAD_TEARDOWN, seed, r);
	if (f->put_line_ns < LEAST_LINE_NS || locked < f->put_line_ns)
		return PL_MISFIT_FAST;
	set_lock(f, locked);
	f->pair_ns += missed(f, PL_MERGED, PL_LOAD_FAULT, seed, r);
	if (f->pair_ns + locked < LEAST_GET_NS)
		return PL_MISFIT_LEAST;
	f->get_line_ns += missed(f, PL_FASTPATH, PL_LOAD_FAULT, seed, r) / free_ratio;
	return f->get_line_ns < LEAST_LINE_NS ? PL_MISFIT_FAST : PL_FITS;
}

static enum pl_misfit fit_ends(const struct pl_fitted *f, const struct pl_range3 box[PL_NR_PARAMS],
			       unsigned long seed, struct pl_lock_result *r)
{
	static const int terms[] = { PL_P_ALLOC, PL_P_RESET, PL_P_FREE };
	double scale = f->pair_ns / pair_terms(f->p);

	for (int w = 0; w < PL_NR_POSTED; w++)
		for (int l = 0; l < PL_NR_LOADS; l++)
			if (fabs(missed(f, w, (enum pl_load)l, seed, r)) >
			    FIT_ERROR * posted_ns(w, (enum pl_load)l))
				return PL_MISFIT_SUM;
	for (int i = 0; i < 3; i++) {
		const struct pl_range3 *b = &box[terms[i]];
		double v = f->p[terms[i]] * scale;

		if (v < b->low * 0.999 || v > b->high * 1.001)
			return PL_MISFIT_PAIR;
	}
	return PL_FITS;
}

enum pl_misfit pl_fit_posted(struct pl_fitted *f, const struct pl_range3 box[PL_NR_PARAMS],
			     unsigned long seed)
{
	struct pl_lock_result *r = xcalloc(1, sizeof(*r));
	enum pl_misfit why = PL_FITS;

	fit_begin(f);
	for (int i = 0; i < FIT_ROUNDS && why == PL_FITS; i++)
		why = fit_step(f, seed, r);
	if (why == PL_FITS)
		why = fit_ends(f, box, seed, r);
	free(r);
	return why;
}

/* Predicted for five TDs over posted, less 1. */
static double five_error(const struct pl_fitted *f, int which, enum pl_load load,
			 unsigned long seed, struct pl_lock_result *r)
{
	return pl_predict_five(f, which, load, seed, r) /
	       pl_posted_ns(&pl_posted_five_tds[which], load) - 1;
}

static enum pl_misfit five_ends(const struct pl_fitted *f, unsigned long seed,
				struct pl_lock_result *r)
{
	for (int w = 0; w < PL_NR_POSTED; w++)
		for (int l = 0; l < PL_NR_LOADS; l++)
			if (fabs(five_error(f, w, (enum pl_load)l, seed, r)) >
			    (w == PL_MERGED ? FIVE_ERROR : FIVE_FAST_ERROR))
				return PL_MISFIT_FIVE;
	return PL_FITS;
}

static unsigned int five_cpus(const struct pl_fitted *f, enum pl_load load)
{
	double one = round(fmax(f->p[load == PL_LOAD_FAULT ? PL_P_FAULTING : PL_P_TEARING], 1));

	return count(one * (1 + (PL_POSTED_TDS - 1) * f->p[PL_P_OVERLAP] / 100));
}

/* Change the hand-over so that merged calls of five TDs take what was posted. */
static void fit_handoff(struct pl_fitted *f, enum pl_load load,
			const struct pl_range3 box[PL_NR_PARAMS], unsigned long seed,
			struct pl_lock_result *r)
{
	double want = pl_posted_ns(&pl_posted_five_tds[PL_MERGED], load);
	double now = pl_predict_five(f, PL_MERGED, load, seed, r);
	double *h = &f->handoff_ns[load];

	/* a call waits for all others at most: a step too short rather than too long */
	*h += (want - now) / fmax(five_cpus(f, load) - 1, 1);
	*h = fmin(fmax(*h, box[PL_P_HANDOFF].low), FIVE_HANDOFF * box[PL_P_HANDOFF].high);
}

enum pl_misfit pl_fit_five(struct pl_fitted *f, const struct pl_range3 box[PL_NR_PARAMS],
			   unsigned long seed)
{
	struct pl_lock_result *r = xcalloc(1, sizeof(*r));
	enum pl_misfit why = PL_FITS;

	fit_begin(f);
	/* posted puts of the fast path take no longer with five TDs: they share no line */
	f->put_line_regions = 1;
	for (int i = 0; i < FIVE_ROUNDS && why == PL_FITS; i++) {
		why = fit_step(f, seed, r);
		for (int l = 0; l < PL_NR_LOADS && why == PL_FITS; l++)
			fit_handoff(f, (enum pl_load)l, box, seed, r);
	}
	if (why == PL_FITS)
		why = fit_ends(f, box, seed, r);
	if (why == PL_FITS)
		why = five_ends(f, seed, r);
	free(r);
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

void pl_posted_ranges(struct pl_range3 box[PL_NR_PARAMS], enum pl_posted_fit fit)
{
	/* unless the caller asks for something else */
	if (fit == PL_POSTED_FIVE && box[PL_P_FAULTING].high > five_faulting.low &&
	    box[PL_P_FAULTING].low < five_faulting.low)
		box[PL_P_FAULTING] = five_faulting;
}

size_t pl_fit_box(const struct pl_range3 box[PL_NR_PARAMS], enum pl_posted_fit fit, size_t want,
		  unsigned long seed, struct pl_fitted *out, size_t tried[PL_NR_MISFITS])
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
		why = fit == PL_POSTED_ONE ? pl_fit_posted(&out[n], box, seed) :
					     pl_fit_five(&out[n], box, seed);
		tried[why]++;
		if (why == PL_FITS)
			n++;
	}
	gsl_rng_free(rng);
	return n;
}

double pl_predict_five(const struct pl_fitted *f, int which, enum pl_load load, unsigned long seed,
		       struct pl_lock_result *scratch)
{
	return mean_call(f, which, load, five_cpus(f, load), 1 + f->p[PL_P_CROWD] / 100, seed,
			 scratch);
}
