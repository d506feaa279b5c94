// SPDX-License-Identifier: GPL-2.0
/*
 * In which order are the boots made? Interleaved, so that whatever drifts on
 * the machine while an experiment runs (heat, other load, page cache) meets
 * all variants alike, and shuffled within each block, so that no variant is
 * always the first.
 */
#include "plan.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

static uint64_t seeds_of(const struct job_experiment *e, uint64_t seeds)
{
	return seeds ? seeds : e->seeds;
}

static void add_block(struct plan *plan, const struct job_experiment *e, uint64_t seed,
		      unsigned int block, gsl_rng *rng)
{
	size_t n = strv_len(e->variants);
	size_t *order = xcalloc(n, sizeof(*order));

	for (size_t i = 0; i < n; i++)
		order[i] = i;
	gsl_ran_shuffle(rng, order, n, sizeof(*order));
	plan->item = xreallocarray(plan->item, plan->n + n, sizeof(*plan->item));
	for (size_t i = 0; i < n; i++) {
		plan->item[plan->n++] = (struct plan_item){
			.exp = e, .variant = e->variants[order[i]], .seed = seed,
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
			if (seed <= seeds_of(&job->exp[i], seeds))
				add_block(plan, &job->exp[i], seed, block++, rng);
		}
	}
	gsl_rng_free(rng);
}

void plan_free(struct plan *plan)
{
	free(plan->item);
	memset(plan, 0, sizeof(*plan));
}
