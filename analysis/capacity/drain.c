// SPDX-License-Identifier: GPL-2.0
/*
 * Memory held back while TDs are torn down: a simulation of what decides it.
 *
 * A thread takes a TD's guest pages away, then reclaims its S-EPT pages one by one, each of which
 * queues a callback, then waits for all callbacks (rcu_barrier() in kvm_mmu_uninit_tdp_mmu()). A
 * grace period covers what was queued before it began. It lasts a time drawn from the measured
 * held times, and longer where a reclaiming thread, which holds rcu_read_lock(), is not made to
 * yield: that is why a large TD torn down alone holds all its pages until it is done. Callbacks
 * are passed in batches, and share their CPU with threads. It would be wrong if boots that the
 * parameters were not fitted to had other peaks (dpamt-bench plan --check).
 */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "analysis/stats/quantile.h"
#include "lib/text.h"
#include "drain.h"
#include "sizes.h"

#define STEP_NS 100000.0		/* where RCU or a reclaim is at work; else as far as the next event */

struct thread {
	double guest_ns, pages;	/* left to do of its TD */
	double *until;		/* waits until each CPU freed this many callbacks; NULL: works */
	bool done;
};

struct cpu {
	size_t *queue, nr;	/* threads; the first runs */
	double slice_ns;
	double queued, freed;	/* callbacks so far */
	double next, wait, ready;	/* not yet covered; covered by this grace period; to be freed */
	double backlog_ns;	/* for how long callbacks have been ready */
	bool blocks;		/* its reader began before this grace period */
};

struct sim {
	const struct pl_hold *h;
	const struct pl_drain *d;
	gsl_rng *rng;
	struct cpu *cpu;
	struct thread *thread;
	size_t threads, cpus, next_td, left;
	double now, gp_start, gp_ns, limit_ns, gp_at;	/* gp_at: when an idle RCU notices, NaN: not asked */
	bool gp;
	double held, peak_ns, zero_ns;
	struct pl_drain_result *res;
};

static void take_td(struct sim *s, struct thread *t)
{
	const struct pl_leaving *td;

	if (s->next_td == s->d->nr_tds) {
		t->done = true;
		s->left--;
		return;
	}
	td = &s->d->td[s->next_td++];
	t->guest_ns = td->guest_pages * s->h->guest_page_ns +
		      td->guest_regions * s->h->guest_region_ns;
	/* the scheduler does not treat threads alike; measured between TDs destroyed at once */
	if (s->threads > 1)
		t->guest_ns *= gsl_ran_lognormal(s->rng, 0, s->h->unequal);
	t->pages = td->sept_pages;
}

static struct thread *running(struct sim *s, struct cpu *c)
{
	return c->nr ? &s->thread[c->queue[0]] : NULL;
}

static bool reads(const struct thread *t)
{
	return t && t->guest_ns <= 0 && t->pages > 0;
}

static void rotate(struct cpu *c)
{
	size_t first = c->queue[0];

	memmove(c->queue, c->queue + 1, (c->nr - 1) * sizeof(*c->queue));
	c->queue[c->nr - 1] = first;
	c->slice_ns = 0;
	c->blocks = false;
}

/* A reclaiming thread is through: wait for the callbacks of all CPUs. */
static void start_barrier(struct sim *s, struct cpu *c)
{
	struct thread *t = running(s, c);

	t->until = xcalloc(s->cpus, sizeof(double));
	for (size_t i = 0; i < s->cpus; i++)
		t->until[i] = s->cpu[i].queued;
	c->nr--;
	memmove(c->queue, c->queue + 1, c->nr * sizeof(*c->queue));
	c->slice_ns = 0;
	c->blocks = false;
}

static void end_barriers(struct sim *s)
{
	for (size_t i = 0; i < s->threads; i++) {
		struct thread *t = &s->thread[i];
		struct cpu *c = &s->cpu[i % s->cpus];
		bool waits = false;

		if (!t->until)
			continue;
		for (size_t k = 0; k < s->cpus && !waits; k++)
			waits = s->cpu[k].freed < t->until[k] - 1e-6;
		if (waits)
			continue;
		free(t->until);
		t->until = NULL;
		take_td(s, t);
		if (!t->done)
			c->queue[c->nr++] = i;
	}
}

static void free_pages(struct sim *s, struct cpu *c, double n)
{
	n = fmin(n, c->ready);
	c->ready -= n;
	if (c->ready < 1e-6) {
		n += c->ready;
		c->ready = 0;
	}
	c->freed += n;
	s->held -= n;
}

