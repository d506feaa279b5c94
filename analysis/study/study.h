/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_STUDY_H
#define AN_STUDY_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/stats/contrast.h"
#include "bench/rundir/loaded_run.h"
#include "metrics.h"
#include "primary.h"

struct an_row {
	size_t metric;			/* number in the metric set */
	bool constant;			/* every boot of every variant has the same value */
	struct an_cell *cell;		/* per variant */
	struct an_comparison *cmp;	/* per variant; cmp[0] is unused */
	struct an_cell aa_cell;		/* of the second set of the A/A control, n 0 if there is none */
	struct an_comparison aa;	/* that against the first set; valid if aa_cell.n */
};

/* Has every boot of this variant, of two or more, the same value? */
static inline bool an_one_value(const struct an_cell *c)
{
	return c->n > 1 && c->value[0] == c->value[c->n - 1];
}

/*
 * Boots of one experiment, with the same factor levels, in one time base: what may be compared
 * with each other.
 */
struct an_group {
	char experiment[RUN_LABEL], time_base[RUN_LABEL];
	char levels[RUN_LEVELS_TEXT + RUN_LABEL + 16];	/* "cost=low tds=4", "" without factors */
	/* the experiment, levels, and the time base where that is ambiguous; in file names */
	char label[2 * RUN_LABEL + RUN_LEVELS_TEXT + RUN_LABEL + 16];
	/*
	 * What is compared, usually variants; "immediate" first if present: the one others are
	 * compared with.
	 */
	char (*variant)[RUN_LABEL];
	size_t nr_variants;
	const struct an_boot **boot;	/* those that take part, @nr_boots of them, without A/A */
	size_t nr_boots;
	const struct an_boot **aa_boot;	/* second set of an A/A control */
	size_t nr_aa_boots;
	size_t aa_variant;		/* of which variant; valid if nr_aa_boots */
	struct an_primaries primary;	/* of its first boot that declares any */
	struct an_row *row;		/* metrics at least one boot has, primary ones first */
	size_t nr_rows;
};

/* Groups that differ in one factor only, in the order of its levels. */
struct an_sweep {
	char factor[RUN_LABEL];
	size_t *group;			/* numbers of groups */
	const char **level;		/* their levels of @factor */
	bool numeric;			/* all levels are numbers */
	size_t n;			/* at least 2 */
};

/* The A/A control of the whole report: how often is a difference seen where there is none? */
struct an_aa {
	size_t groups, boots;	/* with a second set; boots in the second sets */
	size_t compared;	/* metrics that are not the same in every boot of both sets */
	size_t differ_raw;	/* of them with p <= AN_ALPHA */
	size_t differ_holm;	/* ... after Holm's correction over @compared */
};

/* The model of a whole report. */
struct an_study {
	struct loaded_runs runs;
	struct an_boot *boot;	/* runs.nr_runs of them */
	bool columns_as_given;	/* in the order of the boots, not of their names */
	struct an_metrics metrics;
	struct an_group *group;
	size_t nr_groups;
	struct an_sweep *sweep;
	size_t nr_sweeps;
	/* comparisons corrected together: [0] the others, [1] the primary ones */
	size_t family[2];
	/* comparisons whose verdict rests on the block test */
	size_t nr_by_block;
	struct an_aa aa;
	/* achieved confidence levels; level_low is NaN if there is no interval */
	double level_low, level_high;
};

/*
 * Group and compare study->runs, by study->boot if it is set (an_boots_make()), else as
 * their jobs ask; the rest of @study but columns_as_given is zero.
 * Returns 0, or -1 after one line on stderr.
 */
int an_study_make(struct an_study *study);
void an_study_free(struct an_study *study);

/* Row of metric @name in @g, or NULL. */
const struct an_row *an_study_row(const struct an_study *study, const struct an_group *g,
				  const char *name);

/* Is @m one of the metrics chosen beforehand for @g? */
bool an_primary(const struct an_group *g, const struct metric *m);

/* Which direction of @m is better in @g? */
enum metric_better an_better(const struct an_group *g, const struct metric *m);

/*
 * Can the time base of @g carry @m? False for tails (_p90 and above, _max) of latencies in virtual time
 * if several threads ran: they take turns, and a tail is mostly waiting for one.
 */
bool an_carried(const struct an_group *g, const struct metric *m);

/* Are the columns of @g kernel variants, not levels of a factor or folders? */
bool an_by_variant(const struct an_group *g);

/* Boots of @g in column @v. */
size_t an_group_boots(const struct an_group *g, size_t v);

/* Level of factor @name in @levels ("cost=low tds=4"), malloc'ed; NULL if it is not there. */
char *an_level_of(const char *levels, const char *name);
/* @levels without factor @name, malloc'ed. */
char *an_levels_without(const char *levels, const char *name);

/* Find the sweeps of the study; part of an_study_make(). */
void an_sweeps_find(struct an_study *study);
void an_sweeps_free(struct an_study *study);

/* Correct and count the A/A comparisons; part of an_study_make(). 0, or -1 if memory is short. */
int an_aa_judge(struct an_study *study);

#endif
