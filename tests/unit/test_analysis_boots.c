// SPDX-License-Identifier: GPL-2.0
/*
 * Known answers for what is computed about a handful of boots. Sources:
 *
 * [sign]  Table of the sign test, order statistics that bound the median at 95 %: Conover,
 *	   "Practical Nonparametric Statistics" (3rd ed.), 3.2 and table A3; Hollander and Wolfe,
 *	   table A.2: (n, lower rank, confidence) = (6, 1, 0.969), (10, 2, 0.979), (15, 4, 0.965),
 *	   (20, 6, 0.959), (25, 8, 0.957).
 * [F]	   Fisher, "The Design of Experiments" (1935), section 21, on Darwin's maize: of the
 *	   32768 sums of the 15 differences, 863 are at least as large as the 314 seen.
 * [HW]	   Hollander and Wolfe (1973), table 3.1, Hamilton depression scale; the example of R's
 *	   wilcox.test(paired = TRUE): V = 40, p-value = 0.01953 one-sided, so 0.0390625.
 * [MW]	   Table of critical values of U, two-sided 5 %: Mann and Whitney (1947), Siegel (1956).
 * [MJ]	   Maritz and Jarrett, JASA 73 (1978), and Efron, Annals of Statistics 7 (1979): the
 *	   exact bootstrap distribution of a median, P(median <= x_k) = P(Bin(n, k/n) > n / 2).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <gsl/gsl_cdf.h>

#include "lib/array_size.h"
#include "analysis/stats/bootstrap.h"
#include "analysis/stats/detect.h"
#include "analysis/stats/median_ci.h"
#include "analysis/stats/signed_rank.h"

#include <cmocka.h>

static void near(double got, double want, double tolerance)
{
	if (!(fabs(got - want) <= tolerance))
		fail_msg("got %.17g, want %.17g", got, want);
}

static double ranks[200]; /* 1, 2, 3, ...: an interval's ends are then their ranks */

static int setup(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ranks); i++)
		ranks[i] = i + 1;
	return 0;
}

/* [sign] */
static void median_intervals(void **state)
{
	static const struct {
		size_t n;
		double low, level;
	} table[] = { { 6, 1, 0.969 },	 { 10, 2, 0.979 }, { 15, 4, 0.965 },
		      { 20, 6, 0.959 }, { 25, 8, 0.957 } };
	struct an_interval ci;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		ci = an_quantile_interval(ranks, table[i].n, 0.5, 0.95);
		near(ci.low, table[i].low, 0);
		near(ci.high, table[i].n + 1 - table[i].low, 0);
		near(ci.level, table[i].level, 0.0005);
	}
	/* five boots cannot reach 95 %: the widest, and how far that goes */
	ci = an_quantile_interval(ranks, 5, 0.5, 0.95);
	near(ci.low, 1, 0);
	near(ci.high, 5, 0);
	near(ci.level, 1 - 2 / 32.0, 1e-12);
	assert_true(isnan(an_quantile_interval(ranks, 1, 0.5, 0.95).low));
	/* p90 of 100: Conover's example method with the exact binomial, ranks 84 and 96 */
	ci = an_quantile_interval(ranks, 100, 0.9, 0.95);
	near(ci.low, 84, 0);
	near(ci.high, 96, 0);
	near(ci.level, gsl_cdf_binomial_P(95, 0.9, 100) - gsl_cdf_binomial_P(83, 0.9, 100), 1e-12);
	assert_true(ci.level >= 0.95);
}

static struct an_block_test block_test(const double *d, size_t n, bool by_ranks)
{
	struct an_block_test t;

	assert_int_equal(an_block_test(d, n, by_ranks, &t), 0);
	return t;
}

/* [F] */
static void darwins_maize(void **state)
{
	static const double d[] = { 49, -67, 8,	 16, 6,	 23, 28, 41,
				    14, 29,  56, 24, 75, 60, -48 };
	struct an_block_test t = block_test(d, ARRAY_SIZE(d), false);

	(void)state;
	assert_true(t.exact);
	near(t.p, 2 * 863 / 32768.0, 1e-12);
	near(t.p_smallest, 2 / 32768.0, 1e-15);
}

/* [HW] */
static void depression_scale(void **state)
{
	static const double x[] = { 1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30 };
	static const double y[] = { 0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29 };
	double d[9];
	size_t i;

	(void)state;
	for (i = 0; i < 9; i++)
		d[i] = y[i] - x[i];
	near(block_test(d, 9, true).p, 0.0390625, 1e-12);
}