/* The thread's share of @ns while callbacks are ready; frees what the rest of the time allows. */
static double share_with_callbacks(struct sim *s, struct cpu *c, double ns)
{
	double n;

	if (c->ready <= 0) {
		c->backlog_ns = 0;
		return ns;
	}
	if (!c->nr) {
		free_pages(s, c, ns / s->h->free_ns);
		return 0;
	}
	c->backlog_ns += ns;
	if (c->backlog_ns > s->h->slice_ns)	/* ksoftirqd wants the CPU: the reader yields */
		c->blocks = false;
	/* ksoftirqd takes turns with the threads */
	n = ns / (double)(c->nr + 1) / s->h->free_ns;
	n = fmin(n, c->ready);
	free_pages(s, c, n);
	return fmax(ns - n * s->h->free_ns, 0);
}

static void work(struct sim *s, struct cpu *c, double ns)
{
	struct thread *t = running(s, c);
	double n;

	ns = share_with_callbacks(s, c, ns);
	if (!t || ns <= 0)
		return;
	c->slice_ns += ns;
	if (t->guest_ns > 0) {
		n = fmin(t->guest_ns, ns);
		t->guest_ns -= n;
		ns -= n;
	}
	if (t->guest_ns <= 0 && ns > 0) {
		n = fmin(t->pages, ns / s->h->reclaim_ns);
		t->pages -= n;
		c->queued += n;
		c->next += n;
		s->held += n;
		if (t->pages <= 1e-9) {
			start_barrier(s, c);
			return;
		}
	}
	if (c->slice_ns >= s->h->slice_ns) {
		if (c->nr > 1)
			rotate(c);
		c->slice_ns = 0;
	}
}

static void start_gp(struct sim *s)
{
	size_t at_work = 0;
	double mean;
	int busy;

	s->gp = true;
	s->gp_start = s->now;
	s->gp_at = NAN;
	for (size_t i = 0; i < s->cpus; i++)
		at_work += s->cpu[i].nr;
	busy = at_work > 1;
	/*
	 * From held time to grace period: a lone TD's pages wait half a tick until one begins; with
	 * others at work they wait half of the period under way.
	 */
	mean = s->h->held_mean_ns[busy];
	s->gp_ns = pl_hist_quantile(&s->h->held[busy], gsl_rng_uniform(s->rng)) /
		   pl_hist_mean(&s->h->held[busy]);
	s->gp_ns *= busy ? mean / 1.5 : fmax(mean - s->h->tick_ns / 2, mean / 2);
	s->limit_ns = s->h->nr_limits ?
		s->h->reader_limit_ns[gsl_rng_uniform_int(s->rng, s->h->nr_limits)] : INFINITY;
	for (size_t i = 0; i < s->cpus; i++) {
		struct cpu *c = &s->cpu[i];

		c->wait += c->next;
		c->next = 0;
		c->blocks = reads(running(s, c));
	}
}

static void grace_periods(struct sim *s)
{
	bool asked = false, blocked = false;

	for (size_t i = 0; i < s->cpus; i++) {
		asked |= s->cpu[i].next > 0;
		blocked |= s->cpu[i].blocks;
	}
	if (s->gp) {
		double age = s->now - s->gp_start;

		if (age < s->gp_ns || (blocked && !(age > s->limit_ns)))
			return;
		s->gp = false;
		for (size_t i = 0; i < s->cpus; i++) {
			s->cpu[i].ready += s->cpu[i].wait;
			s->cpu[i].wait = 0;
		}
		if (asked)
			start_gp(s);
	} else if (asked) {
		/* noticed at the next tick */
		if (isnan(s->gp_at))
			s->gp_at = s->now + gsl_rng_uniform(s->rng) * s->h->tick_ns;
		if (s->now >= s->gp_at)
			start_gp(s);
	}
}

/* How far nothing but guest pages can change; callbacks and reclaims go step by step. */
static double step(const struct sim *s)
{
	double ns = INFINITY;

	if (s->held > 1e-6 || s->gp)
		return STEP_NS;
	for (size_t i = 0; i < s->cpus; i++) {
		const struct cpu *c = &s->cpu[i];
		const struct thread *t = c->nr ? &s->thread[c->queue[0]] : NULL;

		if (!t)
			continue;
		if (t->guest_ns <= 0)
			return STEP_NS;
		ns = fmin(ns, t->guest_ns);
		if (c->nr > 1)
			ns = fmin(ns, s->h->slice_ns - c->slice_ns);
	}
	return fmax(ns, STEP_NS);
}

