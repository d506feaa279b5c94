/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Draws the sequence of a round. It depends on nothing but the seed, the round, the length and the
 * operations' weights.
 */
#ifndef DPAMT_WORKLOADS_STORM_SEQUENCE_H
#define DPAMT_WORKLOADS_STORM_SEQUENCE_H

#include <stdint.h>

#include "operation_table.h"
#include "preference.h"

/* Rounds are the streams of a seed's random numbers. */
#define STORM_MAX_ROUNDS	65535

struct storm_step {
	enum storm_code code;
	uint32_t arg[STORM_ARGS];
	uint32_t
		meet; /* with several threads, if not 0: their next steps begin at the same moment */
};

/*
 * Fill in @n steps of round @round (1..STORM_MAX_ROUNDS). They begin with a TD being built as a VMM
 * does it, out of which steps are missing and between which others happen; returns how many steps
 * that beginning has.
 */
unsigned int storm_draw(struct storm_step *steps, unsigned int n, uint64_t seed, uint16_t round,
			const struct storm_weights *weights);

#endif
