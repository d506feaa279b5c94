// SPDX-License-Identifier: GPL-2.0
/*
 * From counters to the lock model and back: durations of uncontended calls, and predictions for
 * boots in which two CPUs contend.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"
#include "lib/text.h"
#include "contention.h"
#include "check.h"
#include "sizes.h"

/* soft_tdx costs of PAMT.ADD and PAMT.REMOVE, ns (kernel-patches/SOFT-TDX.md); half of each */
static const double module_ns[] = {
	[PL_COST_LOW] = (2000 + 1000) / 2.0,
	[PL_COST_MID] = (4000 + 2000) / 2.0,
	[PL_COST_HIGH] = (18000 + 11000) / 2.0,
};

const char *pl_cost_name(enum pl_cost cost)
{
	static const char *const names[] = { "measured", "low", "mid", "high" };

	return names[cost];
}

/* Calls in the phase of conversions: all but those that create and destroy the TDs. */
static double phase_calls(const struct pl_run *r)
{
	double with;

	return r->get + r->put - 2 * pl_run_pages(r, &with);
}

/*
 * Waits of the calls that took the lock, *@locked of them. Kernels that do not count these calls
 * have the others in the histogram as 0.
 */
static struct pl_hist waits(const struct pl_run *r, double *locked)
{
	struct pl_hist h = { .n = 0 };

	if (isfinite(r->get_locked)) {
		*locked = r->get_locked + r->put_locked;
		return r->lock_wait;
	}
	*locked = 0;
	for (size_t i = 0; i < r->lock_wait.n; i++) {
		if (!(r->lock_wait.low_ns[i] > 0))
			continue;
		h.low_ns[h.n] = r->lock_wait.low_ns[i];
		h.count[h.n++] = r->lock_wait.count[i];
		*locked += r->lock_wait.count[i];
	}
	return h;
}

/* How long the lock is held, less the SEAMCALL, and what a pair costs. */
static void hold_of(const struct pl_run *r, double locked, struct pl_calls *c)
{
	double freed = r->get_locked - r->add + r->remove;

	c->has_hold = isfinite(r->lock_hold_ns);
	if (!c->has_hold) {
		c->hold_ns = (r->total_ns - r->lock_wait_ns - r->seamcall_ns) / (r->get + r->put);
		return;
	}
	c->hold_ns = locked > 0 ? (r->lock_hold_ns - r->seamcall_ns) / locked : 0;
	c->pair_alloc_ns = r->get_locked > 0 ? r->pair_alloc_ns / r->get_locked : 0;
	c->pair_free_ns = freed > 0 ? r->pair_free_ns / freed : 0;
}

/* Time in the parts of calls that the model has; between two parts the kernel reads its clock. */
static double parts_ns(const struct pl_run *r)
{
	return isfinite(r->lock_hold_ns) ?
	       r->pair_alloc_ns + r->lock_wait_ns + r->lock_hold_ns + r->pair_free_ns : r->total_ns;
}

int pl_calls_of(const struct pl_run *r, struct pl_calls *c)
{
	double calls = r->get + r->put, in_phase = phase_calls(r), taken, ratio;

	if (!(r->uses & PL_USE_CALLS) || !(calls > 0) || !(in_phase > 0) || !(r->phase_ns > 0))
		return -1;
	memset(c, 0, sizeof(*c));
	ratio = in_phase / calls;
	c->take_hist = waits(r, &taken);
	hold_of(r, taken, c);
	c->take_ns = taken > 0 ? r->lock_wait_ns / taken : 0;
	c->seamcall_share = (r->add + r->remove) / calls;
	c->seamcall_ns = r->add + r->remove > 0 ? r->seamcall_ns / (r->add + r->remove) : 0;
	/* what a thread does beside the parts of calls */
	c->think_ns = (r->threads * r->phase_ns - ratio * parts_ns(r)) / in_phase;
	c->seamcall_hist = r->seamcall;
	c->region_calls = PL_REGION_PAGES;
	c->runs = 1;
	snprintf(c->time_base, sizeof(c->time_base), "%s", r->time_base);
	snprintf(c->variant, sizeof(c->variant), "%s", r->variant);
	return c->think_ns > 0 ? 0 : -1;
}

/* Can the calls of boot @r be compared with @c? If not for what it counts, says so on stderr. */
static bool alike(const struct pl_run *r, const struct pl_calls *own, const struct pl_calls *c)
{
	if (strcmp(own->time_base, c->time_base))
		return false;
	if (own->has_hold == c->has_hold)
		return true;
	warn("skipping %s: its kernel %s pamt_lock_hold_ns, that of the first boot of --runs %s", r->dir,
	     own->has_hold ? "counts" : "does not count", c->has_hold ? "does" : "does not");
	return false;
}

