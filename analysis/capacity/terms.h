/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_TERMS_H
#define PL_TERMS_H

#include <stdbool.h>

#include "drain.h"
#include "pamt.h"
#include "regions.h"
#include "replace.h"

#define PL_MAX_TERMS	24
#define PL_COURSES	1000	/* random courses behind a quantile of a drain */

enum pl_source { PL_SRC_EXACT, PL_SRC_MEASURED, PL_SRC_ASSUMED, PL_SRC_MISSING };

/* One line of a plan. NaN: does not apply, or missing (then @detail says what to run). */
struct pl_term {
	const char *key, *label, *unit;	/* unit: bytes, ns, percent */
	double static_mode;		/* with static PAMT */
	double low, expected, high;	/* with Dynamic PAMT */
	enum pl_source source;
	char *detail;			/* where it comes from, in words */
};

struct pl_plan {
	const struct pl_scenario *scenario;
	struct pl_pamt pamt;
	struct pl_region_fit fit;
	bool have_fit;
	struct pl_hold hold;
	bool have_hold;
	struct pl_drain_stats drain;
	char *missing_hold;
	struct pl_replace replace;
	bool have_replace;
	char *missing_replace;
	const char *fit_source;		/* the evidence's; NULL: no boots */
	struct pl_term term[PL_MAX_TERMS];
	size_t nr_terms;
	double headroom_bytes;		/* NaN if a part is missing */
	char *headroom_why;
};

/*
 * Compute the plan of a checked @s from the boots in @e (may be empty: measured terms are then
 * missing). @seed is of the drain's random courses.
 */
void pl_plan_make(const struct pl_scenario *s, const struct pl_evidence *e, unsigned long seed,
		  struct pl_plan *plan);

/* Only what is needed before terms: PAMT sizes, fits. For a simulation. */
void pl_plan_models(const struct pl_scenario *s, const struct pl_evidence *e, struct pl_plan *plan);

/* Said where pairs are to follow from measurements and there are none. */
#define PL_MISSING_PAIRS "missing measurement: give --runs with at least 3 teardown boots of 2 sizes \
(dpamt-bench run --variant immediate --out DIR -- teardown --sept-pages 512 --layout sparse; also 4096, 16384), \
or say fragmentation=0..1"

void pl_plan_free(struct pl_plan *plan);

const struct pl_term *pl_plan_term(const struct pl_plan *plan, const char *key);
const char *pl_source_name(enum pl_source source);

/*
 * Pairs of all TDs at @scale times the counts of the scenario; with and without what a fit says.
 * @expected is NaN if a class asks for a measured layout and no boot has one.
 */
struct pl_pairs {
	double low, expected, high;
};
struct pl_pairs pl_plan_pairs(const struct pl_plan *plan, double scale);
/* Expected pairs of @count TDs of @c. */
double pl_class_pairs(const struct pl_plan *plan, const struct pl_class *c, double count);

/* S-EPT pages of the scenario's largest TD. */
double pl_largest_sept_pages(const struct pl_scenario *s);

/* The measured threshold for a TD of @sept_pages, in proportion. @plan has one. */
double pl_replace_bytes(const struct pl_plan *plan, double sept_pages);

/* A drain of the scenario's TDs, @n of them, classes in proportion; free with free(). */
struct pl_leaving *pl_plan_leaving(const struct pl_scenario *s, size_t n);

/*
 * Text, at most 80 columns, with @verdict, a sentence or NULL, below the headroom; JSON: schema
 * dpamt-bench/plan, version 1.
 */
void pl_plan_print(FILE *f, const struct pl_plan *plan, const char *verdict);
struct json_t *pl_plan_json(const struct pl_plan *plan);

#endif
