// SPDX-License-Identifier: GPL-2.0
/*
 * Contention between calls of tdx_pamt_get() and tdx_pamt_put(): a discrete-event model. Each vCPU
 * thinks, makes a call, and thinks again. Three things are shared: the pamt lock or locks, the
 * cache lines of the refcounts, and the zone locks of the page allocator. Each is had in the order
 * of arrival, as a queued spinlock is, and costs a hand-over if another CPU had it last.
 *
 * Left out: memory bandwidth, NUMA distances beyond one hand-over time, mmu_lock, BUSY retries of
 * the module in designs with many locks, preempted lock holders. It would be wrong if it missed
 * queueing theory's closed forms (tests), or boots with two CPUs (dpamt-bench contention --check).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "lib/text.h"
#include "locksim.h"

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

/* Something that one CPU has at a time. */
struct server {
	double free_at, busy;
	unsigned int last;	/* vCPU that had it */
};

enum stage { BEGIN, LOCK, END };

struct vcpu {
	double at;		/* of its next stage */
	enum stage stage;
	unsigned int id;
	bool put, seam;		/* its call: a put; makes a SEAMCALL */
	double start;		/* of its call */
	double wait, held, seam_ns;
	unsigned int pages;	/* in its CPU's list of free pages */
	double due;		/* of its next SEAMCALL, 1: now */
};

/* vCPUs that work in one region. */
struct group {
	unsigned int lock;
	double left;		/* calls left in this region */
};

struct sim {
	const struct pl_lock_model *m;
	gsl_rng *rng;
	struct sampler think, victim, take, hold, get_seamcall, put_seamcall;
	struct vcpu *heap;
	struct group *group;
	struct server *lock, *line, *zone;
	unsigned int nr_locks, nr_groups, nr_lines;
	unsigned long calls, locked, zone_takes;
	struct pl_lock_result *r;	/* NULL while warming up */
};

static unsigned int groups(const struct pl_lock_model *m)
{
	return (m->vcpus + m->region_vcpus - 1) / m->region_vcpus;
}

/* The vCPU on top of the heap has got a later time: restore the order. */
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

static uint64_t ns(double v)
{
	return v > 0 ? (uint64_t)llround(v) : 0;
}

/* vCPU @id comes at @at and has @s for @held: when it begins to have it. */
static double serve(struct server *s, unsigned int id, double at, double held, double handoff)
{
	double start = fmax(at, s->free_at), end;

	if (s->last != id)
		start += handoff;
	end = start + held;
	s->busy += end - fmax(at, s->free_at);
	s->last = id;
	s->free_at = end;
	return start;
}

/* @v takes a batch from the page allocator, or gives one back: when that is done. */
static double zone(struct sim *s, const struct vcpu *v, double at)
{
	const struct pl_lock_model *m = s->m;
	double held = m->batch_pages * m->zone_page_ns;

	s->zone_takes++;
	return serve(&s->zone[v->id % m->zones], v->id, at, held, m->handoff_ns) + held;
}

static double take_pages(struct sim *s, struct vcpu *v, double at, unsigned int n)
{
	if (!s->m->batch_pages)
		return at;
	if (v->pages < n) {
		at = zone(s, v, at);
		v->pages += s->m->batch_pages;
	}
	v->pages -= n;
	return at;
}

static double give_pages(struct sim *s, struct vcpu *v, double at, unsigned int n)
{
	if (!s->m->batch_pages)
		return at;
	v->pages += n;
	if (v->pages > s->m->high_pages) {
		at = zone(s, v, at);
		v->pages -= s->m->batch_pages;
	}
	return at;
}

static bool takes_lock(const struct pl_design *d, bool seam)
{
	return !d->fastpath || seam;
}

/* Does the call take a pair from the page allocator, and does it give one back? */
static bool takes_pair(const struct pl_design *d, bool put, bool seam)
{
	return !put && (d->pair == PL_PAIR_FREED || seam);
}

static bool gives_pair(const struct pl_design *d, bool put, bool seam)
{
	return put ? seam : d->pair == PL_PAIR_FREED && !seam;
}

static struct server *next_lock(struct sim *s, struct group *g)
{
	const struct pl_lock_model *m = s->m;

	if (m->design.locks == 1)
		return s->lock;
	if (m->design.locks == PL_LOCK_PER_REGION)
		return &s->lock[g - s->group];
	if (g->left-- < 1) {
		g->lock = (unsigned int)gsl_rng_uniform_int(s->rng, m->design.locks);
		g->left = m->region_calls - 1;
	}
	return &s->lock[g->lock];
}

