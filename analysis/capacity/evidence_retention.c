// SPDX-License-Identifier: GPL-2.0
/*
 * What retention.csv says about the rates of a teardown: pages reclaimed and freed per time in
 * undisturbed bursts, and the landmarks first reclaim, first free, peak, zero.
 */
#include <math.h>

#include "bench/rundir/retention_csv.h"
#include "evidence.h"

/* Longer gaps than this belong to something else than the burst: a tick, another thread. */
#define BURST_GAP_NS 100000

struct burst {
	double ns, n;
};

struct bursts {
	struct burst reclaim, release;
	struct retention_change before;
	uint64_t reclaim_ns;	/* time of the last reclaim */
	double first_free_ns;
	int last, since;	/* +1 reclaim, -1 free; frees since the last reclaim */
};

static void burst_step(struct burst *b, bool same, uint64_t gap_ns)
{
	if (same && gap_ns < BURST_GAP_NS) {
		b->ns += (double)gap_ns;
		b->n++;
	}
}

static double burst_mean(const struct burst *b)
{
	return b->n > 0 ? b->ns / b->n : NAN;
}

static bool step(const struct retention_change *c, void *arg)
{
	struct bursts *b = arg;
	int now = (c->pages > b->before.pages) - (c->pages < b->before.pages);

	if (now > 0) {
		/* freed at once: a free between any two */
		burst_step(&b->reclaim, b->since <= 1, c->t_ns - b->reclaim_ns);
		b->reclaim_ns = c->t_ns;
		b->since = 0;
	} else if (now < 0) {
		burst_step(&b->release, b->last < 0, c->t_ns - b->before.t_ns);
		b->since++;
		if (isnan(b->first_free_ns))
			b->first_free_ns = (double)c->t_ns;
	}
	b->last = now;
	b->before = *c;
	return true;
}

int pl_retention_read(const char *dir, struct pl_run *r, char **why)
{
	struct bursts b = { .first_free_ns = NAN, .since = 2 };
	struct retention_csv all;

	if (retention_csv_read(dir, 0, &all, why) || retention_csv_walk(dir, step, &b, why))
		return -1;
	r->peak_bytes = (double)all.peak_bytes;
	r->first_reclaim_ns = all.peak_pages ? (double)all.first_held_ns : NAN;
	r->peak_ns = all.peak_pages ? (double)all.peak_ns : NAN;
	r->zero_ns = all.back_to_zero ? (double)all.zero_after_peak_ns : NAN;
	r->first_free_ns = b.first_free_ns;
	r->reclaim_ns = burst_mean(&b.reclaim);
	r->free_ns = burst_mean(&b.release);
	return 0;
}
