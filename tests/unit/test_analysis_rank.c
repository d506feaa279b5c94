// SPDX-License-Identifier: GPL-2.0
/*
 * Known answers for the rank test and the Hodges-Lehmann shift. Sources:
 *
 * [HW]   Hollander and Wolfe, "Nonparametric Statistical Methods" (1973), p. 69 ff.,
 *	  permeability of the chorioamnion; also the example of R's wilcox.test().
 * [BLS]  Bergmann, Ludbrook and Spooren, "Different outcomes of the Wilcoxon-Mann-Whitney test
 *	  from different statistics packages", The American Statistician 54 (2000), rotarod data:
 *	  with all its ties the exact permutation p is 0.0373.
 * [R]	  R 4.2.2: wilcox.test(b, a, exact = TRUE, conf.int = TRUE), pwilcox(), and with ties
 *	  wilcox.exact(b, a) of the package exactRankTests 0.8.35. Computed for these tests with the
 *	  values given here.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "lib/array_size.h"
#include "analysis/stats/hodges_lehmann.h"
#include "analysis/stats/mann_whitney.h"

#include <cmocka.h>

static const double hw_x[] = { 0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46 };
static const double hw_y[] = { 1.15, 0.88, 0.90, 0.74, 1.21 };

static void near(double got, double want, double tolerance)
{
	if (!(fabs(got - want) <= tolerance))
		fail_msg("got %.17g, want %.17g", got, want);
}

static struct an_rank_test test(const double *a, size_t na, const double *b, size_t nb)
{
	struct an_rank_test t;

	assert_int_equal(an_rank_test(a, na, b, nb, &t), 0);
	return t;
}

static struct an_shift shift(const double *a, size_t na, const double *b, size_t nb)
{
	struct an_shift s;

	assert_int_equal(an_shift(a, na, b, nb, 0.95, &s), 0);
	return s;
}

/* [HW] one-sided p 0.1272, so two-sided 0.2544; W of x is 35. */
static void hollander_wolfe(void **state)
{
	struct an_rank_test t = test(hw_y, ARRAY_SIZE(hw_y), hw_x, ARRAY_SIZE(hw_x));
	struct an_shift s = shift(hw_y, ARRAY_SIZE(hw_y), hw_x, ARRAY_SIZE(hw_x));

	(void)state;
	assert_true(t.exact);
	near(t.u, 35, 0);
	near(t.p, 0.25441225441225440, 1e-12);
	near(s.shift, 0.305, 1e-12);
	near(s.low, -0.15, 1e-12);
	near(s.high, 0.76, 1e-12);
	/* b and a exchanged: the same p, the shift and its interval mirrored */
	t = test(hw_x, ARRAY_SIZE(hw_x), hw_y, ARRAY_SIZE(hw_y));
	s = shift(hw_x, ARRAY_SIZE(hw_x), hw_y, ARRAY_SIZE(hw_y));
	near(t.u, 15, 0);
	near(t.p, 0.25441225441225440, 1e-12);
	near(s.shift, -0.305, 1e-12);
	near(s.low, -0.76, 1e-12);
	near(s.high, 0.15, 1e-12);
}

/* [BLS] and [R] 0.037267080745341616 */
static void rotarod_all_ties(void **state)
{
	double control[12],
		treatment[12] = { 22, 300, 75, 271, 300, 18, 300, 300, 163, 300, 300, 300 };
	struct an_rank_test t;
	size_t i;

	(void)state;
	for (i = 0; i < 12; i++)
		control[i] = 300;
	t = test(control, 12, treatment, 12);
	near(t.u, 42, 0); /* [R] W of control is 102 of 144 */
	near(t.p, 0.0373, 0.00005);
	near(t.p, 0.037267080745341616, 1e-12);
}

/* [R] wilcox.exact(); the second one has unequal sizes, so its distribution is skewed */
static void ties(void **state)
{
	static const double a[] = { 1, 1, 1, 2, 2 }, b[] = { 2, 3, 3, 3, 4 };
	static const double c[] = { 7, 7, 7, 8, 9, 9, 12 };
	static const double d[] = { 9, 9, 10, 12, 12, 13, 14, 14, 15, 20, 21 };
	static const double control[] = { 1.33, 1.78, 1.53, 1.95, 1.83, 1.47, 1.87,
					  1.55, 2.58, 2.17, 1.97, 1.62, 2.25, 3.53,
					  2.92, 1.78, 2.22, 2.55, 2.75 };
	static const double compound[] = { 1.53, 1.75, 2.12, 2.83, 2.58, 2.37, 2.92, 2.08,
					   3.01, 2.67, 2.08, 2.25, 3.08, 2.01, 1.58 };

	(void)state;
	near(test(a, ARRAY_SIZE(a), b, ARRAY_SIZE(b)).p, 0.023809523809523808, 1e-12);
	near(test(c, ARRAY_SIZE(c), d, ARRAY_SIZE(d)).p, 0.0017282554047259929, 1e-12);
	/* data set ASAT of exactRankTests */
	near(test(control, ARRAY_SIZE(control), compound, ARRAY_SIZE(compound)).p,
	     0.14424428720606058, 1e-12);
}