static void block_cases(void **state)
{
	static const double none[] = { 0, 0, 0 }, some[] = { 0, 3, 0, 3, 3 };
	double many[24];
	struct an_block_test t;
	size_t i;

	(void)state;
	near(block_test(none, 3, true).p, 1, 0);
	/* zeros count for nothing: three equal differences, 2 of 8 */
	near(block_test(some, 5, true).p, 0.25, 1e-12);
	assert_true(isnan(block_test(none, 0, true).p));
	near(an_block_smallest_p(7), 2 / 128.0, 1e-15);
	/* beyond AN_BLOCKS_EXACT: drawn, and the same each time */
	for (i = 0; i < 24; i++)
		many[i] = i % 4 ? i : -(double)i;
	t = block_test(many, 24, true);
	assert_false(t.exact);
	near(block_test(many, 24, true).p, t.p, 0);
	/* normal approximation of the signed ranks: V = 216 of 276 (23 differences besides 0) */
	near(t.p, 2 * gsl_cdf_ugaussian_Q((216 - 138 - 0.5) / sqrt(23 * 24 * 47 / 24.0)), 0.003);
}

/* [MW] */
static void critical_values(void **state)
{
	static const long table[][3] = { { 5, 5, 2 },	{ 7, 7, 8 },	{ 8, 8, 13 },
					 { 10, 10, 23 }, { 5, 10, 8 },	{ 20, 20, 127 } };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(table); i++)
		assert_int_equal(an_critical_u(table[i][0], table[i][1], 0.05), table[i][2]);
	assert_int_equal(an_critical_u(3, 3, 0.05), -1);
}

/* [MJ]: against ones the ratio is the median of b, whose bootstrap distribution is known */
static void bootstrap_of_a_median(void **state)
{
	static const double ones[17] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	static const size_t sizes[] = { 7, 11, 17 }; /* none near the border of a rank */
	struct an_ratio r;
	size_t s;

	(void)state;
	for (s = 0; s < ARRAY_SIZE(sizes); s++) {
		size_t n = sizes[s], low = 1, high = 1;

		/* smallest k with P(median <= x_k) >= 2.5 %, and >= 97.5 % */
		while (gsl_cdf_binomial_Q(n / 2, (double)low / n, n) < 0.025)
			low++;
		while (gsl_cdf_binomial_Q(n / 2, (double)high / n, n) < 0.975)
			high++;
		assert_int_equal(an_ratio(ones, n, ranks, n, 0.95, &r), 0);
		near(r.ratio, (n + 1) / 2.0, 0);
		near(r.low, low, 0);
		near(r.high, high, 0);
	}
}

static void ratio_cases(void **state)
{
	static const double zeros[] = { 0, 0, 0 }, mixed[] = { 0, 0, 4, 4, 4 };
	struct an_ratio r, again;

	(void)state;
	assert_int_equal(an_ratio(zeros, 3, ranks, 3, 0.95, &r), 0);
	assert_true(isnan(r.ratio) && isnan(r.low));
	assert_int_equal(an_ratio(ranks, 1, ranks, 3, 0.95, &r), 0);
	near(r.ratio, 2, 0);
	assert_true(isnan(r.low));
	assert_int_equal(an_ratio(ranks, 0, ranks, 3, 0.95, &r), 0);
	assert_true(isnan(r.ratio));
	/* where a's median can be 0 the ratio has no upper end */
	assert_int_equal(an_ratio(mixed, 5, ranks, 5, 0.95, &r), 0);
	near(r.ratio, 0.75, 0);
	assert_true(isinf(r.high));
	/* the same boots, the same interval */
	assert_int_equal(an_ratio(ranks, 7, ranks + 3, 7, 0.95, &r), 0);
	assert_int_equal(an_ratio(ranks, 7, ranks + 3, 7, 0.95, &again), 0);
	assert_true(r.low == again.low && r.high == again.high && r.low < r.ratio);
}

static void detectable(void **state)
{
	static const double same[] = { 5, 5, 5, 5, 5, 5, 5 }, other[] = { 9, 9, 9, 9, 9, 9, 9 };
	double wide[7], one, two;
	size_t i;

	(void)state;
	/* nothing scatters: any shift would be seen; three boots see none, however large */
	near(an_detectable(same, 7, other, 7, 0.05), 0, 0);
	assert_true(isinf(an_detectable(ranks, 3, ranks, 3, 0.05)));
	assert_true(isnan(an_detectable(same, 0, other, 7, 0.05)));
	/* it is a length: it scales with the scatter, and the groups' own difference is no part */
	one = an_detectable(ranks, 7, ranks, 7, 0.05);
	for (i = 0; i < 7; i++)
		wide[i] = 1000 + 10 * ranks[i];
	two = an_detectable(wide, 7, wide, 7, 0.05);
	near(two / one, 10, 1e-9);
	near(an_detectable(ranks, 7, ranks + 50, 7, 0.05), one, 1e-9);
	/* a stricter level and fewer boots see less */
	assert_true(an_detectable(ranks, 7, ranks, 7, 0.005) > one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(median_intervals),	cmocka_unit_test(darwins_maize),
		cmocka_unit_test(depression_scale),	cmocka_unit_test(block_cases),
		cmocka_unit_test(critical_values),	cmocka_unit_test(bootstrap_of_a_median),
		cmocka_unit_test(ratio_cases),		cmocka_unit_test(detectable),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
