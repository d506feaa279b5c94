// SPDX-License-Identifier: GPL-2.0
/*
 * Contention on pamt_lock: a discrete-event model. Each vCPU thinks, calls tdx_pamt_get() or
 * tdx_pamt_put(), and thinks again; locks are taken in the order of arrival, as queued spinlocks
 * are. Durations are drawn from measured histograms.
 *
 * Left out: memory bandwidth, NUMA distances beyond one hand-over time, BUSY retries of the module
 * in the hashed design, preempted lock holders. It would be wrong if it missed queueing theory's
 * closed forms (tests), or boots with two CPUs (dpamt-bench contention --check).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "lib/text.h"
#include "locksim.h"

const char *pl_lock_name(enum pl_lock design)
{
	static const char *const names[] = { "global", "global-irqsave", "fastpath", "hashed-64" };

	return names[design];
}

const char *pl_lock_variant(enum pl_lock design)
{
	static const char *const names[] = { "immediate", "immediate-irqsave",
					     "immediate-fastpath", "immediate-hashed" };

	return names[design];
}

/* A histogram made ready for drawing: inverse of its distribution at equal steps. */
#define STEPS 4096

struct sampler {
	const struct pl_duration *d;
	double *q;
};

static void sampler_init(struct sampler *s, const struct pl_duration *d)
{
	double sum = 0;

	s->d = d;
	s->q = NULL;
	if (d->kind != PL_D_HIST)
		return;
	s->q = xcalloc(STEPS, sizeof(double));
	for (int i = 0; i < STEPS; i++) {
		s->q[i] = pl_hist_quantile(&d->hist, (i + 0.5) / STEPS);
		sum += s->q[i];
	}
	for (int i = 0; i < STEPS; i++)
		s->q[i] *= d->mean_ns * STEPS / sum;
}

static double draw(const struct sampler *s, gsl_rng *rng)
{
	switch (s->d->kind) {
	case PL_D_EXPONENTIAL:
		return s->d->mean_ns > 0 ? gsl_ran_exponential(rng, s->d->mean_ns) : 0;
	case PL_D_HIST:
		return s->q[gsl_rng_uniform_int(rng, STEPS)];
	case PL_D_FIXED:
		break;
	}
	return s->d->mean_ns;
}

struct vcpu {
	double at;		/* could have the lock if it were free */
	double take;		/* for so long it has been at it */
	bool seam;		/* its call makes a SEAMCALL */
	unsigned int id, lock;
	double left;		/* calls left in this region */
};

struct sim {
	const struct pl_lock_model *m;
	gsl_rng *rng;
	struct sampler think, victim, take, hold, seamcall;
	struct vcpu *heap;
	double *free_at, *busy;
	unsigned int *last;	/* vCPU that had the lock */
	double now;
};

static void sift(struct sim *s, unsigned int i)
{
	struct vcpu v = s->heap[i];
	unsigned int n = s->m->vcpus, child;

	while ((child = 2 * i + 1) < n) {
		if (child + 1 < n && s->heap[child + 1].at < s->heap[child].at)
			child++;
		if (s->heap[child].at >= v.at)
			break;
		s->heap[i] = s->heap[child];
		i = child;
	}
	s->heap[i] = v;
}

static double think(struct sim *s, unsigned int id)
{
	return draw(id || s->m->victim_think.mean_ns <= 0 ? &s->think : &s->victim, s->rng);
}

static uint64_t ns(double v)
{
	return v > 0 ? (uint64_t)llround(v) : 0;
}

static bool takes_lock(const struct pl_lock_model *m, const struct vcpu *v)
{
	return m->design != PL_LOCK_FASTPATH || v->seam;
}

static void next_call(struct sim *s, struct vcpu *v)
{
	v->seam = s->m->seamcall_share > 0 && gsl_rng_uniform(s->rng) < s->m->seamcall_share;
	v->take = takes_lock(s->m, v) ? draw(&s->take, s->rng) : 0;
	v->at += v->take;
}

