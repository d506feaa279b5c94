/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_BOOT_H
#define AN_BOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/rundir/age_csv.h"
#include "bench/rundir/counters.h"
#include "bench/rundir/loaded_run.h"
#include "bench/rundir/replacements_csv.h"
#include "bench/rundir/retention_csv.h"

/*
 * Quantile levels kept per boot and operation for the figures: 0..99 %, then up to 99.99 %,
 * then 100 %.
 */
#define AN_LEVELS 119

/* Quantile curve of one operation in one boot. */
struct an_curve {
	char op[40];
	size_t n;			/* samples behind it */
	double ns[AN_LEVELS];
};

/* One boot of a study: how it is compared, and the values computed from its files. */
struct an_boot {
	const struct loaded_run *run;
	/* the set it belongs to: its variant, or a level of what the job or `compare --by` compares */
	char column[RUN_LABEL];
	/* boots are compared only if this is equal: levels, and the variant unless --by variant */
	char stratum[RUN_LEVELS_TEXT + RUN_LABEL + 16];
	bool aa;			/* of the second set of an A/A control */
	char *excluded;			/* why it takes no part in the statistics; NULL if it does */

	/* filled by an_boot_measure() */
	double *value;			/* by metric number; NaN if this boot has none */
	size_t nr_values;
	struct retention_csv retention;
	bool has_retention;
	bool has_destroy;		/* then the next is valid */
	/* start of the first td_destroy since the workload's start */
	uint64_t first_destroy_ns;
	struct replacement *replacement; /* lines of replacements.csv; NULL if there are none */
	size_t nr_replacements;
	struct age *age; /* lines of age.csv; NULL if there are none */
	size_t nr_ages;
	struct an_curve *curve;
	size_t nr_curves;
	struct counters_bucket bucket[COUNTERS_BUCKETS];	/* pages by the time they were held */
	size_t nr_buckets;
};

/* Quantile level @i (0..AN_LEVELS-1) as a number in 0..1. */
double an_level(size_t i);

/* A boot for each of @runs, compared by variant within its levels. They refer to @runs. */
struct an_boot *an_boots_make(const struct loaded_runs *runs);
/* Compare @b with boots of its variant and of @levels ("cost=low tds=4"). */
void an_boot_within_variant(struct an_boot *b, const char *levels);
/*
 * Compare @b by its level of @factor, within its variant and its other levels. False if it has no such
 * factor: then nothing changes.
 */
bool an_boot_compare_by(struct an_boot *b, const char *factor);
/* Compare each of @n boots by the factor that its job names (key compare), if it names one. */
void an_boots_compare_as_asked(struct an_boot *boot, size_t n);
/* @boot may be NULL. */
void an_boots_free(struct an_boot *boot, size_t n);

/*
 * Exclude boots that repeat another one. In virtual time a seed determines a boot, so the same seed
 * in one column and stratum counts once. Call it after the columns are set.
 */
void an_boots_exclude_repeats(struct an_boot *boot, size_t n);

#endif
