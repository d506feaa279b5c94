/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_RETENTION_H
#define AN_RETENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one pass over retention.csv tells; times in ns since the workload's start. */
struct an_retention {
	uint64_t changes;		/* lines */
	uint64_t first_ns, last_ns;	/* time of the first and the last change */
	uint64_t peak_pages, peak_ns;	/* highest held_pages and when it was first reached */
	uint64_t first_held_ns;		/* first change that left pages held; valid if peak_pages */
	/* first time nothing was held after the peak; valid if back_to_zero */
	uint64_t zero_after_peak_ns;
	bool back_to_zero;
	uint64_t peak_bytes; /* highest memory of both: PAGE_BYTES, PAMT_PAIR_BYTES each */
	uint64_t freed_before_limit;	/* pages by which held_pages fell before @limit_ns */
	uint64_t bad_lines;
	bool truncated;
};

/*
 * Stream @path (t_ns,held_pages,held_back_pairs). 0, or -1 with errno set (EINVAL: not such a
 * file).
 */
int an_retention_read(const char *path, uint64_t limit_ns, struct an_retention *r);

/*
 * Highest number of pages held in each of @bins time bins of @width_ns from
 * @start_ns (may lie before the workload's start), into @max_pages. What is held
 * when a bin begins counts. Returns as an_retention_read().
 */
int an_retention_bins(const char *path, int64_t start_ns, uint64_t width_ns, size_t bins,
		      double *max_pages);

#endif
