// SPDX-License-Identifier: GPL-2.0
/*
 * Arithmetic of populated ranges and S-EPT pages; see layout.h.
 */
#include "layout.h"

#include <inttypes.h>

#include "lib/err.h"

uint64_t layout_runs(const struct layout *l)
{
	return l->pages_per_region == REGION_PAGES ? 1 : l->regions;
}

uint64_t layout_run_bytes(const struct layout *l)
{
	if (l->pages_per_region == REGION_PAGES)
		return l->regions * REGION_BYTES;
	return l->pages_per_region * PAGE_BYTES;
}

uint64_t layout_run_offset(const struct layout *l, uint64_t i)
{
	(void)l;
	return i * REGION_BYTES;
}

/* Aligned blocks of 1 << shift bytes that [gpa, gpa + bytes) touches; bytes > 0. */
static uint64_t blocks(uint64_t gpa, uint64_t bytes, unsigned int shift)
{
	return ((gpa + bytes - 1) >> shift) - (gpa >> shift) + 1;
}

uint64_t sept_pages(uint64_t gpa, uint64_t regions)
{
	uint64_t bytes = regions * REGION_BYTES;

	return blocks(gpa, bytes, 21) + blocks(gpa, bytes, 30) + blocks(gpa, bytes, 39);
}

int check_mem_mib(uint64_t mem_mib)
{
	if (mem_mib % (REGION_BYTES / MIB_BYTES))
		return fail("--mem: %" PRIu64 " MiB is not a multiple of 2 MiB", mem_mib);
	return 0;
}
