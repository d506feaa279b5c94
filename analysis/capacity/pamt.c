// SPDX-License-Identifier: GPL-2.0
/*
 * The exact terms of the plan: PAMT of the host, tables and control pages of a TD. They are wrong if
 * a boot counts another number of S-EPT pages or tdx_pamt_get() calls.
 */
#include <math.h>

#include "pamt.h"
#include "sizes.h"
#include "tdmr.h"

static double align_up(double v, double to)
{
	return ceil(v / to) * to;
}

/* PAMT of one TDMR: each level is aligned to 4K. */
static void add_tdmr(struct pl_pamt *p, double bytes)
{
	double large = align_up(bytes / PL_2M * PL_PAMT_ENTRY_BYTES, PL_4K) +
		       align_up(bytes / PL_1G * PL_PAMT_ENTRY_BYTES, PL_4K);

	p->tdmr_bytes += bytes;
	p->static_bytes += align_up(bytes / PL_4K * PL_PAMT_ENTRY_BYTES, PL_4K) + large;
	p->dynamic_static_bytes += align_up(bytes / PL_4K * PL_PAMT_BITMAP_BITS / 8, PL_4K) + large;
}

struct pl_pamt pl_pamt_of(const struct pl_host *h)
{
	struct pl_pamt p = { 0 };
	struct pl_tdmrs t;
	double last = 0;

	pl_tdmrs_of(h, &t);
	for (size_t i = 0; i < t.n && i < PL_MAX_TDMRS; i++)
		add_tdmr(&p, t.tdmr[i].end_bytes - t.tdmr[i].start_bytes);
	for (size_t i = 0; i < h->nr_ranges; i++) {
		/* two nodes may meet within a region */
		double start = fmax(floor(h->range[i].start_bytes / PL_2M), last);

		last = fmax(ceil(h->range[i].end_bytes / PL_2M), last);
		p.regions += last - start;
	}
	p.refcount_bytes = align_up(last * PL_REFCOUNT_BYTES, PL_4K);
	return p;
}

/* Tables of one level: aligned blocks of @block touched by @bytes, from guest address 0 on. */
static double tables(double bytes, double block)
{
	double low = fmin(bytes, 3 * PL_1G), high = bytes - low, n = ceil(low / block);

	if (high > 0)
		n += ceil((4 * PL_1G + high) / block) - floor(4 * PL_1G / block);
	/* below and above the hole in one block: counted twice so far */
	if (high > 0 && block > 4 * PL_1G)
		n--;
	return n;
}

double pl_sept_pages(double bytes, double share_4k, double share_2m, double share_1g)
{
	double pd_bytes = bytes * (share_4k + share_2m);

	/* parts mapped with large pages are contiguous: each share is a range of its own */
	(void)share_1g;
	return ceil(bytes * share_4k / PL_2M) + (pd_bytes > 0 ? tables(pd_bytes, PL_1G) : 0) +
	       tables(bytes, PL_512G);
}

struct pl_td pl_td_of(const struct pl_class *c)
{
	struct pl_td t = {
		.guest_pages = pl_class_guest_pages(c),
		.sept_pages = pl_sept_pages(c->memory_bytes, c->share_4k, c->share_2m, c->share_1g),
		.control_pages = PL_TDR_PAGES + PL_TDCS_PAGES +
				 c->vcpus * (PL_TDVPR_PAGES + PL_TDCX_PAGES),
		.spare_pamt_pages = c->vcpus * PL_SPARE_PAMT_PAGES,
		.spare_pages = c->vcpus * (PL_SPARE_SEPT_PAGES + PL_SPARE_SPT_PAGES),
	};

	t.mirror_pages = t.sept_pages + 1;
	t.mmu_page_bytes = ceil(t.mirror_pages / PL_MMU_PAGES_PER_SLAB) * PL_4K;
	return t;
}

double pl_td_tracked_pages(const struct pl_td *t)
{
	return t->guest_pages + t->sept_pages + t->control_pages;
}
