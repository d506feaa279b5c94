// SPDX-License-Identifier: GPL-2.0
/*
 * Known answers for quantiles and Holm's correction, and the rules of the verdicts.
 * [R] is R 4.2.2, quantile(x, type = 7) and p.adjust(p, "holm"), computed for these tests.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "analysis/stats/holm.h"
#include "analysis/stats/quantile.h"
#include "analysis/stats/verdict.h"

#include <cmocka.h>

static void near(double got, double want)
{
	if (!(fabs(got - want) <= 1e-12))
		fail_msg("got %.17g, want %.17g", got, want);
}

static void quantiles(void **state)
{
	/* [R] quantile(c(1, 2, 4, 8, 16, 32), c(0, .25, .5, .75, .9, .99, 1)) */
	double v[] = { 32, 1, 16, 2, 8, 4 }, one[] = { 5 };

	(void)state;
	an_sort(v, 6);
	near(an_quantile(v, 6, 0), 1);
	near(an_quantile(v, 6, 0.25), 2.5);
	near(an_quantile(v, 6, 0.5), 6);
	near(an_quantile(v, 6, 0.75), 14);
	near(an_quantile(v, 6, 0.9), 24);
	near(an_quantile(v, 6, 0.99), 31.2);
	near(an_quantile(v, 6, 1), 32);
	near(an_quantile(one, 1, 0.99), 5);
	assert_true(isnan(an_quantile(one, 0, 0.5)));
}

static void holm(void **state)
{
	static const double p[][5] = {
		{ 0.01, 0.02, 0.03, 0.04, 0.05 },
		{ 0.01, 0.04, 0.03, 0.005 },
		{ 0.0079365, 0.5, 0.0079365, 1, 0.03 },
	};
	static const double want[][5] = {
		/* [R] */
		{ 0.05, 0.08, 0.09, 0.09, 0.09 },
		{ 0.03, 0.06, 0.06, 0.02 },
		{ 0.0396825, 1, 0.0396825, 1, 0.09 },
	};
	static const size_t n[] = { 5, 4, 5 };
	double got[5];
	size_t i, j;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_int_equal(an_holm(p[i], n[i], got), 0);
		for (j = 0; j < n[i]; j++)
			near(got[j], want[i][j]);
	}
	assert_int_equal(an_holm(NULL, 0, NULL), 0);
}

static const char *words(size_t n, double u, double p_holm, double p_smallest, size_t family,
			 int latency)
{
	struct an_verdict_in in = { n, n, u, p_holm, p_smallest, family, latency };

	return an_verdict_words(an_verdict(&in));
}

static void verdicts(void **state)
{
	(void)state;
	assert_string_equal(words(5, 25, 0.032, 2.0 / 252, 4, 0), "more");
	assert_string_equal(words(5, 0, 0.032, 2.0 / 252, 4, 0), "less");
	assert_string_equal(words(5, 25, 0.032, 2.0 / 252, 4, 1), "slower");
	assert_string_equal(words(5, 0, 0.032, 2.0 / 252, 4, 1), "faster");
	assert_string_equal(words(5, 14, 0.84, 2.0 / 252, 4, 1), "no difference shown");
	/* complete separation, but 40 comparisons: 40 * 0.0079 can never pass */
	assert_string_equal(words(5, 25, 0.32, 2.0 / 252, 40, 0), "not enough boots");
	assert_string_equal(words(1, 1, 1, 1, 1, 0), "not enough boots");
	assert_string_equal(words(0, NAN, NAN, 1, 1, 0), "not enough boots");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles),
		cmocka_unit_test(holm),
		cmocka_unit_test(verdicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
