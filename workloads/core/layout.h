/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which guest pages of a TD are populated, and how many S-EPT pages that takes. Pure arithmetic.
 *
 * The range starts at offset 0 of the TD's memory and is cut into regions of 2 MiB; each region
 * gets its first pages_per_region 4K pages. 512 per region is dense, 1 per region is the cheapest
 * way to an S-EPT page.
 */
#ifndef DPAMT_WORKLOADS_LAYOUT_H
#define DPAMT_WORKLOADS_LAYOUT_H

#include <stdint.h>

#include "lib/page_size.h"

#define REGION_BYTES	(UINT64_C(2) << 20)
#define REGION_PAGES	(REGION_BYTES / PAGE_BYTES)
#define MIB_BYTES	(UINT64_C(1) << 20)

struct layout {
	uint64_t regions;	   /* 1.. */
	uint64_t pages_per_region; /* 1..REGION_PAGES */
};

/* Contiguous runs of pages: one per region, but a dense layout is one single run. */
uint64_t layout_runs(const struct layout *l);
uint64_t layout_run_bytes(const struct layout *l);
/* Offset in bytes of run i, 0 <= i < layout_runs(). */
uint64_t layout_run_offset(const struct layout *l, uint64_t i);

/*
 * S-EPT pages given to the TD when `regions` regions from gpa on are populated: a 4K-level table
 * per 2 MiB, a table above per 1 GiB, one more per 512 GiB. With the 48-bit GPA width (4 levels)
 * the root is part of the TDCS and not among them. gpa is a multiple of 2 MiB.
 */
uint64_t sept_pages(uint64_t gpa, uint64_t regions);

/* Does --mem @mem_mib make whole regions? Returns 0, or -1 after fail(). */
int check_mem_mib(uint64_t mem_mib);

#endif
