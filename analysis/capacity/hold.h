/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_HOLD_H
#define PL_HOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "evidence.h"

#define PL_MAX_LIMITS 16

/* What the measured boots of one variant say about a teardown, on one kind of clock. */
struct pl_hold {
	char variant[PL_NAME], time_base[PL_NAME];
	bool deferred;		/* the page waits for RCU */
	size_t runs;
	double largest_sept_pages;	/* of one TD in these runs */
	double reclaim_ns;	/* to reclaim one S-EPT page */
	double free_ns;		/* to free one, in the callback */
	/* to destroy a TD up to the first reclaim: per guest page and per 2M region */
	double guest_page_ns, guest_region_ns;
	double unequal;		/* sigma of the log of that, between TDs destroyed at once */
	double tick_ns, slice_ns;
	/* an unbroken read-side section delays a grace period up to one of these; 0: never seen */
	double reader_limit_ns[PL_MAX_LIMITS];
	size_t nr_limits;
	/*
	 * Times pages were held where no reclaim held RCU up, [0] with one TD torn down on an idle
	 * host, [1] with more threads at work. Where only one was measured, it stands for both.
	 */
	struct pl_hist held[2];
	double held_mean_ns[2], held_max_ns;
};

/*
 * Fit to the teardown boots of @variant in @e. Returns 0, or -1 with *missing = which run is missing
 * and how to make it (malloc'ed). A missing measurement is never replaced by an assumption.
 */
int pl_hold_fit(const struct pl_evidence *e, const char *variant, struct pl_hold *h,
		char **missing);

/* Quantile @u (0..1) of a log2 histogram: uniform in the logarithm within a bucket. */
double pl_hist_quantile(const struct pl_hist *h, double u);
double pl_hist_mean(const struct pl_hist *h);

#endif
