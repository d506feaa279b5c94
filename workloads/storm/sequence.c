// SPDX-License-Identifier: GPL-2.0
/*
 * Draws the sequence of a round.
 */
#include "lib/array_size.h"
#include "workloads/core/run.h"
#include "sequence.h"

/* One in so many steps begins to build another TD. */
#define REBUILD	40

/* A TD as a VMM builds it: an argument of 0 is always what makes sense. */
static const enum storm_code building[] = {
	STORM_CREATE_VM, STORM_SPLIT_IRQCHIP, STORM_CAPABILITIES, STORM_INIT_VM,
	STORM_CREATE_VCPU, STORM_SET_CPUID, STORM_INIT_VCPU, STORM_CREATE_GMEM,
	STORM_SCRIPT_SLOT, STORM_SET_SLOT, STORM_ATTRIBUTES, STORM_INIT_MEM_REGION, STORM_FINALIZE,
	STORM_PRE_FAULT,
};

static struct storm_step any_step(struct rng *rng)
{
	struct storm_step step = { .code = 0 };
	uint64_t weight = 0, drawn;
	unsigned int i;

	for (i = 0; i < STORM_NR_OPERATIONS; i++)
		weight += storm_table[i].weight;
	drawn = rng_below(rng, weight);
	while (drawn >= storm_table[step.code].weight)
		drawn -= storm_table[step.code++].weight;
	for (i = 0; i < STORM_ARGS; i++)
		step.arg[i] = (uint32_t)rng_below(rng, UINT64_C(1) << 31);
	return step;
}

/* A TD is built, from step @i on: things go wrong and others happen. Returns the step behind it. */
static unsigned int build(struct storm_step *steps, unsigned int i, unsigned int n, struct rng *rng)
{
	unsigned int next = 0;

	while (i < n && next < ARRAY_SIZE(building)) {
		uint64_t luck = rng_below(rng, 32);

		if (luck < 6)
			steps[i++] = any_step(rng);
		else if (luck == 6)
			next++;
		else
			steps[i++] = (struct storm_step){ .code = building[next++] };
	}
	return i;
}

unsigned int storm_draw(struct storm_step *steps, unsigned int n, uint64_t seed, uint16_t round)
{
	struct rng rng = rng_init(seed, round);
	unsigned int beginning = build(steps, 0, n, &rng), i = beginning;

	while (i < n) {
		if (rng_below(&rng, REBUILD) == 0)
			i = build(steps, i, n, &rng);
		else
			steps[i++] = any_step(&rng);
	}
	return beginning;
}
