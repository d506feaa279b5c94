/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_CONTENTION_OUT_H
#define PL_CONTENTION_OUT_H

#include <stdbool.h>

#include "contention.h"
#include "contention_gain.h"

#define PL_MAX_POINTS 32

struct pl_contention {
	const char *design;		/* one name, or NULL: all */
	unsigned int vcpus[PL_MAX_POINTS];
	size_t nr_vcpus;
	enum pl_cost cost;
	struct pl_calls given;		/* NAN: as measured */
	double victim_think_ns;		/* 0: as the others */
	double handoff_ns, line_ns;	/* line_ns < 0: the hold time */
	double crowd;			/* of --check: work takes so many times as long, >= 1 */
	unsigned long seed, calls;
	/* fit to posted figures */
	bool posted;
	enum pl_posted_fit fit;
	struct pl_range3 box[PL_NR_PARAMS];
	size_t sets;			/* of parameters to find, 1.. */
	enum pl_load load;
};

void pl_contention_init(struct pl_contention *c);

/*
 * Fit to @e, print tables (and the comparison with @check), write JSON to @json ("-": stdout, in
 * place of the text; NULL: none; schema dpamt-bench/contention, version 2) and figures to @figures
 * (NULL: none). Returns 0, or -1 after one line on stderr.
 */
int pl_contention(const struct pl_contention *c, const struct pl_evidence *e,
		  const struct pl_evidence *check, const char *json, const char *figures);

/*
 * The same from posted figures: the fitted sets, what they say of five TDs, and what each design
 * buys. JSON: schema dpamt-bench/contention-posted, version 1.
 */
int pl_contention_posted(const struct pl_contention *c, const char *json, const char *figures);

/* Write @j (taken) to @path, "-": stdout. Returns 0, or -1 after one line on stderr. */
struct json_t;
int pl_contention_json(struct json_t *j, const char *path);

#endif