/* The fault's own page, then the call's beginning: the pair, and the way to the lock. */
static void begin(struct sim *s, struct vcpu *v)
{
	const struct pl_lock_model *m = s->m;
	const struct pl_design *d = &m->design;

	v->put = m->put_ratio > 0 && gsl_rng_uniform(s->rng) < m->put_ratio;
	/* one in so many calls, as a vCPU fills one region after the other */
	v->due += m->seamcall_ratio;
	v->seam = v->due >= 1;
	v->due -= v->seam;
	v->at = v->put ? give_pages(s, v, v->at, 1) : take_pages(s, v, v->at, 1);
	v->start = v->at;
	v->wait = 0;
	if (takes_pair(d, v->put, v->seam))
		v->at = take_pages(s, v, v->at, 2) + m->pair_alloc_ns;
	else if (!v->put && d->pair == PL_PAIR_RECYCLED)
		v->at += m->pair_cache_ns;
	if (takes_lock(d, v->seam)) {
		v->wait = draw(&s->take, s->rng);
		v->at += v->wait;
	}
	v->stage = LOCK;
}

/* Lock and refcount, or the refcount alone. */
static void lock(struct sim *s, struct vcpu *v)
{
	const struct pl_lock_model *m = s->m;
	unsigned int g = v->id / m->region_vcpus;
	double start;

	v->stage = END;
	v->held = v->seam_ns = 0;
	if (!takes_lock(&m->design, v->seam)) {
		v->at = serve(&s->line[g / m->line_regions], v->id, v->at, m->line_ns,
			      m->line_handoff_ns) + m->line_ns;
		return;
	}
	if (v->seam)
		v->seam_ns = draw(v->put ? &s->put_seamcall : &s->get_seamcall, s->rng);
	v->held = draw(&s->hold, s->rng) + v->seam_ns;
	start = serve(next_lock(s, &s->group[g]), v->id, v->at, v->held, m->handoff_ns);
	v->wait += start - v->at;
	v->at = start + v->held;
}

static void record(struct sim *s, const struct vcpu *v)
{
	struct pl_lock_result *r = s->r;
	uint64_t call = ns(v->at - v->start);

	pl_dist_add(&r->call_ns, call, 1);
	pl_dist_add(v->put ? &r->put_ns : &r->get_ns, call, 1);
	if (takes_lock(&s->m->design, v->seam)) {
		s->locked++;
		pl_dist_add(&r->wait_ns, ns(v->wait), 1);
	}
	/* the module runs with interrupts off whatever the lock */
	pl_dist_add(&r->irqs_off_ns, ns(s->m->design.irqsave ? v->wait + v->held : v->seam_ns), 1);
	if (!v->id)
		pl_dist_add(&r->victim_ns, call, 1);
}

/* The pair that was not needed, or that REMOVE gave back; then the rest of the fault. */
static void end(struct sim *s, struct vcpu *v)
{
	const struct pl_lock_model *m = s->m;
	bool victim = !v->id && m->victim_think.mean_ns > 0;

	if (gives_pair(&m->design, v->put, v->seam))
		v->at = give_pages(s, v, v->at, 2) + m->pair_reset_ns + m->pair_free_ns;
	if (s->r)
		record(s, v);
	s->calls++;
	v->at += draw(victim ? &s->victim : &s->think, s->rng);
	v->stage = BEGIN;
}

static void calls(struct sim *s, unsigned long n)
{
	for (n += s->calls; s->calls < n; sift(s, 0)) {
		struct vcpu *v = &s->heap[0];

		if (v->stage == BEGIN)
			begin(s, v);
		else if (v->stage == LOCK)
			lock(s, v);
		else
			end(s, v);
	}
}

static double busiest(struct server *s, unsigned int n, double span, double past_end)
{
	double most = 0;

	/* what was promised beyond the end is not the span's */
	for (unsigned int i = 0; i < n; i++)
		most = fmax(most, s[i].busy - fmax(s[i].free_at - past_end, 0));
	return fmin(fmax(most / span, 0), 1);
}

/* Count from @now on, with what was promised beyond it. */
static void forget(struct server *s, unsigned int n, double now)
{
	for (unsigned int i = 0; i < n; i++)
		s[i].busy = fmax(s[i].free_at - now, 0);
}

static void sim_init(struct sim *s, const struct pl_lock_model *m, unsigned long seed)
{
	memset(s, 0, sizeof(*s));
	s->m = m;
	s->rng = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(s->rng, seed);
	sampler_init(&s->think, &m->think);
	sampler_init(&s->victim, &m->victim_think);
	sampler_init(&s->take, &m->take);
	sampler_init(&s->hold, &m->hold);
	sampler_init(&s->get_seamcall, &m->get_seamcall);
	sampler_init(&s->put_seamcall, &m->put_seamcall);
	s->nr_groups = groups(m);
	s->nr_locks = m->design.locks == PL_LOCK_PER_REGION ? s->nr_groups : m->design.locks;
	s->nr_lines = (s->nr_groups + m->line_regions - 1) / m->line_regions;
	s->heap = xcalloc(m->vcpus, sizeof(*s->heap));
	s->group = xcalloc(s->nr_groups, sizeof(*s->group));
	s->lock = xcalloc(s->nr_locks, sizeof(*s->lock));
	s->line = xcalloc(s->nr_lines, sizeof(*s->line));
	s->zone = xcalloc(m->zones, sizeof(*s->zone));
	for (unsigned int i = 0; i < m->vcpus; i++) {
		s->heap[i].id = i;
		s->heap[i].due = gsl_rng_uniform(s->rng);
		s->heap[i].at = gsl_rng_uniform(s->rng) * (m->think.mean_ns + m->hold.mean_ns);
		/* CPUs' lists are at any level when it begins */
		if (m->batch_pages)
			s->heap[i].pages = (unsigned int)gsl_rng_uniform_int(s->rng, m->batch_pages);
	}
	for (unsigned int i = m->vcpus; i-- > 0; )
		sift(s, i);
}