/* One call of the vCPU that comes next; records it in @r if there is one. */
static void call(struct sim *s, struct pl_lock_result *r)
{
	const struct pl_lock_model *m = s->m;
	struct vcpu *v = &s->heap[0];
	double start = v->at, held, in_seam, wait, end, free_at;
	bool locks = takes_lock(m, v);

	if (m->design == PL_LOCK_HASHED && v->left-- < 1) {
		v->lock = (unsigned int)gsl_rng_uniform_int(s->rng, m->locks);
		v->left = m->region_calls - 1;
	}
	s->now = v->at;
	in_seam = v->seam ? draw(&s->seamcall, s->rng) : 0;
	held = (locks ? draw(&s->hold, s->rng) : m->line_ns) + in_seam;
	free_at = s->free_at[v->lock];
	if (locks) {
		start = fmax(start, free_at);
		/* its cache line is with whoever had it last */
		if (s->last[v->lock] != v->id)
			start += m->handoff_ns;
		s->last[v->lock] = v->id;
		s->free_at[v->lock] = start + held;
	}
	wait = start - v->at + v->take;
	end = start + held;
	if (r) {
		if (locks)
			s->busy[v->lock] += start + held - fmax(v->at, free_at);
		pl_dist_add(&r->wait_ns, ns(wait), 1);
		/* the module runs with interrupts off whatever the lock */
		pl_dist_add(&r->irqs_off_ns,
			    ns(m->design == PL_LOCK_IRQSAVE ? wait + held : in_seam), 1);
		if (!v->id)
			pl_dist_add(&r->victim_ns, ns(wait + held), 1);
	}
	v->at = end + think(s, v->id);
	next_call(s, v);
	sift(s, 0);
}

void pl_lock_run(const struct pl_lock_model *m, unsigned long seed, unsigned long calls,
		 struct pl_lock_result *r)
{
	unsigned int locks = m->design == PL_LOCK_HASHED ? m->locks : 1;
	struct sim s = { .m = m, .rng = gsl_rng_alloc(gsl_rng_mt19937) };
	double begun, span;

	memset(r, 0, sizeof(*r));
	gsl_rng_set(s.rng, seed);
	sampler_init(&s.think, &m->think);
	sampler_init(&s.victim, &m->victim_think);
	sampler_init(&s.take, &m->take);
	sampler_init(&s.hold, &m->hold);
	sampler_init(&s.seamcall, &m->seamcall);
	s.heap = xcalloc(m->vcpus, sizeof(*s.heap));
	s.free_at = xcalloc(locks, sizeof(double));
	s.busy = xcalloc(locks, sizeof(double));
	s.last = xcalloc(locks, sizeof(*s.last));
	for (unsigned int i = 0; i < m->vcpus; i++) {
		s.heap[i].id = i;
		s.heap[i].at = gsl_rng_uniform(s.rng) * (m->think.mean_ns + m->hold.mean_ns);
		next_call(&s, &s.heap[i]);
	}
	for (unsigned int i = m->vcpus; i-- > 0; )
		sift(&s, i);
	for (unsigned long i = 0; i < calls / 10; i++)
		call(&s, NULL);
	begun = s.now;
	for (unsigned long i = 0; i < calls; i++)
		call(&s, r);
	span = s.now - begun;
	r->calls_per_s = (double)calls / span * 1e9;
	for (unsigned int i = 0; i < locks; i++)
		r->utilisation = fmax(r->utilisation, fmin(s.busy[i] / span, 1));
	gsl_rng_free(s.rng);
	free(s.think.q);
	free(s.victim.q);
	free(s.take.q);
	free(s.hold.q);
	free(s.seamcall.q);
	free(s.heap);
	free(s.free_at);
	free(s.busy);
	free(s.last);
}

double pl_lock_knee(const struct pl_lock_model *m)
{
	double locked = m->design == PL_LOCK_FASTPATH ? m->seamcall_share : 1; /* share of calls */
	double held = locked * (m->hold.mean_ns + m->handoff_ns) +
		      m->seamcall_share * m->seamcall.mean_ns;
	double cycle = m->think.mean_ns + locked * m->take.mean_ns + held +
		       (1 - locked) * m->line_ns;

	if (m->design == PL_LOCK_HASHED)
		held /= m->locks;
	return held > 0 ? cycle / held : INFINITY;
}
