// SPDX-License-Identifier: GPL-2.0
/*
 * Arithmetic of dividing memory: shares of threads, and which pages of a host region are given
 * back when it is fragmented.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "workloads/core/hostfrag.h"
#include "workloads/core/layout.h"
#include "workloads/core/share.h"

#include <cmocka.h>

/* Every piece of every TD belongs to exactly one thread. */
static void shares(void **state)
{
	uint64_t threads, tds, pieces, t, i, k;
	unsigned int owners[8][16];

	(void)state;
	for (threads = 1; threads <= 20; threads++) {
		for (tds = 1; tds <= 8; tds++) {
			for (pieces = 5; pieces <= 16; pieces += 11) {
				if (threads > tds * pieces)
					continue;
				memset(owners, 0, sizeof(owners));
				for (t = 0; t < threads; t++) {
					struct share s = share_of(t, threads, tds, pieces);

					for (i = 0; i < s.nr_tds * s.pieces; i++)
						owners[share_td(&s, i / s.pieces)]
						      [share_piece(&s, i % s.pieces)]++;
				}
				for (i = 0; i < tds; i++)
					for (k = 0; k < pieces; k++)
						assert_int_equal(owners[i][k], 1);
			}
		}
	}
}

/* Distinct pages of one region; no two of them neighbours as long as there is room. */
static void given_back(void **state)
{
	uint64_t released, r, page, last = 0;

	(void)state;
	for (released = 1; released <= REGION_PAGES; released++) {
		for (r = 0; r < released; r++) {
			page = hostfrag_page(r, released);
			assert_true(page < REGION_PAGES);
			if (r)
				assert_true(page >= last + (released <= REGION_PAGES / 2 ? 2 : 1));
			last = page;
		}
	}
}

static void regions(void **state)
{
	struct hostfrag h = { .per_region = 1, .tdx_pages = 1000, .nr_tds = 0 };

	(void)state;
	/* A page for the TD and two for the pair: a region each, and 5 % to spare. */
	assert_int_equal(hostfrag_released(&h), 3);
	assert_int_equal(hostfrag_regions(&h), 1050);
	/* As many of the kernel's as of the TDs': twice the room. */
	h.per_region = 8;
	h.other_pages = 1000;
	assert_int_equal(hostfrag_released(&h), 18);
	assert_int_equal(hostfrag_regions(&h), 125 + 7);
	/* No more than there are. */
	h.per_region = 512;
	assert_int_equal(hostfrag_released(&h), 512);
	/* At most one: each page, the kernel's too, has a region to itself. */
	h.per_region = 1;
	h.at_most = true;
	assert_int_equal(hostfrag_released(&h), 1);
	assert_int_equal(hostfrag_regions(&h), 4000 + 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares),
		cmocka_unit_test(given_back),
		cmocka_unit_test(regions),
	};

	return cmocka_run_group_tests_name("workload arithmetic", tests, NULL, NULL);
}
