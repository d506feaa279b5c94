/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNDIR_RETENTION_FROM_TRACE_H
#define RUNDIR_RETENTION_FROM_TRACE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "trace_file.h"

/* Sums and peaks of a trace. A peak is 0 if there is no such event. */
struct retention {
	bool started;			/* the workload's mark "dpamt start" is there */
	uint64_t events;		/* of all kinds */
	uint64_t reclaimed, freed, leaked;	/* S-EPT pages */
	uint64_t added, removed;	/* PAMT pairs */
	uint64_t held_page_ns;		/* sum of held_ns, as the kernel took it */
	uint64_t held_peak_pages;	/* largest held_pages of an event */
	uint64_t pairs_peak;		/* largest pairs of an event */
	uint64_t held_back_peak_pairs;	/* largest held_back_pairs of an event */
	uint64_t curve_page_ns;		/* area under retention.csv, in page-nanoseconds */
	uint64_t curve_peak_pages;	/* its highest point */
	uint64_t curve_changes;		/* its lines but the first two */
};

/*
 * Read @t to its end and write retention.csv to @out (NULL: do not):
 *	t_ns,held_pages,held_back_pairs
 * t_ns counts from the workload's "dpamt start" mark; the first line is 0,0,0
 * and then follows one line per change. Pages are counted from the events: a
 * reclaim is one more, a free one less, each at its time stamp. The number an
 * event itself carries was taken some instructions before its time stamp, and
 * with several CPUs two events may be stamped in the other order.
 *
 * Returns 0, or -1 with *error (malloc'ed) if the file is damaged, an S-EPT
 * event comes before the start mark, or more pages are freed than reclaimed.
 * Without a start mark nothing is written, and r->started says so.
 */
int retention_read(struct trace_file *t, FILE *out, struct retention *r, char **error);

#endif
