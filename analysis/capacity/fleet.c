// SPDX-License-Identifier: GPL-2.0
/*
 * Fleet simulation: TDs arrive at hosts, live, convert and leave. Which memory do PAMT pairs and
 * held S-EPT pages take over time, in the mean, at the 99.9th percentile and at worst?
 *
 * Hosts are independent, each with its own random stream seeded by (seed, host), so the threads
 * that share them out cannot change the result; weights and values are whole numbers, so neither
 * can the order of adding up. Memory does not grow with the run: a heap of the TDs alive, and
 * histograms. How much a teardown holds and for how long is drawn from courses of the drain model,
 * which take the time of RCU from measured distributions; a course counts as a rectangle, its peak
 * for all its time, which errs on the large side. The pairs of a TD vary with the residuals of the
 * occupancy fit.
 */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <gsl/gsl_randist.h>

#include "lib/clock.h"
#include "lib/text.h"
#include "fleet.h"
#include "sizes.h"

#define DAY_US		86400e6
#define TABLE		512	/* courses kept per class; per size of drain */
#define DRAIN_SIZES	12	/* 1, 2, 4 .. 2048 TDs at once */

struct course {
	uint32_t pages;
	uint32_t us;
};

/* What the hosts share, read only. */
struct model {
	const struct pl_plan *plan;
	double pages[PL_MAX_CLASSES];		/* 4K units of memory that a TD takes */
	double pairs[PL_MAX_CLASSES], pairs_sd;	/* expected; relative deviation */
	double chunk_pairs[PL_MAX_CLASSES];	/* what one conversion gives back */
	double gap_us, host_pages;		/* mean time between arrivals of all classes */
	double cumulative[PL_MAX_CLASSES];	/* share of arrivals, added up */
	bool regular;
	struct course *teardown[PL_MAX_CLASSES];	/* NULL: not measured */
	struct course *drain[DRAIN_SIZES];
	uint64_t end_us;
	unsigned long seed;
	atomic_ulong next_host;
};

enum what { LEAVES, CONVERTS, FREED };

struct event {
	uint64_t at_us;
	uint64_t leaves_us;	/* of CONVERTS: when the TD will leave */
	uint32_t pairs;		/* of the TD; of FREED: pages */
	uint16_t class;
	uint8_t what;
	bool shared;		/* its chunk is shared now */
};

struct host {
	const struct model *m;
	struct pl_fleet *f;
	gsl_rng *rng;
	struct event *heap;
	size_t n, room;
	uint64_t now_us, pairs, held, tds;
	double free_pages;
};

static void push(struct host *h, struct event e)
{
	size_t i = h->n++;

	if (h->n > h->room) {
		h->room = h->room ? 2 * h->room : 64;
		h->heap = xreallocarray(h->heap, h->room, sizeof(*h->heap));
	}
	for (; i && h->heap[(i - 1) / 2].at_us > e.at_us; i = (i - 1) / 2)
		h->heap[i] = h->heap[(i - 1) / 2];
	h->heap[i] = e;
}

static struct event pop(struct host *h)
{
	struct event top = h->heap[0], last = h->heap[--h->n];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < h->n) {
		if (child + 1 < h->n && h->heap[child + 1].at_us < h->heap[child].at_us)
			child++;
		if (h->heap[child].at_us >= last.at_us)
			break;
		h->heap[i] = h->heap[child];
		i = child;
	}
	h->heap[i] = last;
	return top;
}

/* The state lasted until @at_us. */
static void pass(struct host *h, uint64_t at_us)
{
	uint64_t us = at_us - h->now_us;

	pl_dist_add(&h->f->tds, h->tds, us);
	pl_dist_add(&h->f->pairs, h->pairs, us);
	if (h->m->teardown[0])
		pl_dist_add(&h->f->held_pages, h->held, us);
	h->now_us = at_us;
}

static double draw_s(gsl_rng *rng, const struct pl_time *t)
{
	switch (t->law) {
	case PL_FIXED:
		return t->mean_s;
	case PL_LOGNORMAL:	/* the mean of the lognormal is the mean asked for */
		return gsl_ran_lognormal(rng, log(t->mean_s) - t->shape * t->shape / 2, t->shape);
	case PL_WEIBULL:
		return gsl_ran_weibull(rng, t->mean_s / tgamma(1 + 1 / t->shape), t->shape);
	case PL_EXPONENTIAL:
		break;
	}
	return gsl_ran_exponential(rng, t->mean_s);
}

