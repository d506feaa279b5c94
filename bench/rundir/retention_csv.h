/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNDIR_RETENTION_CSV_H
#define RUNDIR_RETENTION_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/lines.h"

/* A line of retention.csv: what is held from @t_ns on, in ns since the workload's start. */
struct retention_change {
	uint64_t t_ns, pages, pairs;
};

/* What one pass over retention.csv tells; times in ns since the workload's start. */
struct retention_csv {
	uint64_t changes;		/* lines */
	uint64_t first_ns, last_ns;	/* time of the first and the last change */
	uint64_t peak_pages, peak_ns;	/* highest held_pages and when it was first reached */
	uint64_t first_held_ns;		/* first change that left pages held; valid if peak_pages */
	/* first time nothing was held after the peak; valid if back_to_zero */
	uint64_t zero_after_peak_ns;
	bool back_to_zero;
	uint64_t peak_bytes; /* highest memory of both: PAGE_BYTES, PAMT_PAIR_BYTES each */
	uint64_t freed_before_limit;	/* pages by which held_pages fell before @limit_ns */
};

/*
 * Call @fn on every change in the retention.csv of the run directory @dir, until it returns
 * false. Returns 0, or -1 with *why = "retention.csv:LINE: what is wrong" (malloc'ed); *why is NULL
 * if there is no such file. Bad lines are left out and reported at the end.
 */
int retention_csv_walk(const char *dir,
		       bool (*fn)(const struct retention_change *change, void *arg), void *arg,
		       char **why);

/* Compute @r from the whole file. Returns as retention_csv_walk(). */
int retention_csv_read(const char *dir, uint64_t limit_ns, struct retention_csv *r, char **why);

/*
 * Highest number of pages held in each of @bins time bins of @width_ns from @start_ns (may lie
 * before the workload's start), into @max_pages. What is held when a bin begins counts. Returns
 * as retention_csv_walk().
 */
int retention_csv_bins(const char *dir, int64_t start_ns, uint64_t width_ns, size_t bins,
		       double *max_pages, char **why);

#endif
