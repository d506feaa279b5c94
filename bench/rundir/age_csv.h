/* SPDX-License-Identifier: GPL-2.0 */
/*
 * age.csv: the state of a host's memory after so many lifetimes of TDs. A workload writes it, the
 * analysis reads it. What can be worked out from a row is not in the file; the functions below do it.
 */
#ifndef RUNDIR_AGE_CSV_H
#define RUNDIR_AGE_CSV_H

#include "table_csv.h"

#define AGE_UNKNOWN TABLE_UNKNOWN

/* Orders of free blocks: 0 to 10, a block of order N has 2^N pages of 4K. */
#define AGE_ORDERS   11
/* The order of a block of 2 MiB. */
#define AGE_ORDER_2M 9

/* A row of the file. Memory of the zone DMA, the lowest 16 MiB, is not counted in it. */
struct age {
	uint64_t lifetimes;   /* TDs created so far */
	uint64_t conversions; /* of a 4K page to shared and back, so far */
	uint64_t tds;	      /* alive */
	uint64_t t_ns;	      /* since the workload's start */
	/* What follows may be AGE_UNKNOWN. */
	uint64_t free_blocks[AGE_ORDERS];
	uint64_t percpu_pages; /* free, but on the lists of CPUs, where they do not merge */
	/* pageblocks, 2 MiB each, by the type of allocations that the kernel wants in them */
	uint64_t unmovable_blocks, movable_blocks, reclaimable_blocks, other_blocks;
	uint64_t
		huge_pages; /* of 2 MiB that the kernel gave when asked for all; unknown: not asked */
	uint64_t blocked_2m; /* aligned 2 MiB with a page that is neither free nor can be moved */
	uint64_t pamt_pairs;
	uint64_t tdx_pages; /* of 4K that have a reference to PAMT: guest, S-EPT, control pages */
};

/* Write the first line and @n rows. Returns 0, or -1 with errno set by the stream. */
int age_csv_write(const struct age *a, size_t n, FILE *to);

/* As table_csv_read(). */
int age_csv_read(const char *dir, struct age **a, size_t *n, char **why);

/* Pages of 4K in free blocks, and pages of 2 MiB that free blocks have at hand; AGE_UNKNOWN. */
uint64_t age_free_pages(const struct age *a);
uint64_t age_free_2m(const struct age *a);

/*
 * The kernel's indices for 2 MiB (debugfs extfrag/), worked out from the free blocks. unusable: the share of
 * free memory, 0..1, that no free page of 2 MiB has. extfrag: -1: there is a free one; else from 0, memory
 * is short, to 1, it is broken up. NaN: unknown.
 */
double age_unusable_2m(const struct age *a);
double age_extfrag_2m(const struct age *a);

/* PAMT pairs per page that has a reference to PAMT; NaN: unknown, or no such page. */
double age_pairs_per_page(const struct age *a);

#endif