static uint64_t soon(const struct model *m, uint64_t now, double us)
{
	/* anything behind the end is the end; at least a microsecond */
	return us >= (double)(m->end_us - now) ? m->end_us + 1 : now + (uint64_t)fmax(us, 1);
}

/* The next event of a TD: a conversion, or its end. */
static void schedule(struct host *h, struct event e)
{
	const struct pl_class *c = &h->m->plan->scenario->td[e.class];
	uint64_t at = UINT64_MAX;

	if (c->conversions_per_hour > 0)
		at = soon(h->m, h->now_us,
			  gsl_ran_exponential(h->rng, 3600e6 / c->conversions_per_hour));
	e.what = at < e.leaves_us ? CONVERTS : LEAVES;
	e.at_us = at < e.leaves_us ? at : e.leaves_us;
	push(h, e);
}

static void arrive(struct host *h)
{
	const struct model *m = h->m;
	const struct pl_scenario *s = m->plan->scenario;
	double u = gsl_rng_uniform(h->rng), pairs;
	struct event e = { 0 };

	while (e.class + 1u < s->nr_classes && u >= m->cumulative[e.class])
		e.class++;
	if (h->tds >= (uint64_t)s->host.tds_max || h->free_pages < m->pages[e.class]) {
		h->f->rejected++;
		return;
	}
	h->f->lifetimes++;
	pairs = m->pairs[e.class];
	if (m->pairs_sd > 0)
		pairs *= 1 + m->pairs_sd * gsl_ran_gaussian_ziggurat(h->rng, 1);
	e.pairs = (uint32_t)fmax(pairs + 0.5, 1);
	e.leaves_us = soon(m, h->now_us, draw_s(h->rng, &s->td[e.class].lifetime) * 1e6);
	h->tds++;
	h->pairs += e.pairs;
	h->free_pages -= m->pages[e.class];
	schedule(h, e);
}

static void hold(struct host *h, struct course c, struct pl_dist *peak, struct pl_dist *us)
{
	pl_dist_add(peak, c.pages, 1);
	pl_dist_add(us, c.us, 1);
	h->held += c.pages;
	push(h, (struct event){ .at_us = h->now_us + (c.us ? c.us : 1), .what = FREED,
				.pairs = c.pages });
}

static void leave(struct host *h, const struct event *e, bool alone)
{
	const struct model *m = h->m;

	h->tds--;
	h->pairs -= e->pairs - (e->shared ? (uint32_t)fmin(m->chunk_pairs[e->class], e->pairs - 1)
				: 0);
	h->free_pages += m->pages[e->class];
	if (alone && m->teardown[e->class])
		hold(h, m->teardown[e->class][gsl_rng_uniform_int(h->rng, TABLE)],
		     &h->f->teardown_peak_pages, &h->f->teardown_held_us);
}

static void convert(struct host *h, struct event *e)
{
	uint32_t pairs = (uint32_t)fmin(h->m->chunk_pairs[e->class], e->pairs - 1);

	h->f->conversions++;
	if (e->shared)
		h->pairs += pairs;
	else
		h->pairs -= pairs;
	e->shared = !e->shared;
	schedule(h, *e);
}

/* Maintenance: all TDs of the host leave at once. */
static void drain(struct host *h)
{
	const struct model *m = h->m;
	struct event *all = h->heap;
	size_t n = h->n;
	uint64_t tds = h->tds;

	h->heap = NULL;
	h->n = h->room = 0;
	h->f->drains++;
	for (size_t i = 0; i < n; i++) {
		if (all[i].what == FREED)
			push(h, all[i]);
		else
			leave(h, &all[i], false);
	}
	free(all);
	if (m->drain[0] && tds) {
		int size = (int)lround(log2((double)tds));
		struct course c;

		size = size < DRAIN_SIZES ? size : DRAIN_SIZES - 1;
		c = m->drain[size][gsl_rng_uniform_int(h->rng, TABLE)];
		/* between the sizes of the table: in proportion */
		c.pages = (uint32_t)(c.pages * ((double)tds / (double)(1 << size)));
		hold(h, c, &h->f->drain_peak_pages, &h->f->drain_held_us);
	}
}

