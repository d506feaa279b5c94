/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_CAPACITY_H
#define BENCH_CAPACITY_H

#include "analysis/capacity/evidence.h"
#include "analysis/capacity/scenario.h"
#include "lib/options.h"

/* Values of the options that plan and fleet share. */
struct capacity {
	struct pl_scenario scenario;
	char **runs;
	const char *json;
	bool json_only;			/* --json -: JSON on stdout in place of the text */
	uint64_t seed;
	uint64_t threads;		/* 0: all CPUs */
};

extern struct capacity capacity;
extern struct opt capacity_options[];

/* The verbs' init(). */
void capacity_init(void);

/*
 * Load the boots of --runs, or the reference, and call @answer, which returns 0, or -1 after one line on
 * stderr. Returns the exit status.
 */
int capacity_with_boots(int (*answer)(struct pl_evidence *e));

/*
 * The same, after a check of the scenario (@simulated: for a simulation). Returns @verb's exit status.
 */
int capacity_answer(const char *verb, bool simulated, int (*answer)(struct pl_evidence *e));

/* Write @json where --json says and drop its reference. Returns 0, or -1 after one line on stderr. */
int capacity_write_json(json_t *json);

#endif
