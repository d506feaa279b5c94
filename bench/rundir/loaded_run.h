/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNDIR_LOADED_RUN_H
#define RUNDIR_LOADED_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#define RUN_LABEL 65		/* bytes of an experiment's or variant's name with its NUL */

#define RUN_LEVELS_TEXT 200	/* bytes of a boot's factor levels as text with their NUL */

/*
 * Can a report use @s as the name of an experiment or variant, or of a factor's level? They become names of
 * files, columns of tables and text of gnuplot: letters, digits and "._+-" only, short, no '.' or '-' first.
 */
bool run_label_ok(const char *s);

/* One finished boot: what its header, status and result say. Its other files are read on demand. */
struct loaded_run {
	char *dir;			/* path */
	const char *name;		/* last part of dir */
	char experiment[RUN_LABEL], variant[RUN_LABEL], time_base[RUN_LABEL];
	char levels[RUN_LEVELS_TEXT];	/* "cost=low tds=4": its factors by name, "" if none */
	bool aa;			/* of the second set of an A/A control (arm "VARIANT/aa") */
	uint64_t seed;
	int64_t block;			/* place in the plan; -1 if unknown */
	size_t source;			/* number of the folder of runs it comes from */
	json_t *header, *status, *result;	/* result may be NULL */
	char *excluded;			/* why it does not count; NULL if it does */
	const char *conservation;	/* "ok", "violated" or "absent" */
	double guest_seconds, wall_seconds;	/* NaN if unknown */
};

/* A directory that is not a finished boot. */
struct skipped_run {
	char *name, *why;
};

struct loaded_runs {
	char **source;			/* folders of runs, as the user named them */
	size_t nr_sources;
	struct loaded_run *run;
	size_t nr_runs;
	struct skipped_run *skipped;
	size_t nr_skipped;
	/* what the reader of a report must know about damaged files */
	char **remark;
	size_t nr_remarks;
};

/*
 * Add the boots of @dir to @runs (zeroed before the first): header.json, status.json and
 * result.json of every directory in @dir/runs, by name. @dir may itself be a run directory or,
 * if @anywhere, a folder of them. Directories that are not finished boots go to runs->skipped, with
 * one line on stderr. Returns 0, or -1 after one line on stderr if @dir is none of these.
 */
int loaded_runs_add(const char *dir, bool anywhere, struct loaded_runs *runs);
void loaded_runs_free(struct loaded_runs *runs);

/* Add a remark and print it on stderr. */
void loaded_runs_remark(struct loaded_runs *runs, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