static double gap(struct host *h)
{
	return h->m->regular ? h->m->gap_us : gsl_ran_exponential(h->rng, h->m->gap_us);
}

static void live(struct host *h)
{
	const struct model *m = h->m;
	double drain_us = m->plan->scenario->drain_every_days * DAY_US;
	uint64_t arrival = soon(m, 0, gap(h));
	/* hosts are not drained on the same day */
	uint64_t drained = drain_us > 0 ? soon(m, 0, drain_us * gsl_rng_uniform(h->rng)) :
					  UINT64_MAX;

	for (;;) {
		uint64_t next = h->n ? h->heap[0].at_us : UINT64_MAX;
		uint64_t at = next < arrival ? next : arrival;

		at = at < drained ? at : drained;
		if (at > m->end_us)
			break;
		pass(h, at);
		if (at == next) {
			struct event e = pop(h);

			if (e.what == LEAVES)
				leave(h, &e, true);
			else if (e.what == CONVERTS)
				convert(h, &e);
			else
				h->held -= e.pairs;
		} else if (at == arrival) {
			arrive(h);
			arrival = soon(m, at, gap(h));
		} else {
			drain(h);
			drained = soon(m, at, drain_us);
		}
	}
	pass(h, m->end_us);
}

/* splitmix64: neighbouring hosts get unrelated seeds. */
static unsigned long seed_of(unsigned long seed, unsigned long host)
{
	uint64_t z = (uint64_t)seed * 0x9e3779b97f4a7c15u + host + 1;

	z *= 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (unsigned long)(z ^ (z >> 31));
}

struct worker {
	pthread_t thread;
	struct model *m;
	struct pl_fleet f;
};

static void *work(void *arg)
{
	struct worker *w = arg;
	unsigned long host, n = (unsigned long)w->m->plan->scenario->hosts;
	/* taus2 takes 32 bits of seed; mt19937 as well, at four times the cost per host and draw */
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);

	while ((host = atomic_fetch_add(&w->m->next_host, 1)) < n) {
		struct host h = { .m = w->m, .f = &w->f, .rng = rng,
				  .free_pages = w->m->host_pages };

		gsl_rng_set(rng, seed_of(w->m->seed, host) & 0xffffffff);
		live(&h);
		free(h.heap);
	}
	gsl_rng_free(rng);
	return NULL;
}

static void courses(const struct pl_plan *p, const struct pl_leaving *td, size_t n,
		    unsigned long seed, struct course **out)
{
	struct pl_drain d = { td, n, n, (size_t)p->scenario->host.cpus };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	/* large drains take long and vary little */
	size_t distinct = n > 64 ? TABLE / 16 : n > 8 ? TABLE / 4 : TABLE;

	gsl_rng_set(rng, seed);
	*out = xcalloc(TABLE, sizeof(**out));
	for (size_t i = 0; i < TABLE; i++) {
		struct pl_drain_result r;

		if (i >= distinct) {
			(*out)[i] = (*out)[i % distinct];
			continue;
		}
		pl_drain_draw(&p->hold, &d, rng, &r);
		(*out)[i].pages = (uint32_t)ceil(r.peak_pages);
		(*out)[i].us = (uint32_t)fmin(ceil(r.held_ns / 1000), UINT32_MAX);
	}
	gsl_rng_free(rng);
}

