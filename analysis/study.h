/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_STUDY_H
#define AN_STUDY_H

#include <stdbool.h>
#include <stddef.h>

#include "hodges_lehmann.h"
#include "metrics.h"
#include "rank_test.h"
#include "rundir.h"
#include "verdict.h"

#define AN_LEVEL 0.95		/* nominal confidence of the intervals */

/* One metric of one variant over its boots. */
struct an_cell {
	double *value;		/* ascending, @n of them */
	size_t n;
	double median, q1, q3;	/* NaN if n is 0 */
};

/* One metric of variant b (its place in the group) against variant a (place 0). */
struct an_comparison {
	struct an_shift shift;
	struct an_rank_test test;
	double p_holm;		/* NaN if there is no p */
	bool primary;
	/* takes part in the correction; a constant metric cannot differ and does not */
	bool in_family;
	enum an_verdict verdict;
};

struct an_row {
	size_t metric;			/* number in the metric set */
	bool constant;			/* every boot of every variant has the same value */
	struct an_cell *cell;		/* per variant */
	struct an_comparison *cmp;	/* per variant; cmp[0] is unused */
};

/* Boots of one experiment in one time base: what may be compared with each other. */
struct an_group {
	char experiment[AN_LABEL], time_base[AN_LABEL];
	/* the experiment, and the time base where that is ambiguous */
	char label[2 * AN_LABEL];
	/* "immediate" first if present: the one others are compared with */
	char (*variant)[AN_LABEL];
	size_t nr_variants;
	const struct an_boot **boot;	/* those that take part, @nr_boots of them */
	size_t nr_boots;
	bool converts;			/* the workload converted pages: the negative control */
	struct an_row *row;		/* metrics at least one boot has, primary ones first */
	size_t nr_rows;
};

/* The whole report, as summary.json and report.txt both walk it. */
struct an_study {
	struct an_runs runs;
	struct an_metrics metrics;
	struct an_group *group;
	size_t nr_groups;
	/* comparisons corrected together: [0] the others, [1] the primary ones */
	size_t family[2];
	/* achieved confidence levels; level_low is NaN if there is no interval */
	double level_low, level_high;
};

/*
 * Load and measure all boots below @dir and compute everything. Returns 0, or -1 after one
 * line on stderr.
 */
int an_study_make(const char *dir, struct an_study *study);
void an_study_free(struct an_study *study);

/* Row of metric @name in @g, or NULL. */
const struct an_row *an_study_row(const struct an_study *study, const struct an_group *g,
				  const char *name);

#endif
