/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_DRAIN_H
#define PL_DRAIN_H

#include <stdbool.h>
#include <stddef.h>

#include <gsl/gsl_rng.h>

#include "hold.h"

/* One TD to be torn down. */
struct pl_leaving {
	double sept_pages, guest_pages, guest_regions;
};

struct pl_drain {
	const struct pl_leaving *td;
	size_t nr_tds;
	size_t threads;		/* tear down side by side; each takes the next TD when done */
	size_t cpus;		/* in parallel: those of virtual time take turns */
};

struct pl_drain_result {
	double peak_pages;	/* most S-EPT pages held at one time */
	double peak_to_zero_ns;	/* from the first moment of the peak until nothing is held */
	double held_ns;		/* time during which anything is held */
	double page_ns;		/* area under the curve */
	double total_ns;
};

/* One random course of @d with the parameters @h. */
void pl_drain_draw(const struct pl_hold *h, const struct pl_drain *d, gsl_rng *rng,
		   struct pl_drain_result *result);

/* Statistics of @n courses. */
struct pl_drain_stats {
	struct pl_drain_result mean, p01, p50, p99, p999, max;
};
void pl_drain_many(const struct pl_hold *h, const struct pl_drain *d, unsigned long seed, size_t n,
		   struct pl_drain_stats *stats);

#endif