static void prepare(struct model *m, const struct pl_plan *p, unsigned long seed)
{
	const struct pl_scenario *s = p->scenario;
	struct pl_scenario alive = *s;
	double rate = 0, most = s->host.tds_max, n;

	/* a drain meets classes as they are alive: arrivals times lifetime */
	for (size_t i = 0; i < s->nr_classes; i++)
		alive.td[i].count = s->td[i].arrivals_per_day * s->td[i].lifetime.mean_s;
	m->plan = p;
	m->seed = seed;
	m->end_us = (uint64_t)(s->days * DAY_US);
	m->host_pages = s->host.memory_bytes / PL_4K;
	m->pairs_sd = p->have_fit ? p->fit.held_out_large_rms_relative : 0;
	for (size_t i = 0; i < s->nr_classes; i++) {
		const struct pl_class *c = &s->td[i];
		struct pl_td t = pl_td_of(c);
		most = fmin(most, m->host_pages / (c->memory_bytes / PL_4K));
		m->pages[i] = c->memory_bytes / PL_4K + t.sept_pages + t.mirror_pages +
			      t.mmu_page_bytes / PL_4K + t.control_pages + t.spare_pages;
		/* of one more TD on a host with others: the share of many, without regions begun */
		n = fmax(floor(most / 2), 1);
		m->pairs[i] = fmax(pl_class_pairs(p, c, n) / n, 1);
		m->chunk_pairs[i] = floor(c->conversion_bytes / PL_4K * c->share_4k *
					  m->pairs[i] / pl_td_tracked_pages(&t));
		/* two pages per pair */
		m->pages[i] += 2 * m->pairs[i];
		most = fmin(most, m->host_pages / m->pages[i]);
		rate += c->arrivals_per_day;
		m->cumulative[i] = rate;
		m->regular = c->arrival.law == PL_FIXED;
		if (p->have_hold) {
			struct pl_leaving td = { t.sept_pages, t.guest_pages,
						 ceil(t.guest_pages / PL_REGION_PAGES) };

			courses(p, &td, 1, seed + i, &m->teardown[i]);
		}
	}
	for (size_t i = 0; i < s->nr_classes; i++)
		m->cumulative[i] /= rate;
	m->gap_us = DAY_US / rate;
	for (int i = 0; p->have_hold && s->drain_every_days > 0 && i < DRAIN_SIZES; i++) {
		size_t n = (size_t)1 << i;
		struct pl_leaving *td;

		if (i && (double)n / 2 > most) {	/* never that many: as the largest there is */
			m->drain[i] = xcalloc(TABLE, sizeof(**m->drain));
			memcpy(m->drain[i], m->drain[i - 1], TABLE * sizeof(**m->drain));
			continue;
		}
		td = pl_plan_leaving(&alive, n);
		courses(p, td, n, seed + 1000 + (unsigned long)i, &m->drain[i]);
		free(td);
	}
}

static void merge(struct pl_fleet *to, const struct pl_fleet *f)
{
	pl_dist_merge(&to->tds, &f->tds);
	pl_dist_merge(&to->pairs, &f->pairs);
	pl_dist_merge(&to->held_pages, &f->held_pages);
	pl_dist_merge(&to->teardown_peak_pages, &f->teardown_peak_pages);
	pl_dist_merge(&to->teardown_held_us, &f->teardown_held_us);
	pl_dist_merge(&to->drain_peak_pages, &f->drain_peak_pages);
	pl_dist_merge(&to->drain_held_us, &f->drain_held_us);
	to->lifetimes += f->lifetimes;
	to->rejected += f->rejected;
	to->conversions += f->conversions;
	to->drains += f->drains;
}

void pl_fleet_run(const struct pl_plan *p, unsigned long seed, unsigned int threads,
		  struct pl_fleet *f)
{
	struct model m = { 0 };
	struct worker *w;
	struct rusage ru;
	int64_t start;

	memset(f, 0, sizeof(*f));
	prepare(&m, p, seed);
	f->threads = threads ? threads : (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);
	w = xcalloc(f->threads, sizeof(*w));
	start = now_ms();
	for (unsigned int i = 0; i < f->threads; i++) {
		w[i].m = &m;
		/* the first runs here; a thread that cannot be had leaves its hosts to the others */
		if (i && pthread_create(&w[i].thread, NULL, work, &w[i]))
			w[i].m = NULL;
	}
	work(&w[0]);
	for (unsigned int i = 0; i < f->threads; i++) {
		if (i && w[i].m)
			pthread_join(w[i].thread, NULL);
		merge(f, &w[i].f);
	}
	f->wall_s = (double)(now_ms() - start) / 1000;
	getrusage(RUSAGE_SELF, &ru);
	f->rss_kib = ru.ru_maxrss;
	free(w);
	for (int i = 0; i < PL_MAX_CLASSES; i++)
		free(m.teardown[i]);
	for (int i = 0; i < DRAIN_SIZES; i++)
		free(m.drain[i]);
}
