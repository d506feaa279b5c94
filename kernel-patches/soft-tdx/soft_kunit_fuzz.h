/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Software TDX module: the fuzz test's pool of pages, and its invariants.
 */
#ifndef _SOFT_KUNIT_FUZZ_H
#define _SOFT_KUNIT_FUZZ_H

#include <linux/bitmap.h>
#include <linux/prandom.h>

#include "soft_kunit.h"

/*
 * Whole 2M regions, so that their PAMT pairs are nobody else's; of each the
 * first and last pages are handed around, for both pages of its pair to be in
 * use.
 */
#define FUZZ_REGIONS		4
#define FUZZ_EDGE		28
#define FUZZ_REGION_PAGES	(2 * FUZZ_EDGE)
#define FUZZ_PAGES		(FUZZ_REGIONS * FUZZ_REGION_PAGES)

struct soft_fuzz_pool {
	struct soft_kunit *k;
	struct page *region[FUZZ_REGIONS];
	u64 base[FUZZ_REGIONS];
	long owned[SOFT_PT_NR];		/* before the test */
	long pamt_pages;
	DECLARE_BITMAP(marked, FUZZ_PAGES);	/* the host's, and marked */
};

u64 soft_fuzz_page(const struct soft_fuzz_pool *pool, int index);
int soft_fuzz_index(const struct soft_fuzz_pool *pool, u64 hpa);
bool soft_fuzz_lent(u64 hpa);
void soft_fuzz_pool_init(struct soft_fuzz_pool *pool, struct soft_kunit *k);
void soft_fuzz_pool_exit(struct soft_fuzz_pool *pool);

const char *soft_fuzz_check_marks(struct soft_fuzz_pool *pool, bool check);
const char *soft_fuzz_check(struct soft_fuzz_pool *pool);
const char *soft_fuzz_check_all(struct soft_fuzz_pool *pool);

#endif /* _SOFT_KUNIT_FUZZ_H */
