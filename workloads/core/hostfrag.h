/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fragmentation of the host's free memory, made to order.
 *
 * Where a TD's pages lie in a guest says nothing about where they lie in the host, and PAMT pairs
 * count 2 MiB regions of the host. So whole regions are first taken from the kernel by a
 * guest_memfd that no TD uses, whose pages come from the same lists as a TD's; /proc/self/pagemap
 * tells which regions are complete. Then some pages of each are given back, apart from each other.
 * The page allocator prefers such single pages to splitting larger blocks, so what is given to TDs
 * next comes from them, and with it the kernel's own pages: two for the region's PAMT pair, and a
 * share of the others, which are given back in addition. Not so where guest pages and S-EPT pages
 * alternate (at_most): KVM allocates S-EPT pages in batches, which would fill what is meant for the
 * kernel, so only per_region pages are given back, and a region has that many pages of TDs or
 * fewer. With one page per region that is exact.
 *
 * It is wrong if the kernel's counter of pairs does not grow as asked for.
 */
#ifndef DPAMT_WORKLOADS_HOSTFRAG_H
#define DPAMT_WORKLOADS_HOSTFRAG_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

/* What is asked for. */
struct hostfrag {
	uint64_t per_region;  /* pages of TDs in a region of the host, 1..512 */
	bool at_most;	      /* that many or fewer; see above */
	uint64_t tdx_pages;   /* pages that will be given to TDs, S-EPT included */
	uint64_t other_pages; /* the kernel's own among them, but for PAMT pairs */
	uint64_t nr_tds;      /* for the caches of their vCPUs */
};

/* Pages to be given back in each region. */
uint64_t hostfrag_released(const struct hostfrag *h);

/* Regions for all pages, two for each PAMT pair included, and some spare ones. */
uint64_t hostfrag_regions(const struct hostfrag *h);

/* The r-th page, 0 <= r < released, to be given back of a region's 512: evenly apart. */
uint64_t hostfrag_page(uint64_t r, uint64_t released);

/* Why this kernel or this user cannot do it, or NULL. */
const char *hostfrag_unavailable(void);

/*
 * Fragment; from here to hostfrag_settle() the calling thread stays on its CPU, whose page lists
 * are meant. td_open() comes first. Returns 0, or -1 after fail().
 */
int hostfrag_take(const struct hostfrag *h);

/*
 * The TDs are populated. Compares the PAMT pairs that came since hostfrag_take() with what was
 * asked for: within tolerance_percent (at_most: not fewer), else -1 after fail(). Without counters
 * nothing is compared.
 */
int hostfrag_settle(unsigned int tolerance_percent);

/* Give all back. */
void hostfrag_release(void);

/* As documented in README.md, key host_fragmentation. */
json_t *hostfrag_json(void);

#endif
