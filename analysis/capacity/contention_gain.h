/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_CONTENTION_GAIN_H
#define PL_CONTENTION_GAIN_H

#include "contention_posted.h"

/* Prices of PAMT.ADD, PAMT.REMOVE and a reset: as fitted, or all at one level of their ranges. */
enum pl_level { PL_L_FITTED, PL_L_LOW, PL_L_MID, PL_L_HIGH, PL_L_NO_ERRATUM, PL_NR_LEVELS };
const char *pl_level_name(enum pl_level level);

/* Throughput of each design at each number of vCPUs, for each fitted set. */
struct pl_gains {
	struct pl_design design[PL_MAX_DESIGNS];	/* [0]: the merged one */
	size_t nr_designs, nr_vcpus, nr_sets;
	const unsigned int *vcpus;
	double *calls_per_s;		/* [design][vcpus][set] */
	double *irqs_off_ns;		/* p99.9, the same order */
	double *zone_ratio;		/* how busy the zone lock is, the same order */
};

/* What holds of @n sets: quantiles 5 %, 50 %, 95 %. */
struct pl_spread {
	double low, median, high;
};
struct pl_spread pl_spread_of(const double *v, size_t n);

/*
 * Simulate all designs under @load. @box gives the prices of @level. @only: the one design to
 * compare with the merged one, as pl_design_find() knows it, or NULL. @vcpus must live as long as @g.
 */
void pl_gains_run(struct pl_gains *g, const struct pl_fitted *sets, size_t nr_sets,
		  const unsigned int *vcpus, size_t nr_vcpus, enum pl_load load,
		  enum pl_level level, const struct pl_range3 box[PL_NR_PARAMS],
		  const char *only, unsigned long seed);
void pl_gains_free(struct pl_gains *g);

/* Throughput of design @a over that of @b at vcpus[@v], over the sets. */
struct pl_spread pl_gain(const struct pl_gains *g, size_t a, size_t b, size_t v);

/* Where the order of two designs changes with the number of vCPUs. */
struct pl_flip {
	double flips;		/* share of sets in which it does, 0..1 */
	struct pl_spread vcpus;	/* from which on @b is ahead of @a, in the sets where it flips */
};
/* Sets in which @a is ahead at first and @b later; ahead: by more than 2 %. */
struct pl_flip pl_flip_of(const struct pl_gains *g, size_t a, size_t b);

/* The spread that an interval must leave on one side to be called a difference. */
#define PL_GAIN_TIE	0.02

#endif