static void sim_free(struct sim *s)
{
	gsl_rng_free(s->rng);
	free(s->think.q);
	free(s->victim.q);
	free(s->take.q);
	free(s->hold.q);
	free(s->get_seamcall.q);
	free(s->put_seamcall.q);
	free(s->heap);
	free(s->group);
	free(s->lock);
	free(s->line);
	free(s->zone);
}

void pl_lock_run(const struct pl_lock_model *m, unsigned long seed, unsigned long n,
		 struct pl_lock_result *r)
{
	struct sim s;
	double begun, span;

	memset(r, 0, sizeof(*r));
	sim_init(&s, m, seed);
	calls(&s, n / 10);
	begun = s.heap[0].at;
	forget(s.lock, s.nr_locks, begun);
	forget(s.zone, m->zones, begun);
	s.zone_takes = 0;
	s.r = r;
	calls(&s, n);
	span = s.heap[0].at - begun;
	r->calls_per_s = (double)n / span * 1e9;
	r->utilisation = busiest(s.lock, s.nr_locks, span, s.heap[0].at);
	r->zone_utilisation = busiest(s.zone, m->zones, span, s.heap[0].at);
	r->locked_ratio = (double)s.locked / (double)n;
	r->zone_takes = (double)s.zone_takes / (double)n;
	sim_free(&s);
}

static double locked_ratio(const struct pl_lock_model *m)
{
	return m->design.fastpath ? m->seamcall_ratio : 1;
}

static double seamcall_ns(const struct pl_lock_model *m)
{
	return (1 - m->put_ratio) * m->get_seamcall.mean_ns + m->put_ratio * m->put_seamcall.mean_ns;
}

/* Share of calls for which @what holds. */
static double share(const struct pl_lock_model *m,
		    bool (*what)(const struct pl_design *d, bool put, bool seam))
{
	double sum = 0;

	for (int put = 0; put < 2; put++) {
		for (int seam = 0; seam < 2; seam++)
			sum += what(&m->design, put, seam) *
			       (put ? m->put_ratio : 1 - m->put_ratio) *
			       (seam ? m->seamcall_ratio : 1 - m->seamcall_ratio);
	}
	return sum;
}

/*
 * Zone locks taken per call. What a call takes and gives back at once stays on the CPU's list: only
 * what goes one way needs a batch.
 */
static double zone_takes(const struct pl_lock_model *m)
{
	double net = 1 - 2 * m->put_ratio +
		     2 * (share(m, takes_pair) - share(m, gives_pair));

	return m->batch_pages ? fabs(net) / m->batch_pages : 0;
}

double pl_lock_call_ns(const struct pl_lock_model *m)
{
	double locked = locked_ratio(m);
	double cached = m->design.pair == PL_PAIR_RECYCLED ?
			(1 - m->put_ratio) * (1 - m->seamcall_ratio) * m->pair_cache_ns : 0;

	return locked * (m->take.mean_ns + m->hold.mean_ns) + (1 - locked) * m->line_ns + cached +
	       m->seamcall_ratio * seamcall_ns(m) + share(m, takes_pair) * m->pair_alloc_ns +
	       share(m, gives_pair) * (m->pair_reset_ns + m->pair_free_ns);
}

double pl_lock_cycle_ns(const struct pl_lock_model *m)
{
	return m->think.mean_ns + pl_lock_call_ns(m) +
	       zone_takes(m) * m->batch_pages * m->zone_page_ns;
}

double pl_lock_knee(const struct pl_lock_model *m)
{
	double locked = locked_ratio(m);
	double handoff = locked * m->handoff_ns;
	double held = locked * m->hold.mean_ns + handoff + m->seamcall_ratio * seamcall_ns(m);
	double cycle = pl_lock_cycle_ns(m) + handoff;

	if (!(held > 0))
		return INFINITY;
	/* one region's vCPUs are all that ever wait for each other */
	if (m->design.locks == PL_LOCK_PER_REGION)
		return cycle / held < m->region_vcpus ? cycle / held : INFINITY;
	return cycle / held * m->design.locks;
}
