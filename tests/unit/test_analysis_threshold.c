// SPDX-License-Identifier: GPL-2.0
/*
 * From which headroom on do replacements seldom wait? Thresholds with a known answer, and the record that
 * they come from: what is written is read back, and damage is refused.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/stats/threshold.h"
#include "bench/rundir/file_names.h"
#include "bench/rundir/replacements_csv.h"
#include "lib/text.h"

#include <cmocka.h>

#define LEVELS 4

/* Boots of 20 trials a level: hits at each of the levels. */
static void boots_of(struct an_trials *t, size_t boots, const size_t (*hits)[LEVELS])
{
	for (size_t b = 0; b < boots; b++)
		for (size_t l = 0; l < LEVELS; l++)
			t[b * LEVELS + l] = (struct an_trials){ 20, hits[b][l] };
}

static void alike_boots_have_no_width(void **state)
{
	static const size_t hits[5][LEVELS] = {
		{ 20, 9, 1, 0 }, { 20, 9, 1, 0 }, { 20, 9, 1, 0 }, { 20, 9, 1, 0 }, { 20, 9, 1, 0 },
	};
	struct an_trials t[5 * LEVELS];
	struct an_threshold th;
	struct an_share s;

	(void)state;
	boots_of(t, 5, hits);
	assert_int_equal(an_threshold_of(t, 5, LEVELS, 0.05, 0.95, &th), 0);
	assert_int_equal(th.level, 2); /* 5 % is at most 5 % */
	assert_int_equal(th.low, 2);
	assert_int_equal(th.high, 2);
	assert_int_equal(an_share_of(t, 5, LEVELS, 1, 0.95, &s), 0);
	assert_true(s.share == 0.45 && s.low == 0.45 && s.high == 0.45);
}

/* A level that looks well below one that does not is no threshold. */
static void all_levels_above_count(void **state)
{
	static const size_t hits[2][LEVELS] = { { 0, 9, 0, 0 }, { 0, 9, 0, 0 } };
	static const size_t never[2][LEVELS] = { { 0, 0, 0, 2 }, { 0, 0, 0, 2 } };
	static const size_t none[2][LEVELS] = { { 0 } };
	struct an_trials t[2 * LEVELS];
	struct an_threshold th;

	(void)state;
	boots_of(t, 2, hits);
	an_threshold_of(t, 2, LEVELS, 0.05, 0.95, &th);
	assert_int_equal(th.level, 2);
	boots_of(t, 2, never);
	an_threshold_of(t, 2, LEVELS, 0.05, 0.95, &th);
	assert_int_equal(th.level, LEVELS); /* above all that were tried */
	boots_of(t, 2, none);
	an_threshold_of(t, 2, LEVELS, 0.05, 0.95, &th);
	assert_int_equal(th.level, 0);
}

/*
 * One boot of five has all the hits at level 1. A resample lacks it with probability 0.8^5, 33 %, so the
 * interval must reach from level 0 to 2: that boots differ is in it.
 */
static void boots_that_differ_widen(void **state)
{
	static const size_t hits[5][LEVELS] = {
		{ 0, 20, 0, 0 }, { 0 }, { 0 }, { 0 }, { 0 },
	};
	struct an_trials t[5 * LEVELS];
	struct an_threshold th, again;
	struct an_share s;

	(void)state;
	boots_of(t, 5, hits);
	an_threshold_of(t, 5, LEVELS, 0.05, 0.95, &th);
	assert_int_equal(th.level, 2);
	assert_int_equal(th.low, 0);
	assert_int_equal(th.high, 2);
	an_share_of(t, 5, LEVELS, 1, 0.95, &s);
	assert_true(s.share == 0.2 && s.low == 0 && s.high >= 0.4 && s.high <= 0.8);
	an_threshold_of(t, 5, LEVELS, 0.05, 0.95, &again);
	assert_memory_equal(&th, &again, sizeof(th));
	/* one boot says nothing of how boots differ */
	an_threshold_of(t, 1, LEVELS, 0.05, 0.95, &th);
	assert_true(th.level == 2 && th.low == 2 && th.high == 2);
	an_share_of(t, 1, LEVELS, 1, 0.95, &s);
	assert_true(s.share == 1 && isnan(s.low) && isnan(s.high));
}

static void levels_without_trials(void **state)
{
	struct an_trials t[LEVELS] = { { 0, 0 }, { 10, 0 }, { 0, 0 }, { 10, 0 } };
	struct an_threshold th;
	struct an_share s;

	(void)state;
	an_threshold_of(t, 1, LEVELS, 0.05, 0.95, &th);
	assert_int_equal(th.level, 1);
	an_share_of(t, 1, LEVELS, 0, 0.95, &s);
	assert_true(isnan(s.share));
}

