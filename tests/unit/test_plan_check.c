// SPDX-License-Identifier: GPL-2.0
/* Model against measurement: which boots are compared as one, and by what of them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "analysis/capacity/check.h"

#include <cmocka.h>

/* A teardown of a sparse TD under immediate that held @peak pages. */
static struct pl_run boot(char *dir, char *setting, double threads, double peak)
{
	struct pl_run r = {
		.dir = dir,
		.name = dir,
		.setting = setting,
		.variant = "immediate",
		.time_base = "simulated-wall",
		.workload = "teardown",
		.cpus = 2,
		.hz = 250,
		.tds = threads,
		.threads = threads,
		.vcpus = 1,
		.rounds = 1,
		.regions = 10,
		.pages_per_region = 1,
		.host_room = 512,
		.uses = PL_USE_SIZES | PL_USE_TEARDOWN,
		.serial = threads < 2,
		.held_peak = peak,
		.held_page_ns = 12e3,
		.spt_allocated = 12,
		.spt_freed = 12,
		.before_reclaim_ns = 1e6,
		.has_retention = true,
		.reclaim_ns = 1e4,
		.free_ns = NAN,
		.unequal = NAN,
	};

	return r;
}

static const struct pl_check_row *row_of(const struct pl_check *c, const char *term, size_t k)
{
	for (size_t i = 0; i < c->n; i++) {
		if (!strcmp(c->row[i].term, term) && !k--)
			return &c->row[i];
	}
	return NULL;
}

static void medians(void **state)
{
	struct pl_run fitted[] = { boot("fit", "a", 1, 1) };
	struct pl_run boots[] = {
		boot("s1", "a", 1, 1), boot("other", "b", 2, 2), boot("s2", "a", 1, 9),
		boot("s3", "a", 1, 3), boot("fit", "a", 1, 100),
	};
	const struct pl_evidence fit = { fitted, 1, NULL }, check = { boots, 5, NULL };
	const struct pl_check_row *w;
	struct pl_check c;

	(void)state;
	assert_int_equal(pl_check_make(&fit, &check, &c), 0);
	/* three that differ only in their seed: their median; what was fitted is not among them */
	w = row_of(&c, "held pages, peak", 0);
	assert_non_null(w);
	assert_int_equal(w->boots, 3);
	assert_true(w->measured == 3 && w->measured_low == 1 && w->measured_high == 9);
	assert_true(w->predicted == 1);
	w = row_of(&c, "held pages, peak", 1);
	assert_non_null(w);
	assert_int_equal(w->boots, 1);
	assert_true(w->measured == 2 && w->predicted == 2);
	assert_null(row_of(&c, "held pages, peak", 2));
	/* an exact term is checked boot by boot */
	assert_non_null(row_of(&c, "S-EPT pages", 3));
	assert_null(row_of(&c, "S-EPT pages", 4));
	pl_check_free(&c);
}

/* In virtual time one CPU runs at a time: nothing is said of TDs torn down side by side. */
static void virtual_time(void **state)
{
	struct pl_run fitted[] = { boot("fit", "a", 1, 1) };
	struct pl_run boots[] = { boot("s1", "a", 1, 1), boot("s2", "b", 2, 1) };
	const struct pl_evidence fit = { fitted, 1, NULL }, check = { boots, 2, NULL };
	struct pl_check c;

	(void)state;
	strcpy(fitted[0].time_base, "simulated-virtual");
	for (int i = 0; i < 2; i++)
		strcpy(boots[i].time_base, "simulated-virtual");
	assert_int_equal(pl_check_make(&fit, &check, &c), 0);
	assert_string_equal(row_of(&c, "held pages, peak", 0)->run->name, "s1");
	assert_null(row_of(&c, "held pages, peak", 1));
	assert_non_null(strstr(c.remark[c.nr_remarks - 1], "--time wall"));
	pl_check_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(medians),
		cmocka_unit_test(virtual_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
