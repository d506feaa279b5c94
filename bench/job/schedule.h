/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "job.h"

/* One boot to make. */
struct plan_item {
	const struct job_experiment *exp;
	const char *variant;
	bool aa;			/* of the second set of the first variant */
	size_t cell;			/* combination of levels, from 0; see plan_level() */
	uint64_t seed;			/* from 1 */
	unsigned int block;		/* from 0: counts (seed, experiment) */
	unsigned int order_in_block;	/* from 0 */
};

struct plan {
	struct plan_item *item;
	size_t n;
	uint64_t order_seed;
};

/*
 * Randomised blocks: for each seed and experiment one block with every
 * combination of variant and factor levels once, in an order shuffled by
 * @order_seed. With an A/A control, block i of N also has each combination of
 * the first variant with seed N + i. @seeds replaces the job's number of seeds
 * if not 0. The same arguments give the same plan, so that a run can be
 * resumed. The plan points into @job.
 */
void plan_make(const struct job *job, uint64_t seeds, uint64_t order_seed, struct plan *plan);
void plan_free(struct plan *plan);

/* The level of its experiment's factor number @factor that a boot of @cell has. */
const struct job_level *plan_level(const struct job_experiment *e, size_t cell, size_t factor);

#endif
