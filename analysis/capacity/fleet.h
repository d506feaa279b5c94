/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_FLEET_H
#define PL_FLEET_H

#include <stdint.h>

#include "terms.h"

/*
 * Log-linear histogram of whole numbers: exact below 128, then 64 buckets per power of two (under
 * 1.6 % wide). Weights are whole numbers too, so that sums do not depend on their order.
 */
#define PL_DIST_BUCKETS	(128 + 64 * 34)

struct pl_dist {
	uint64_t weight[PL_DIST_BUCKETS];
	unsigned __int128 sum;		/* of value times weight */
	uint64_t total, max;
};

void pl_dist_add(struct pl_dist *d, uint64_t value, uint64_t weight);
void pl_dist_merge(struct pl_dist *to, const struct pl_dist *from);
double pl_dist_mean(const struct pl_dist *d);
/* Upper edge of the bucket in which the share @p (0..1) of the weight is reached; exact at 1. */
double pl_dist_quantile(const struct pl_dist *d, double p);

/* What a fleet went through. Weights of the first group are microseconds of a host's time. */
struct pl_fleet {
	struct pl_dist tds, pairs, held_pages;
	/* per teardown, and per drain of a host: weight 1 each */
	struct pl_dist teardown_peak_pages, teardown_held_us, drain_peak_pages, drain_held_us;
	uint64_t lifetimes, rejected, conversions, drains;
	double wall_s;			/* of the simulation itself */
	unsigned int threads;
	long rss_kib;			/* most memory the process had */
};

/*
 * Simulate @plan's scenario (checked for a simulation). Pairs per TD and courses of teardowns come
 * from the plan's fits; without a fit of held memory those distributions stay empty. The result
 * depends on @seed, not on @threads (0: all CPUs).
 */
void pl_fleet_run(const struct pl_plan *plan, unsigned long seed, unsigned int threads,
		  struct pl_fleet *f);

void pl_fleet_print(FILE *out, const struct pl_plan *plan, const struct pl_fleet *f);
/* schema dpamt-bench/fleet, version 1 */
struct json_t *pl_fleet_json(const struct pl_plan *plan, const struct pl_fleet *f, unsigned long seed);

#endif
