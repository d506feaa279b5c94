// SPDX-License-Identifier: GPL-2.0
/*
 * Draws the sequence of a round.
 */
#include "lib/array_size.h"
#include "workloads/core/run.h"
#include "sequence.h"

/* One in so many steps begins to build another TD. */
#define REBUILD	40

/* One in so many TDs... */
#define ANOTHER_VCPU  2 /* has another vCPU, which is not initialized */
#define NOT_FINALIZED 2 /* is not finalized */
#define FORKED	      2 /* is built while a process with its files is forked */

/* One in so many steps makes sense as it is; one in so many begins a race of RACE steps. */
#define SENSIBLE 4
#define RACING	 12
#define RACE	 9

/* Arguments that choose vCPU 1, and 512 pages. */
#define VCPU_1_ID 3
#define VCPU_1	  1
#define PAGES_512 5

/* A TD as a VMM builds it: an argument of 0 is always what makes sense. */
#define STEP(name, ...)                                      \
	{                                                    \
		.code = STORM_##name, .arg = { __VA_ARGS__ } \
	}
static const struct storm_step building[] = {
	STEP(CREATE_VM),
	STEP(SPLIT_IRQCHIP),
	STEP(CAPABILITIES),
	STEP(INIT_VM),
	STEP(CREATE_VCPU),
	STEP(SET_CPUID),
	STEP(INIT_VCPU),
	STEP(CREATE_VCPU, 0, VCPU_1_ID),
	STEP(SET_CPUID, VCPU_1),
	STEP(CREATE_GMEM),
	STEP(SCRIPT_SLOT),
	STEP(SET_SLOT),
	STEP(ATTRIBUTES),
	STEP(INIT_MEM_REGION),
	STEP(FORK),
	STEP(FINALIZE),
	STEP(PRE_FAULT),
};
#undef STEP

/* Arguments as in building[], for vCPU 0 or 1. */
static struct storm_step sensible_step(enum storm_code code, struct rng *rng)
{
	return (struct storm_step){ .code = code,
				    .arg = { (uint32_t)rng_below(rng, 2) },
				    .meet = (uint32_t)rng_below(rng, 2) };
}

static struct storm_step any_step(struct rng *rng, const struct storm_weights *weights)
{
	struct storm_step step = { .code = 0 };
	uint64_t weight = 0, drawn;
	unsigned int i;

	for (i = 0; i < STORM_NR_OPERATIONS; i++)
		weight += weights->of[i];
	drawn = rng_below(rng, weight);
	while (drawn >= weights->of[step.code])
		drawn -= weights->of[step.code++];
	for (i = 0; i < STORM_ARGS; i++)
		step.arg[i] = (uint32_t)rng_below(rng, UINT64_C(1) << 31);
	step.meet = (uint32_t)rng_below(rng, 2);
	return rng_below(rng, SENSIBLE) ? step : sensible_step(step.code, rng);
}

/*
 * Steps that work on the same TD, one of them for each thread: what KVM must keep apart by its locks.
 * Drawn at random, two of them hardly ever meet.
 */
static unsigned int race(struct storm_step *steps, unsigned int i, unsigned int n, struct rng *rng)
{
	static const enum storm_code racing[] = {
		STORM_INIT_VCPU,  STORM_PUNCH,	   STORM_INIT_MEM_REGION,
		STORM_PRE_FAULT,  STORM_RUN,	   STORM_ATTRIBUTES,
		STORM_CLOSE_GMEM, STORM_INIT_VCPU, STORM_PUNCH,
	};
	unsigned int end = i + RACE < n ? i + RACE : n;

	while (i < end) {
		steps[i] = sensible_step(racing[rng_below(rng, ARRAY_SIZE(racing))], rng);
		steps[i++].meet = 1;
	}
	return i;
}

/* A leaf function that the next step calls is to fail, of storm_fail_leaf()'s table; or @allocations. */
static struct storm_step failing_step(enum storm_code next, bool allocations, struct rng *rng)
{
	static const uint8_t init_vm[] = { 7, 8, 9, 9 }, init_mem_region[] = { 1, 10 };
	struct storm_step step = { .code = allocations ? STORM_FAIL_ALLOCATION : STORM_FAIL_LEAF };

	if (next == STORM_INIT_VM)
		step.arg[0] = init_vm[rng_below(rng, ARRAY_SIZE(init_vm))];
	else if (next == STORM_FINALIZE)
		step.arg[0] = 6;
	else if (next == STORM_INIT_MEM_REGION)
		step.arg[0] = init_mem_region[rng_below(rng, ARRAY_SIZE(init_mem_region))];
	else
		step.arg[0] = (uint32_t)rng_below(rng, UINT64_C(1) << 31);
	step.arg[1] = (uint32_t)rng_below(rng, 4);
	step.arg[2] = (uint32_t)rng_below(rng, 5);
	return step;
}

/* A TD is built, from step @i on: things go wrong and others happen. Returns the step behind it. */
static unsigned int build(struct storm_step *steps, unsigned int i, unsigned int n, struct rng *rng,
			  const struct storm_weights *weights)
{
	bool another = rng_below(rng, ANOTHER_VCPU) == 0, open = rng_below(rng, NOT_FINALIZED) == 0;
	bool many = rng_below(rng, 2), forked = rng_below(rng, FORKED) == 0;
	unsigned int next = 0;

	while (i < n && next < ARRAY_SIZE(building)) {
		uint64_t luck = rng_below(rng, 32);

		if (luck < 6)
			steps[i++] = any_step(rng, weights);
		else if (luck >= 28)
			steps[i++] = failing_step(building[next].code, luck == 28, rng);
		else if (luck == 6 || (!another && building[next].arg[0] == VCPU_1) ||
			 (!another && building[next].arg[1] == VCPU_1_ID) ||
			 (open && building[next].code == STORM_FINALIZE) ||
			 (!forked && building[next].code == STORM_FORK))
			next++;
		else
			steps[i++] = building[next++];
		if (i && many && steps[i - 1].code == STORM_INIT_MEM_REGION && !steps[i - 1].arg[2])
			steps[i - 1].arg[2] = PAGES_512;
	}
	return i;
}

unsigned int storm_draw(struct storm_step *steps, unsigned int n, uint64_t seed, uint16_t round,
			const struct storm_weights *weights)
{
	struct rng rng = rng_init(seed, round);
	unsigned int beginning = build(steps, 0, n, &rng, weights), i = beginning;

	while (i < n) {
		if (rng_below(&rng, REBUILD) == 0)
			i = build(steps, i, n, &rng, weights);
		else if (rng_below(&rng, RACING) == 0)
			i = race(steps, i, n, &rng);
		else
			steps[i++] = any_step(&rng, weights);
	}
	return beginning;
}
