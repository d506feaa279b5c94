// SPDX-License-Identifier: GPL-2.0
/*
 * Puts the boots in order. Variants and levels alternate, so that a drift of the machine
 * (heat, other load, page cache) affects all of them alike. Each block is shuffled, so that
 * none is always first.
 */
#include "schedule.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"

static uint64_t seeds_of(const struct job_experiment *e, uint64_t seeds)
{
	return seeds ? seeds : e->seeds;
}

/* Block number @seed of @e, @seeds of them in all. */
static void add_block(struct plan *plan, const struct job_experiment *e, uint64_t seed,
		      uint64_t seeds, unsigned int block, gsl_rng *rng)
{
	size_t variants = strv_len(e->variants), cells = job_cells(e);
	size_t n = (variants + e->aa) * cells;
	size_t *order = xcalloc(n, sizeof(*order));

	for (size_t i = 0; i < n; i++)
		order[i] = i;
	gsl_ran_shuffle(rng, order, n, sizeof(*order));
	plan->item = xreallocarray(plan->item, plan->n + n, sizeof(*plan->item));
	for (size_t i = 0; i < n; i++) {
		size_t arm = order[i] / cells;
		bool aa = arm == variants;

		plan->item[plan->n++] = (struct plan_item){
			.exp = e, .variant = e->variants[aa ? 0 : arm], .aa = aa,
			.cell = order[i] % cells, .seed = aa ? seeds + seed : seed,
			.block = block, .order_in_block = (unsigned int)i,
		};
	}
	free(order);
}

void plan_make(const struct job *job, uint64_t seeds, uint64_t order_seed, struct plan *plan)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
	unsigned int block = 0;
	uint64_t max = 0;

	memset(plan, 0, sizeof(*plan));
	plan->order_seed = order_seed;
	gsl_rng_set(rng, (unsigned long)order_seed);
	for (size_t i = 0; i < job->n; i++) {
		if (seeds_of(&job->exp[i], seeds) > max)
			max = seeds_of(&job->exp[i], seeds);
	}
	for (uint64_t seed = 1; seed <= max; seed++) {
		for (size_t i = 0; i < job->n; i++) {
			uint64_t n = seeds_of(&job->exp[i], seeds);

			if (seed <= n)
				add_block(plan, &job->exp[i], seed, n, block++, rng);
		}
	}
	gsl_rng_free(rng);
}

void plan_free(struct plan *plan)
{
	free(plan->item);
	memset(plan, 0, sizeof(*plan));
}

const struct job_level *plan_level(const struct job_experiment *e, size_t cell, size_t factor)
{
	/* the last factor changes fastest */
	for (size_t i = e->n_factors - 1; i > factor; i--)
		cell /= e->factor[i].n;
	return &e->factor[factor].level[cell % e->factor[factor].n];
}
