/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_CONTENTION_H
#define PL_CONTENTION_H

#include <stdio.h>

#include "contention_design.h"
#include "evidence.h"

/* Cost levels of the simulated module; PL_COST_AS_MEASURED: the boots' own histogram. */
enum pl_cost { PL_COST_AS_MEASURED, PL_COST_LOW, PL_COST_MID, PL_COST_HIGH, PL_NR_COSTS };

const char *pl_cost_name(enum pl_cost cost);

/* What was measured with one thread at work, or given on the command line. */
struct pl_calls {
	double think_ns, hold_ns, seamcall_ns, seamcall_share;
	double take_ns;		/* to take a lock that is free */
	/* pamt_lock_hold_ns and the like were counted; without them, a call is nothing but its lock */
	bool has_hold;
	double pair_alloc_ns, pair_free_ns;	/* of a pair, with its reset; 0 without has_hold */
	struct pl_hist take_hist, seamcall_hist;
	char variant[PL_NAME], time_base[PL_NAME];
	double region_calls;
	size_t runs;
};

/*
 * From the boots of workload convert in @e with one thread (wall or virtual time). All boots must be of
 * the first one's variant and count what it does; others are skipped with one line each on stderr.
 * Returns 0, or -1 with *missing = what to run (malloc'ed).
 */
int pl_calls_fit(const struct pl_evidence *e, struct pl_calls *c, char **missing);

/* The same of one boot; -1 if it lacks the counters. */
int pl_calls_of(const struct pl_run *r, struct pl_calls *c);

/* A model of @design for @vcpus vCPUs; SEAMCALL durations as @cost says. */
struct pl_lock_model pl_lock_model_of(const struct pl_calls *c, const struct pl_design *design,
				      unsigned int vcpus, enum pl_cost cost);

/* Compare predictions of contended boots in @check (2 CPUs, wall time) with what they measured. */
struct pl_lock_check {
	const struct pl_run *run;
	const char *term;
	double predicted, measured;
};
#define PL_LOCK_CHECKS 4	/* terms of a boot */
/*
 * @crowd: how much longer all work takes with two CPUs busy (1: no longer). @out has room for
 * PL_LOCK_CHECKS per boot. Returns how many.
 */
size_t pl_lock_check(const struct pl_calls *c, double handoff_ns, double line_ns, double crowd,
		     const struct pl_evidence *check, struct pl_lock_check *out);

#endif