/* Without a hit: (1 - share)^n = 0.05. */
static void limit(void **state)
{
	(void)state;
	assert_true(fabs(an_share_limit((struct an_trials){ 60, 0 }, 0.95) -
			 (1 - pow(0.05, 1.0 / 60))) < 1e-9);
	assert_true(an_share_limit((struct an_trials){ 58, 0 }, 0.95) > 0.05);
	assert_true(an_share_limit((struct an_trials){ 59, 0 }, 0.95) < 0.05);
	/* of two trials at most one is a hit with probability 1 - share^2 = 0.05 */
	assert_true(fabs(an_share_limit((struct an_trials){ 2, 1 }, 0.95) - sqrt(0.95)) < 1e-9);
	assert_true(an_share_limit((struct an_trials){ 3, 3 }, 0.95) == 1);
	assert_true(an_share_limit((struct an_trials){ 0, 0 }, 0.95) == 1);
}

static char dir[] = "/tmp/dpamt-test-XXXXXX";

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	char *path = xasprintf("%s/" FILE_REPLACEMENTS, dir);

	(void)state;
	unlink(path);
	free(path);
	return rmdir(dir);
}

static void put(const struct replacement *r, size_t n, const char *text)
{
	char *path = xasprintf("%s/" FILE_REPLACEMENTS, dir);
	FILE *f = fopen(path, "w");

	free(path);
	assert_non_null(f);
	if (r)
		assert_int_equal(replacements_csv_write(r, n, f), 0);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static const struct replacement two[] = {
	{ 0, 1, 4096, 10, 600, 0, 2, 3, 0, 4, 5, 6 },
	{ 1, 0, 0, 700, 601, 1, 0, 0, 1, REPLACEMENT_UNKNOWN, REPLACEMENT_UNKNOWN,
	  REPLACEMENT_UNKNOWN },
};

static void written_is_read(void **state)
{
	struct replacement *r;
	char *why;
	size_t n;

	(void)state;
	assert_int_equal(replacements_csv_read(dir, &r, &n, &why), -1);
	assert_null(why); /* there is none */
	put(two, 2, "");
	assert_int_equal(replacements_csv_read(dir, &r, &n, &why), 0);
	assert_int_equal(n, 2);
	assert_memory_equal(r, two, sizeof(two));
	free(r);
	put(two, 0, "");
	assert_int_equal(replacements_csv_read(dir, &r, &n, &why), 0);
	assert_int_equal(n, 0);
	free(r);
}

static void damage_is_refused(void **state)
{
	static const char *const bad[] = {
		"1,0,0,7,6,0,0,0,0,,\n",      /* a field too few */
		"1,0,0,7,6,0,0,0,0,,,,\n",    /* one too many */
		"1,0,,7,6,0,0,0,0,,,\n",      /* no headroom */
		"1,0,0,7,6,2,0,0,0,,,\n",     /* given up twice */
		"1,0,0,7,6,0,0,0,0,,,1",      /* cut short */
		"-1,0,0,7,6,0,0,0,0,,,\n",
	};
	struct replacement *r;
	char *why;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		put(two, 2, bad[i]);
		assert_int_equal(replacements_csv_read(dir, &r, &n, &why), -1);
		assert_null(r);
		assert_non_null(strstr(why, FILE_REPLACEMENTS ":4"));
		free(why);
	}
	put(NULL, 0, "round,td\n");
	assert_int_equal(replacements_csv_read(dir, &r, &n, &why), -1);
	assert_non_null(strstr(why, ":1:"));
	free(why);
}

static void what_waited_means(void **state)
{
	struct replacement r = { .headroom_kib = 1, .replace_ns = 5, .allocstall = 1 };

	(void)state;
	assert_false(replacement_waited(&r)); /* somebody else's reclaim */
	r.waits = 1;
	assert_true(replacement_waited(&r));
	r = (struct replacement){ .enomem = 1 };
	assert_true(replacement_waited(&r));
	r = (struct replacement){ .given_up = 1 };
	assert_true(replacement_waited(&r));
	r = (struct replacement){ .oom_kills = 1 };
	assert_true(replacement_waited(&r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alike_boots_have_no_width),
		cmocka_unit_test(all_levels_above_count),
		cmocka_unit_test(boots_that_differ_widen),
		cmocka_unit_test(levels_without_trials),
		cmocka_unit_test(limit),
		cmocka_unit_test_setup_teardown(written_is_read, make_dir, NULL),
		cmocka_unit_test_setup_teardown(damage_is_refused, NULL, remove_dir),
		cmocka_unit_test(what_waited_means),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
