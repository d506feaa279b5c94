/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_RUNDIR_H
#define AN_RUNDIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "retention_csv.h"

#define AN_LABEL 65		/* bytes of an experiment's or variant's name with its NUL */

#define AN_LEVELS_TEXT 200	/* bytes of a boot's factor levels as text with their NUL */

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

/* One bucket of the held-time histogram: pages held at least low_ns and less than twice that. */
struct an_bucket {
	uint64_t low_ns, pages;
};

/* One run directory: what its files say, and the values computed from them. */
struct an_boot {
	char *dir;			/* path */
	const char *name;		/* last part of dir */
	char experiment[AN_LABEL], variant[AN_LABEL], time_base[AN_LABEL];
	char levels[AN_LEVELS_TEXT];	/* "cost=low tds=4": its factors by name, "" if none */
	bool aa;			/* of the second set of an A/A control (arm "VARIANT/aa") */
	uint64_t seed;
	int64_t block;			/* place in the plan; -1 if unknown */
	size_t source;			/* number of the folder of runs it comes from */
	/* what it is compared as: the variant, or what `compare --by` says */
	char column[AN_LABEL];
	/* what it must share with others to be compared: levels, and variant if not compared by it */
	char stratum[AN_LEVELS_TEXT + AN_LABEL + 16];
	json_t *header, *status, *result;	/* result may be NULL */
	/* why it takes no part in the statistics; NULL if it does */
	char *excluded;
	const char *conservation;	/* "ok", "violated" or "absent" */
	double guest_seconds, wall_seconds;	/* NaN if unknown */

	/* filled by an_boot_measure() */
	double *value;			/* by metric number; NaN if this boot has none */
	size_t nr_values;
	struct an_retention retention;
	bool has_retention, has_convert;
	bool has_fault;			/* times faults of its own: victims, or all faults */
	bool has_destroy;		/* then the next is valid */
	/* start of the first td_destroy since the workload's start */
	uint64_t first_destroy_ns;
	struct an_curve *curve;
	size_t nr_curves;
	struct an_bucket bucket[65];
	size_t nr_buckets;
};

/* A directory below runs/ that is no finished boot. */
struct an_skipped {
	char *name, *why;
};

/* An event of perf stat that some boots could not count. */
struct an_missing_event {
	char *event, *why;	/* "not supported" or "not counted" */
	size_t boots;
};

struct an_runs {
	char **source;			/* folders of runs, as the user named them */
	size_t nr_sources;
	struct an_missing_event *missing;
	size_t nr_missing;
	struct an_boot *boot;
	size_t nr_boots;
	struct an_skipped *skipped;
	size_t nr_skipped;
	/* what the reader of the report must know about damaged files */
	char **remark;
	size_t nr_remarks;
};

/* Quantile level @i (0..AN_LEVELS-1) as a number in 0..1. */
double an_level(size_t i);

/*
 * Add the boots of @dir to @runs (zeroed before the first): header.json, status.json and
 * result.json of every directory in @dir/runs, by name. @dir may itself be a run directory or,
 * if @anywhere, a folder of them. What is no finished boot goes to runs->skipped with one line
 * on stderr. Returns 0, or -1 after one line on stderr if @dir is none of these.
 */
int an_runs_add(const char *dir, bool anywhere, struct an_runs *runs);

/*
 * Exclude boots that are no new replicate: in virtual time a seed determines a boot, so the
 * same seed twice in one column and stratum counts once. Call after columns are set.
 */
void an_runs_exclude_repeats(struct an_runs *runs);
void an_runs_free(struct an_runs *runs);

/* Add a remark and print it on stderr. */
void an_remark(struct an_runs *runs, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Text at @key of @object, or @fallback if it is no text or empty. */
const char *an_json_text(const json_t *object, const char *key, const char *fallback);

#endif
