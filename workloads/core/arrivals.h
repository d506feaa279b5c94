/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Open loop: work that is due at times fixed beforehand, whether or not the work before is done.
 *
 * In a closed loop an operation that stalls delays all that follow, so the stall shows in one sample
 * only. Here each operation has an intended start and latency counts from it, so the stall shows in
 * every operation that it delays.
 *
 * The stream of arrivals is dealt out to the threads beforehand, as each thread stands for one
 * source (a vCPU) whose work no other can take over. Poisson streams split into Poisson streams.
 */
#ifndef DPAMT_WORKLOADS_ARRIVALS_H
#define DPAMT_WORKLOADS_ARRIVALS_H

#include <stdatomic.h>
#include <stdint.h>

#include <jansson.h>

#include "run.h"

enum arrivals_kind {
	ARRIVALS_POISSON, /* independent gaps, exponentially distributed */
	ARRIVALS_UNIFORM, /* equal gaps */
	ARRIVALS_BURST,	  /* burst arrivals at once, then a gap that keeps the rate */
};

struct arrivals {
	enum arrivals_kind kind;
	double per_second;		/* of all threads together, > 0 */
	uint64_t burst;			/* ARRIVALS_BURST: 1.. */
	uint64_t threads, thread;	/* 0 <= thread < threads */
	uint64_t start_ns;		/* CLOCK_MONOTONIC */
	struct rng rng;			/* this thread's own */
	/* zero to begin with */
	double since_ns;
	uint64_t nr;
};

/* When this thread's next arrival is due, CLOCK_MONOTONIC in ns; never less than the one before. */
uint64_t arrivals_next(struct arrivals *a);

/* A sample of the exponential distribution with this mean. */
double rng_exponential(struct rng *rng, double mean);

/* How punctual all threads were; zero it before the start. */
struct backlog {
	atomic_uint_fast64_t started;
	atomic_uint_fast64_t late;	  /* whose thread was still busy when they were due */
	atomic_uint_fast64_t max_late_ns; /* from due to the moment the thread was ready */
	atomic_uint_fast64_t max_due;	  /* arrivals of one thread due and not done at once */
	atomic_uint_fast64_t max_wake_ns; /* from due until a sleeping thread ran */
	atomic_uint_fast64_t idle_ns;	  /* asleep until something was due, all threads */
};

/* One thread's open loop; open_loop_init() makes it for @nr arrivals. */
struct open_loop {
	struct arrivals next, ahead;
	uint64_t left, not_due;
	uint64_t ahead_ns;
	uint64_t started, late, max_late_ns, max_due, max_wake_ns, idle_ns;
};

struct open_loop open_loop_init(const struct arrivals *a, uint64_t nr);

/* Wait, asleep, for the next arrival. Returns when it was due: in the past if it is late. */
uint64_t open_loop_wait(struct open_loop *loop);

/* When the next arrival is due, without waiting. There must be one left. */
uint64_t open_loop_peek(const struct open_loop *loop);

/* Add what a thread saw. */
void open_loop_done(const struct open_loop *loop, struct backlog *all);

/* As documented in README.md, key open_loop. */
json_t *backlog_json(const struct backlog *all);

#endif
