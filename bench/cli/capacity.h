/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_CAPACITY_H
#define BENCH_CAPACITY_H

#include "analysis/capacity/evidence.h"
#include "analysis/capacity/scenario.h"
#include "lib/options.h"

/* A part of a scenario as it was given: a list of keys for @section, or a file if that is NULL. */
struct capacity_given {
	const char *section, *text;
};

/* Values of the options that plan and fleet share. */
struct capacity {
	struct pl_scenario scenario;
	struct capacity_given *given; /* what @scenario was made of, in order */
	size_t nr_given;
	bool from_host; /* it goes on top of this machine */
	char **runs;
	const char *json;
	bool json_only;			/* --json -: JSON on stdout in place of the text */
	uint64_t seed;
	uint64_t threads;		/* 0: all CPUs */
};

/* Where capacity_options puts them. */
extern struct capacity capacity;
extern struct opt capacity_options[];

/* The verbs' init(). */
void capacity_init(void);

struct capacity_question {
	/* the verb that asks about the scenario; NULL: the question is about boots, whatever the scenario is */
	const char *verb;
	bool simulated; /* the answer is a simulation */
	/* Returns 0, or -1 after one line on stderr. */
	int (*answer)(const struct capacity *c, struct pl_evidence *e);
};

/*
 * Load the boots of --runs, or the reference, and answer @q from them. If it is about the scenario, check that first.
 * Returns the exit status.
 */
int capacity_answer(struct capacity *c, const struct capacity_question *q);

/* Write @json where --json says and drop its reference. Returns 0, or -1 after one line on stderr. */
int capacity_write_json(const struct capacity *c, json_t *json);

#endif
