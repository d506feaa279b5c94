// SPDX-License-Identifier: GPL-2.0
/*
 * What retention.csv says about the rates of a teardown: pages reclaimed and freed per time in
 * undisturbed bursts, and the landmarks first reclaim, first free, peak, zero.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "lib/lines.h"
#include "evidence.h"
#include "sizes.h"

/* Longer gaps than this belong to something else than the burst: a tick, another thread. */
#define BURST_GAP_NS 100000

struct burst {
	double ns, n;
};

static void burst_step(struct burst *b, bool same, uint64_t gap_ns)
{
	if (same && gap_ns < BURST_GAP_NS) {
		b->ns += (double)gap_ns;
		b->n++;
	}
}

int pl_retention_read(const char *path, struct pl_run *r)
{
	uint64_t t, pages, pairs, last_t = 0, last_pages = 0;
	struct burst reclaim = { 0 }, release = { 0 };
	struct an_lines *l = an_lines_open(path);
	double peak_pages = 0;
	bool complete;
	uint64_t reclaim_t = 0;
	int last = 0, since = 2;	/* +1 reclaim, -1 free; frees since the last reclaim */
	char *p;

	if (!l)
		return -1;
	p = an_lines_next(l, &complete);
	if (!p || strcmp(p, "t_ns,held_pages,held_back_pairs")) {
		an_lines_close(l);
		errno = EINVAL;
		return -1;
	}
	r->peak_bytes = 0;
	r->first_reclaim_ns = r->first_free_ns = r->zero_ns = r->peak_ns = NAN;
	while ((p = an_lines_next(l, &complete)) && complete) {
		int now;

		if (!an_take_u64(&p, ',', &t) || !an_take_u64(&p, ',', &pages) ||
		    !an_take_u64(&p, '\0', &pairs))
			continue;
		now = pages > last_pages ? 1 : pages < last_pages ? -1 : 0;
		if (now > 0) {
			/* freed at once: a free between any two */
			burst_step(&reclaim, since <= 1, t - reclaim_t);
			reclaim_t = t;
			since = 0;
			if (isnan(r->first_reclaim_ns))
				r->first_reclaim_ns = (double)t;
		} else if (now < 0) {
			burst_step(&release, last < 0, t - last_t);
			since++;
			if (isnan(r->first_free_ns))
				r->first_free_ns = (double)t;
		}
		if ((double)pages > peak_pages) {
			peak_pages = (double)pages;
			r->peak_ns = (double)t;
			r->zero_ns = NAN;
		}
		if (!pages && peak_pages > 0 && isnan(r->zero_ns))
			r->zero_ns = (double)t;
		r->peak_bytes = fmax(r->peak_bytes, PL_4K * pages + PL_PAIR_BYTES * pairs);
		last = now;
		last_t = t;
		last_pages = pages;
	}
	an_lines_close(l);
	r->reclaim_ns = reclaim.n ? reclaim.ns / reclaim.n : NAN;
	r->free_ns = release.n ? release.ns / release.n : NAN;
	r->has_retention = true;
	return 0;
}
