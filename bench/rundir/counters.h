/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNDIR_COUNTERS_H
#define RUNDIR_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/lines.h"

struct counter {
	char *file;		/* "sept", "pamt_total_hist", "soft_tdx/pages", ... */
	char *name;		/* "spt_held_pages"; in a histogram the bucket's LOW_NS */
	uint64_t value;
};

struct counters {
	struct counter *list;
	size_t n;
};

/* The counters around the command of a run. */
struct counters_pair {
	struct counters before, after;
};

/* log2 bucket of a histogram: @count values of at least @low_ns and less than twice that. */
struct counters_bucket {
	uint64_t low_ns, count;
};

#define COUNTERS_BUCKETS 65	/* of a histogram of 64-bit numbers */

/*
 * Parse a counters file: "# FILE" lines, each followed by that file's lines. "KIND NAME N" is NAME of
 * FILE/KIND. Lines that are neither that nor "NAME N" are skipped, because some debugfs files are tables. In files of S-EPT and PAMT counters
 * and in histograms such lines are damage, which @damage (may be NULL) gets.
 */
void counters_parse(const char *text, struct counters *c, struct damage *damage);
void counters_free(struct counters *c);

/*
 * Read the file @name of the run directory @dir. Returns 0, or -1 with *why = "FILE:LINE: what is wrong"
 * (malloc'ed) and what could be read in @c.
 */
int counters_load(const char *dir, const char *name, struct counters *c, char **why);

/*
 * Read both files of the run directory @dir. Returns 0, or -1 with *why = "FILE:LINE: what is
 * wrong" (malloc'ed) and @p empty.
 */
int counters_pair_load(const char *dir, struct counters_pair *p, char **why);
void counters_pair_free(struct counters_pair *p);

/*
 * How much @name in @file grew; NaN if it is missing after the command, or fell. A counter that was
 * missing before the command began at 0.
 */
double counters_grown(const struct counters_pair *p, const char *file, const char *name);

/* The value of @name in @file after the command, NaN if there is none. */
double counters_after(const struct counters_pair *p, const char *file, const char *name);

/* The buckets by which histogram @file grew; returns how many. */
size_t counters_histogram(const struct counters_pair *p, const char *file,
			  struct counters_bucket bucket[COUNTERS_BUCKETS]);

/* True if any line of @file was there. */
bool counters_have_file(const struct counters *c, const char *file);

/* The value of @name in @file; false if there is none. */
bool counters_get(const struct counters *c, const char *file, const char *name, uint64_t *value);

#endif
