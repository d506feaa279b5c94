/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Plays the sequence of a round, and judges what comes back.
 */
#ifndef DPAMT_WORKLOADS_STORM_PLAY_H
#define DPAMT_WORKLOADS_STORM_PLAY_H

#include <stdatomic.h>
#include <stdbool.h>

#include "workloads/core/run.h"
#include "sequence.h"

struct storm_round {
	struct storm_state *state;
	const struct storm_step *steps;
	unsigned int nr_steps, beginning; /* as storm_draw() returned it */
	unsigned int threads;
	uint16_t round;
	uint64_t seed;
	bool print; /* each step and its result, to stderr */
	bool keep_going; /* after a finding, which then goes to stderr */
	struct run *run;
	atomic_bool dead; /* a VM died in this round: its errnos are not judged any more */
	atomic_uint findings; /* adds up */
	atomic_uint_fast64_t succeeded[STORM_NR_OPERATIONS]; /* adds up */
};

/*
 * Play a round. One thread plays the beginning, then all threads play the rest, each its share in
 * order. Files stay open. Returns 0, or -1 after fail() with the step that must
 * not end so.
 */
int storm_play(struct storm_round *round);

#endif
