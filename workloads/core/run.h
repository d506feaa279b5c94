/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One run of a workload: everything around the measured part that all workloads share, and the result.
 */
#ifndef DPAMT_WORKLOADS_RUN_H
#define DPAMT_WORKLOADS_RUN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <jansson.h>

#include "samples.h"

/* Phases in one run; a round of create, populate and destroy has three. */
#define RUN_MAX_PHASES	3072
#define RUN_MAX_OPS	16

/* How the generators of an operation spent their time, in ns, summed over threads. */
struct usage {
	atomic_uint_fast64_t loop_ns;	/* from the first operation to the last */
	atomic_uint_fast64_t timed_ns;	/* part of loop_ns in the timed operation */
	atomic_uint_fast64_t idle_ns;	/* part of loop_ns asleep because nothing was due */
};

struct workload;
struct needs;

struct run {
	const struct workload *workload;
	uint64_t seed;
	uint64_t start_ns; /* CLOCK_MONOTONIC; zero of all other times in the results */
	struct samples samples;
	bool memory_locked;

	struct phase {
		const char *name;
		uint64_t start_ns, end_ns;
		bool measured;
		uint64_t wait_ns; /* before a measured one, drawn; see draws.h */
	} phases[RUN_MAX_PHASES];
	unsigned int nr_phases;

	uint64_t expected[RUN_MAX_OPS]; /* samples each operation must have in the end */

	struct usage usage[RUN_MAX_OPS];
	struct {
		uint16_t op;
		uint64_t ns; /* 0: no throughput is claimed */
	} throughput;
	json_t *extra; /* keys of the result that only this workload has */
};

/*
 * Provide what the workload needs: sample buffer, file descriptors, memory locked, KVM opened,
 * thread stacks mapped. With @draws the seed also draws what draws.h names. Returns 0, or -1 after
 * fail().
 */
int run_prepare(struct run *run, const struct workload *workload, uint64_t seed, bool draws,
		const struct needs *needs);

/*
 * Run the workload between the marks "dpamt start" and "dpamt end" in the kernel's trace, and
 * verify counts.
 */
int run_workload(struct run *run);

/* A log for one thread; thread is the number shown in samples.csv. */
struct sample_log run_log(struct run *run, unsigned int thread);

/* The stretch of the run that is being entered; ends the one before. */
void run_phase(struct run *run, const char *name);

/*
 * As run_phase(); in this one the antagonists run. Only stretches entered so are "measured". Before
 * it a drawn part of a tick passes that belongs to no phase.
 */
void run_measure(struct run *run, const char *name);

/* Announce that n more samples of an operation must come; the run fails if they do not. */
void run_expect(struct run *run, uint16_t op, uint64_t n);

/*
 * Add a thread's times for an operation to its struct usage.
 */
void run_usage(struct run *run, uint16_t op, uint64_t loop_ns, uint64_t timed_ns,
	       uint64_t idle_ns);

/* Claim that all samples of op were made within ns: shown as operations per second. */
void run_throughput(struct run *run, uint16_t op, uint64_t ns);

/* Add a key to the result; takes the reference. */
void run_extra(struct run *run, const char *key, json_t *value);

/*
 * Result as documented in README.md; verify is "ok" or the first failure. NULL if memory is short.
 */
json_t *run_result(const struct run *run, const struct needs *needs, json_t *params);

/* Reproducible random numbers, one stream per (seed, stream); seed is 0..RUN_MAX_SEED. */
#define RUN_MAX_SEED UINT32_MAX

struct rng {
	unsigned short state[3];
};

/*
 * nrand48() carries nothing from high bits of its state to low ones: streams that differ in high bits
 * alone would draw the same low bits for ever. So seed and stream are mixed (finalizer of SplitMix64).
 */
static inline struct rng rng_init(uint64_t seed, uint16_t stream)
{
	uint64_t h = (seed << 16 | stream) + 0x9e3779b97f4a7c15;
	struct rng rng;
	int i;

	h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9;
	h = (h ^ h >> 27) * 0x94d049bb133111eb;
	h ^= h >> 31;
	rng = (struct rng){ { (unsigned short)h, (unsigned short)(h >> 16),
			      (unsigned short)(h >> 32) } };
	/* Neighbouring states start alike: let them part. */
	for (i = 0; i < 8; i++)
		nrand48(rng.state);
	return rng;
}

/* 0..n-1, for n up to 2^31. */
static inline uint64_t rng_below(struct rng *rng, uint64_t n)
{
	return (uint64_t)nrand48(rng->state) % n;
}

#endif
