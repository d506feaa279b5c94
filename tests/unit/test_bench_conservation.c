// SPDX-License-Identifier: GPL-2.0
/*
 * The books: balanced runs pass, each broken balance is named, a kernel
 * without counters is neither.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/boot/conservation.h"
#include "lib/text.h"

#include <cmocka.h>	/* last: it has a fail() of its own */

#define GOOD_SEPT	"# sept\nspt_allocated_pages 12\nspt_reclaimed_pages 11\nspt_freed_pages 11\n" \
			"spt_leaked_pages 1\nspt_held_pages 0\nspt_held_peak_pages 5\n"
#define GOOD_PAMT	"# pamt\npamt_pairs 2\npamt_get 20\npamt_put 18\npamt_add 7\npamt_remove 5\n"
#define BEFORE		"# sept\nspt_held_pages 0\n# pamt\npamt_pairs 2\npamt_get 2\npamt_put 0\n" \
			"pamt_add 2\npamt_remove 0\n"
#define MODULE		"# soft_tdx/leaves\nTDH.MNG.CREATE 4 0 100\n# soft_tdx/pages\npages_owned 0\n"

static struct conservation_report report;

static void check(const char *before_text, const char *after_text)
{
	struct counters before, after;

	strv_free(report.detail);
	counters_parse(before_text, &before, NULL);
	counters_parse(after_text, &after, NULL);
	conservation_check(&before, &after, &report);
	counters_free(&before);
	counters_free(&after);
}

static void violated(const char *after, const char *detail)
{
	check(BEFORE, after);
	assert_string_equal(conservation_name(report.verdict), "violated");
	assert_int_equal(strv_len(report.detail), 1);
	assert_string_equal(report.detail[0], detail);
}

static void parses_files(void **state)
{
	struct counters c;
	uint64_t v;

	(void)state;
	counters_parse("# sept_held_hist\n0 3\n1024 7\n# pamt\npamt_get 18446744073709551615\nx y\n", &c, NULL);
	assert_true(counters_have_file(&c, "sept_held_hist"));
	assert_false(counters_have_file(&c, "sept"));
	assert_true(counters_get(&c, "sept_held_hist", "1024", &v));
	assert_int_equal(v, 7);
	assert_true(counters_get(&c, "pamt", "pamt_get", &v));
	assert_true(v == UINT64_MAX);
	assert_false(counters_get(&c, "pamt", "1024", &v));
	counters_free(&c);

	counters_parse("# soft_tdx/params\ncost mid\ncost_ns TDH.SYS.RD 1000\nboot_cost_ns TDH.SYS.RD 999\n", &c,
		       NULL);
	assert_int_equal(c.n, 2);
	assert_true(counters_get(&c, "soft_tdx/params/cost_ns", "TDH.SYS.RD", &v));
	assert_int_equal(v, 1000);
	counters_free(&c);
}

static void balanced(void **state)
{
	(void)state;
	check(BEFORE, GOOD_SEPT GOOD_PAMT MODULE);
	assert_string_equal(conservation_name(report.verdict), "ok");
	assert_int_equal(strv_len(report.detail), 0);
}

static void no_counters(void **state)
{
	(void)state;
	check("", "");
	assert_string_equal(conservation_name(report.verdict), "absent");
	check("", MODULE);
	assert_string_equal(conservation_name(report.verdict), "absent");
	check("", "# soft_tdx/pages\npages_owned 3\n");
	assert_string_equal(conservation_name(report.verdict), "violated");
}

static void names_what_is_broken(void **state)
{
	(void)state;
	violated("# sept\nspt_allocated_pages 3\nspt_reclaimed_pages 3\nspt_freed_pages 3\n"
		 "spt_leaked_pages 0\nspt_held_pages 2\n" GOOD_PAMT MODULE,
		 "sept: spt_held_pages is 2, expected 0");
	violated("# sept\nspt_allocated_pages 4\nspt_reclaimed_pages 3\nspt_freed_pages 3\n"
		 "spt_leaked_pages 0\nspt_held_pages 0\n" GOOD_PAMT MODULE,
		 "sept: spt_allocated_pages grew by 4, spt_freed_pages + spt_leaked_pages by 3 + 0");
	violated("# sept\nspt_allocated_pages 3\nspt_reclaimed_pages 2\nspt_freed_pages 3\n"
		 "spt_leaked_pages 0\nspt_held_pages 0\n" GOOD_PAMT MODULE,
		 "sept: spt_reclaimed_pages grew by 2, spt_freed_pages by 3");
	violated(GOOD_SEPT "# pamt\npamt_pairs 3\npamt_get 4\npamt_put 2\npamt_add 4\npamt_remove 2\n",
		 "pamt: pamt_pairs was 2 before, 3 after");
	violated(GOOD_SEPT "# pamt\npamt_pairs 2\npamt_get 5\npamt_put 2\npamt_add 4\npamt_remove 2\n",
		 "pamt: pamt_get grew by 3, pamt_put by 2");
	violated(GOOD_SEPT GOOD_PAMT "# soft_tdx/pages\npages_owned 1\n",
		 "soft_tdx/pages: pages_owned is 1, expected 0");
	violated(GOOD_SEPT GOOD_PAMT "# soft_tdx/pages\npages_owned 0\nkeyids_used 2\n",
		 "soft_tdx/pages: keyids_used is 2, expected 0");
	violated(GOOD_PAMT "# sept\nspt_allocated_pages 3\nspt_reclaimed_pages 3\nspt_freed_pages 3\n"
		 "spt_leaked_pages 0\n", "sept: spt_held_pages is missing after the run");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_files),
		cmocka_unit_test(balanced),
		cmocka_unit_test(no_counters),
		cmocka_unit_test(names_what_is_broken),
	};
	int ret = cmocka_run_group_tests(tests, NULL, NULL);

	strv_free(report.detail);
	return ret;
}