static void course(struct sim *s)
{
	while (s->left || s->held > 1e-3) {
		double ns = step(s);

		s->res->page_ns += s->held * ns;
		if (s->held > 1e-3)
			s->res->held_ns += ns;
		s->now += ns;
		for (size_t i = 0; i < s->cpus; i++)
			work(s, &s->cpu[i], ns);
		if (s->held > s->res->peak_pages) {
			s->res->peak_pages = s->held;
			s->peak_ns = s->now;
			s->zero_ns = NAN;
		} else if (isnan(s->zero_ns) && s->held < 1e-3) {
			s->zero_ns = s->now;
		}
		grace_periods(s);
		end_barriers(s);
	}
}

/* The page is free as soon as it is reclaimed: one per CPU that reclaims. */
static void at_once(const struct pl_hold *h, const struct pl_drain *d, struct pl_drain_result *r)
{
	double pages = 0, guest = 0, n = (double)(d->threads < d->cpus ? d->threads : d->cpus);

	for (size_t i = 0; i < d->nr_tds; i++) {
		pages += d->td[i].sept_pages;
		guest += d->td[i].guest_pages * h->guest_page_ns +
			 d->td[i].guest_regions * h->guest_region_ns;
	}
	r->peak_pages = fmin(n, pages);
	r->peak_to_zero_ns = h->held_mean_ns[0];
	r->held_ns = pages * h->held_mean_ns[0] / n;
	r->page_ns = pages * h->held_mean_ns[0];
	r->total_ns = (guest + pages * h->reclaim_ns) / n;
}

void pl_drain_draw(const struct pl_hold *h, const struct pl_drain *d, gsl_rng *rng,
		   struct pl_drain_result *result)
{
	struct sim s = { .h = h, .d = d, .rng = rng, .gp_at = NAN, .res = result };

	memset(result, 0, sizeof(*result));
	if (!h->deferred) {
		at_once(h, d, result);
		return;
	}
	s.threads = d->threads < d->nr_tds ? d->threads : d->nr_tds;
	s.left = s.threads;
	s.cpus = d->cpus < s.threads ? d->cpus : s.threads;	/* others have nothing to do */
	s.cpu = xcalloc(s.cpus, sizeof(*s.cpu));
	s.thread = xcalloc(s.threads, sizeof(*s.thread));
	for (size_t i = 0; i < s.cpus; i++)
		s.cpu[i].queue = xcalloc(s.threads / s.cpus + 1, sizeof(size_t));
	for (size_t i = 0; i < s.threads; i++) {
		struct cpu *c = &s.cpu[i % s.cpus];

		take_td(&s, &s.thread[i]);
		c->queue[c->nr++] = i;
		/* threads do not start in step */
		c->slice_ns = gsl_rng_uniform(rng) * h->slice_ns;
	}
	course(&s);
	result->total_ns = s.now;
	result->peak_to_zero_ns = (isnan(s.zero_ns) ? s.now : s.zero_ns) - s.peak_ns;
	for (size_t i = 0; i < s.cpus; i++)
		free(s.cpu[i].queue);
	free(s.cpu);
	free(s.thread);
}

static void pick(double *v, size_t n, double *mean, double *p01, double *p50, double *p99, double *p999,
		 double *max)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += v[i];
	an_sort(v, n);
	*mean = sum / (double)n;
	*p01 = an_quantile(v, n, 0.01);
	*p50 = an_quantile(v, n, 0.5);
	*p99 = an_quantile(v, n, 0.99);
	*p999 = an_quantile(v, n, 0.999);
	*max = v[n - 1];
}

void pl_drain_many(const struct pl_hold *h, const struct pl_drain *d, unsigned long seed, size_t n,
		   struct pl_drain_stats *st)
{
	struct pl_drain_result *r = xcalloc(n, sizeof(*r));
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	double *v = xcalloc(n, sizeof(double));

	gsl_rng_set(rng, seed);
	for (size_t i = 0; i < n; i++)
		pl_drain_draw(h, d, rng, &r[i]);
#define PICK(field)									\
	do {										\
		for (size_t i = 0; i < n; i++)						\
			v[i] = r[i].field;						\
		pick(v, n, &st->mean.field, &st->p01.field, &st->p50.field,		\
		     &st->p99.field, &st->p999.field, &st->max.field);					\
	} while (0)
	PICK(peak_pages);
	PICK(peak_to_zero_ns);
	PICK(held_ns);
	PICK(page_ns);
	PICK(total_ns);
#undef PICK
	gsl_rng_free(rng);
	free(v);
	free(r);
}