/* [R]: the report's usual case, five boots of each */
static void five_and_five(void **state)
{
	static const double a[] = { 16.1, 16.4, 15.9, 16.8, 16.2 },
			    b[] = { 18.2, 17.7, 18.9, 16.5, 18.0 };
	struct an_rank_test t = test(a, 5, b, 5);
	struct an_shift s = shift(a, 5, b, 5);

	(void)state;
	near(t.u, 24, 0);
	near(t.p, 0.015873015873015872, 1e-12);
	near(t.p_smallest, 2.0 / 252, 1e-12);
	near(s.shift, 1.8, 1e-9);
	near(s.low, 0.3, 1e-9);
	near(s.high, 2.7, 1e-9);
	near(s.level, 1 - 2 * 0.0158730158730158721, 1e-12); /* pwilcox(2, 5, 5) */
}

/* [R]: unequal sizes, larger than tables go */
static void ten_and_twelve(void **state)
{
	static const double a[] = { 4.835,   162.201, 171.314, 81.219, 54.562,
				    262.027, 75.186,  427.307, 20.463, 4.550 };
	static const double b[] = { 134.422, 114.803, 227.201, 226.744, 161.033, 74.524,
				    107.693, 135.789, 91.940,  131.463, 280.055, 103.258 };
	struct an_shift s = shift(a, ARRAY_SIZE(a), b, ARRAY_SIZE(b));

	(void)state;
	near(test(a, ARRAY_SIZE(a), b, ARRAY_SIZE(b)).p, 0.28293378448177214, 1e-12);
	near(s.shift, 55.0, 1e-9);
	near(s.low, -54.508, 1e-9);
	near(s.high, 113.959, 1e-9);
	near(s.level, 1 - 2 * 0.021285216331655962, 1e-12); /* pwilcox(29, 10, 12) */
}

