/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Plays the sequence of a round, and judges what comes back.
 */
#ifndef DPAMT_WORKLOADS_STORM_PLAY_H
#define DPAMT_WORKLOADS_STORM_PLAY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "sequence.h"

struct storm_time {
	uint64_t start_ns, end_ns; /* CLOCK_MONOTONIC; 0: the step was not played */
};

/* A round is played by a process of its own: this is in memory that both share. */
struct storm_round {
	unsigned int nr_steps, beginning; /* as storm_draw() returned it */
	unsigned int threads;
	uint16_t round;
	uint64_t seed;
	bool print; /* each step and its result, to stderr */
	bool keep_going; /* after a finding, which then goes to stderr */
	bool credit;	 /* count in found[] which steps reach new code: the kernel says that */
	pthread_barrier_t meeting; /* of the threads */
	atomic_bool over;	   /* a thread gave up */
	atomic_bool dead; /* a VM died in this round: its errnos are not judged any more */
	atomic_bool scarce;   /* memory is limited */
	atomic_bool killed;   /* the round's process may be killed */
	atomic_uint findings; /* adds up */
	char finding[256];    /* the first */
	atomic_uint_fast64_t succeeded[STORM_NR_OPERATIONS]; /* adds up */
	atomic_uint_fast64_t played;			     /* adds up */
	atomic_uint_fast64_t allocations_failed;	     /* on purpose; adds up */
	atomic_uint_fast64_t
		errors_of_allocations; /* steps that ended with an errno for that; adds up */
	atomic_int_fast64_t blocks;			     /* with credit: reached so far */
	/* With credit, adds up: steps that reached new code. Of several threads it may be another one's. */
	atomic_uint found[STORM_NR_OPERATIONS];
	struct storm_time *times;			     /* of each step */
};

/* For the rounds of a process: memory for them. NULL after fail(). */
struct storm_round *storm_round_new(unsigned int nr_steps);

/*
 * Play a round in a process of its own: one thread plays the beginning, then all threads play the rest,
 * each its share in order. Steps that @in says false of are left out; NULL: none. All files are closed
 * when it returns. Returns 0, or -1 after fail() with the step that must not end so.
 */
int storm_play(struct storm_round *round, const struct storm_step *steps, const bool *in);

#endif