int pl_calls_fit(const struct pl_evidence *e, struct pl_calls *c, char **missing)
{
	struct pl_calls sum = { 0 }, one;

	for (size_t i = 0; i < e->n; i++) {
		const struct pl_run *r = &e->run[i];

		if (r->threads != 1 || pl_calls_of(r, &one) || (sum.runs && !alike(r, &one, &sum)))
			continue;
		if (sum.runs && strcmp(one.variant, sum.variant)) {
			warn("skipping %s: it is of %s, the first boot of --runs of %s; fit each design by its own boots",
			     r->dir, one.variant, sum.variant);
			continue;
		}
		sum.think_ns += one.think_ns;
		sum.hold_ns += one.hold_ns;
		sum.take_ns += one.take_ns;
		sum.pair_alloc_ns += one.pair_alloc_ns;
		sum.pair_free_ns += one.pair_free_ns;
		sum.seamcall_ns += one.seamcall_ns;
		sum.seamcall_share += one.seamcall_share;
		if (!sum.runs) {
			sum.seamcall_hist = one.seamcall_hist;
			sum.take_hist = one.take_hist;
			sum.region_calls = one.region_calls;
			sum.has_hold = one.has_hold;
			strcpy(sum.time_base, one.time_base);
			strcpy(sum.variant, one.variant);
		}
		sum.runs++;
	}
	if (!sum.runs) {
		*missing = xstrdup("run dpamt-bench run --variant immediate --time wall --record counters --out DIR -- convert --tds 2 --threads 1 --size 2097152 --mem 32 --rounds 10");
		return -1;
	}
	sum.think_ns /= (double)sum.runs;
	sum.hold_ns /= (double)sum.runs;
	sum.take_ns /= (double)sum.runs;
	sum.pair_alloc_ns /= (double)sum.runs;
	sum.pair_free_ns /= (double)sum.runs;
	sum.seamcall_ns /= (double)sum.runs;
	sum.seamcall_share /= (double)sum.runs;
	*c = sum;
	return 0;
}

struct pl_lock_model pl_lock_model_of(const struct pl_calls *c, const struct pl_design *design,
				      unsigned int vcpus, enum pl_cost cost)
{
	struct pl_lock_model m = {
		.design = *design, .vcpus = vcpus, .put_ratio = 0.5,
		.seamcall_ratio = c->seamcall_share,
		.region_calls = c->region_calls > 0 ? c->region_calls : PL_REGION_PAGES,
		.think = { PL_D_EXPONENTIAL, c->think_ns, { { 0 }, { 0 }, 0 } },
		.take = { c->take_hist.n ? PL_D_HIST : PL_D_FIXED, c->take_ns, c->take_hist },
		.hold = { PL_D_FIXED, c->hold_ns, { { 0 }, { 0 }, 0 } },
		.get_seamcall = { c->seamcall_hist.n ? PL_D_HIST : PL_D_FIXED, c->seamcall_ns,
				  c->seamcall_hist },
		.line_ns = c->hold_ns,
		.pair_alloc_ns = c->pair_alloc_ns, .pair_free_ns = c->pair_free_ns,
		/* threads of convert have a TD each; what else they allocate is in the think time */
		.region_vcpus = 1, .line_regions = 1, .zones = 1,
	};

	if (cost != PL_COST_AS_MEASURED) {
		/* what is measured beyond the module's own cost stays: the trap and its return */
		double trap = fmax(c->seamcall_ns - module_ns[PL_COST_MID], 0);

		m.get_seamcall.kind = PL_D_FIXED;
		m.get_seamcall.mean_ns = module_ns[cost] + trap;
	}
	m.put_seamcall = m.get_seamcall;
	return m;
}

static void slow_down(struct pl_lock_model *m, double by)
{
	m->think.mean_ns *= by;
	m->take.mean_ns *= by;
	m->hold.mean_ns *= by;
	m->line_ns *= by;
	m->pair_alloc_ns *= by;
	m->pair_free_ns *= by;
}

size_t pl_lock_check(const struct pl_calls *c, double handoff_ns, double line_ns, double crowd,
		     const struct pl_evidence *check, struct pl_lock_check *out)
{
	struct pl_lock_result *res = xcalloc(1, sizeof(*res));
	size_t n = 0;

	for (size_t i = 0; i < check->n; i++) {
		const struct pl_run *r = &check->run[i];
		double locked;
		struct pl_hist wait = waits(r, &locked);
		struct pl_design design;
		struct pl_lock_model m;
		struct pl_calls own;

		if (pl_design_find(r->variant, &design) || pl_calls_of(r, &own) ||
		    !alike(r, &own, c))
			continue;
		m = pl_lock_model_of(c, &design, (unsigned int)fmin(r->threads, r->cpus),
				     PL_COST_AS_MEASURED);
		m.seamcall_ratio = own.seamcall_share;
		m.handoff_ns = handoff_ns;
		if (line_ns >= 0)
			m.line_ns = line_ns;
		if (m.vcpus > 1)
			slow_down(&m, crowd);
		pl_lock_run(&m, 1, 400000, res);
		out[n++] = (struct pl_lock_check){ r, "calls per second", res->calls_per_s,
						   phase_calls(r) / (r->phase_ns / 1e9) };
		out[n++] = (struct pl_lock_check){ r, "calls with lock %",
						   100 * res->locked_ratio,
						   100 * locked / (r->get + r->put) };
		out[n++] = (struct pl_lock_check){ r, "wait, mean [ns]",
						   pl_dist_mean(&res->wait_ns),
						   locked > 0 ? r->lock_wait_ns / locked : NAN };
		out[n++] = (struct pl_lock_check){ r, "wait, p99.9 [ns]",
						   pl_dist_quantile(&res->wait_ns, 0.999),
						   pl_hist_quantile(&wait, 0.999) };
	}
	free(res);
	return n;
}