/* [R] pwilcox(0:4, 5, 5) and pwilcox(0:3, 4, 6) */
static void null_distribution(void **state)
{
	static const unsigned int ranks[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	static const double p55[] = { 0.003968253968253968, 0.0079365079365079361,
				      0.015873015873015872, 0.027777777777777776,
				      0.047619047619047616 };
	static const double p46[] = { 0.0047619047619047623, 0.0095238095238095247,
				      0.019047619047619049, 0.033333333333333333 };
	size_t max, i;
	double *cdf = an_subset_sum_cdf(ranks, 10, 5, &max);

	(void)state;
	assert_non_null(cdf);
	for (i = 0; i < ARRAY_SIZE(p55); i++)
		near(cdf[15 + i], p55[i], 1e-12);
	free(cdf);
	cdf = an_subset_sum_cdf(ranks, 10, 6, &max);
	for (i = 0; i < ARRAY_SIZE(p46); i++)
		near(cdf[21 + i], p46[i], 1e-12);
	free(cdf);
}

/* [R] wilcox.test(b, a, exact = FALSE, correct = TRUE): beyond AN_EXACT_MAX */
static void normal_approximation(void **state)
{
	static const double a[] = {
		32, 34, 15, 12, 39, 1,	29, 3,	35, 6,	22, 11, 40, 4,	9,  12, 7,  40, 19, 6,
		7,  2,	21, 26, 15, 10, 38, 8,	22, 21, 32, 37, 6,  10, 12, 27, 31, 35, 25, 8,
		36, 7,	33, 4,	7,  3,	34, 17, 34, 12, 19, 15, 12, 34, 11, 28, 25, 38, 16, 26,
		31, 21, 36, 5,	6,  34, 25, 36, 33, 14, 27, 33, 21, 3,	13, 9,	40, 13, 13, 12
	};
	static const double b[] = { 26, 30, 23, 43, 42, 20, 42, 27, 15, 36, 41, 7,  17, 22, 15,
				    26, 30, 9,	26, 33, 8,  27, 34, 16, 11, 43, 18, 25, 34, 9,
				    22, 30, 24, 44, 17, 18, 22, 25, 35, 37, 38, 28, 12, 41, 22,
				    29, 31, 23, 43, 43, 23, 34, 9,  9,	42, 21, 21, 36, 43, 16,
				    27, 37, 42, 19, 16, 39, 26, 40, 24, 31, 15, 6,  5,	26, 17 };
	struct an_rank_test t = test(a, ARRAY_SIZE(a), b, ARRAY_SIZE(b));

	(void)state;
	assert_false(t.exact);
	near(t.u, 3883, 0);
	near(t.p, 0.0015706731399137033, 1e-12);
}

static void degenerate(void **state)
{
	static const double same[] = { 7, 7, 7, 7, 7 }, other[] = { 9, 9, 9, 9, 9 };
	struct an_rank_test t = test(same, 5, same, 5);
	struct an_shift s = shift(same, 5, same, 5);

	(void)state;
	assert_true(t.constant);
	near(t.p, 1, 0);
	near(s.shift, 0, 0);
	near(s.low, 0, 0);
	near(s.high, 0, 0);
	/* no variance within, all of it between: the smallest p there is */
	t = test(same, 5, other, 5);
	assert_false(t.constant);
	near(t.p, 2.0 / 252, 1e-12);
	s = shift(same, 5, other, 5);
	near(s.low, 2, 0);
	near(s.high, 2, 0);
	/* one against one: a shift, no interval, no evidence */
	t = test(same, 1, other, 1);
	near(t.p, 1, 0);
	s = shift(same, 1, other, 1);
	near(s.shift, 2, 0);
	assert_true(isnan(s.low));
	/* three against three cannot reach 95 %: the widest interval, with its level */
	s = shift(hw_x, 3, hw_y, 3);
	near(s.level, 0.9, 1e-12);
	/* nothing against something */
	t = test(same, 0, other, 5);
	assert_true(isnan(t.p));
	s = shift(same, 0, other, 5);
	assert_true(isnan(s.shift));
}

static void smallest_p(void **state)
{
	(void)state;
	near(an_smallest_p(5, 5), 2.0 / 252, 1e-12);
	near(an_smallest_p(7, 7), 2.0 / 3432, 1e-12);
	near(an_smallest_p(1, 1), 1, 0);
	assert_int_equal(an_boots_needed(1, 0.05), 4); /* 3 against 3: 0.1; 4 against 4: 0.029 */
	assert_int_equal(an_boots_needed(4, 0.05), 5);
	assert_int_equal(an_boots_needed(40, 0.05), 7);
}

/*
 * Simulated data with known truth, skewed (exponential) and tied (rounded): the interval must
 * cover the true shift, and p must cry wolf, at the rates they claim. Fixed seed; bounds are
 * three standard errors wide.
 */
static void coverage_and_false_alarms(void **state)
{
	enum { REPEATS = 4000 };
	static const size_t sizes[] = { 5, 8 };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	size_t k, i, r;
	int rounded;

	(void)state;
	for (k = 0; k < ARRAY_SIZE(sizes); k++) {
		for (rounded = 0; rounded < 2; rounded++) {
			size_t n = sizes[k], covered = 0, alarms = 0;
			double level = 0, error;

			gsl_rng_set(rng, 20250901 + k);
			for (r = 0; r < REPEATS; r++) {
				double a[8], b[8];
				struct an_shift s;

				for (i = 0; i < n; i++) {
					a[i] = gsl_ran_exponential(rng, 4);
					b[i] = gsl_ran_exponential(rng, 4);
					if (rounded) {
						a[i] = rint(a[i]);
						b[i] = rint(b[i]);
					}
				}
				alarms += test(a, n, b, n).p <= 0.05;
				for (i = 0; i < n; i++)
					b[i] += 3;
				s = shift(a, n, b, n);
				covered += s.low <= 3 && 3 <= s.high;
				level = s.level;
			}
			error = 3 * sqrt(0.05 * 0.95 / REPEATS);
			assert_true((double)covered / REPEATS >= level - error);
			assert_true((double)alarms / REPEATS <= 0.05 + error);
		}
	}
	gsl_rng_free(rng);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hollander_wolfe),
		cmocka_unit_test(rotarod_all_ties),
		cmocka_unit_test(ties),
		cmocka_unit_test(five_and_five),
		cmocka_unit_test(ten_and_twelve),
		cmocka_unit_test(null_distribution),
		cmocka_unit_test(normal_approximation),
		cmocka_unit_test(degenerate),
		cmocka_unit_test(smallest_p),
		cmocka_unit_test(coverage_and_false_alarms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
