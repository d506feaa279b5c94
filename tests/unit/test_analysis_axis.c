// SPDX-License-Identifier: GPL-2.0
/*
 * Where the levels of a factor stand on the x axis of a figure: to scale where their labels have room.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "analysis/figures/axis.h"
#include "lib/array_size.h"

#include <cmocka.h>

enum scale { LINEAR, LOG, EVEN };

static enum scale scale_of(const char **label, size_t n, bool numeric)
{
	struct an_axis a = an_axis_make(label, n, numeric);
	enum scale scale = a.even ? EVEN : a.log ? LOG : LINEAR;

	for (size_t i = 0; i < n; i++) {
		assert_true(a.at[i] > a.min && a.at[i] < a.max);
		assert_true(!i || a.at[i] > a.at[i - 1]);
	}
	an_axis_free(&a);
	return scale;
}

#define scale(numeric, ...)                                                                      \
	scale_of((const char *[]){ __VA_ARGS__ }, ARRAY_SIZE(((const char *[]){ __VA_ARGS__ })), \
		 numeric)

static void numbers_with_room_are_to_scale(void **state)
{
	(void)state;
	assert_int_equal(scale(true, "1", "2", "4"), LINEAR);
	assert_int_equal(scale(true, "0", "1", "2", "4"), LINEAR);
	assert_int_equal(scale(true, "1", "8", "64", "512"), LOG);
	assert_int_equal(scale(true, "0.25", "0.5", "4"), LOG);
}

static void crowded_numbers_stand_evenly(void **state)
{
	(void)state;
	assert_int_equal(scale(true, "0", "1024", "65536"), EVEN);
	assert_int_equal(scale(true, "0", "64", "1024"), EVEN);
	assert_int_equal(scale(true, "1000", "1001", "4000"), EVEN);
	assert_int_equal(scale(true, "1", "1000", "1001"), EVEN);
	/* at one place */
	assert_int_equal(scale(true, "1", "1.0"), EVEN);
	assert_int_equal(scale(true, "1", "1.0", "4"), EVEN);
}

static void words_stand_evenly(void **state)
{
	(void)state;
	assert_int_equal(scale(false, "low", "mid", "high"), EVEN);
	assert_int_equal(scale(false, "none", "4"), EVEN);
}

static void columns_stand_around_their_label(void **state)
{
	const char *label[] = { "0", "1024", "65536" };
	struct an_axis a = an_axis_make(label, ARRAY_SIZE(label), true);

	(void)state;
	assert_true(an_axis_place(&a, 1, 0, 1) == 2);
	assert_true(an_axis_place(&a, 1, 0, 3) < 2);
	assert_true(an_axis_place(&a, 1, 1, 3) == 2);
	assert_true(an_axis_place(&a, 1, 2, 3) > 2);
	assert_true(an_axis_place(&a, 1, 2, 3) < an_axis_place(&a, 2, 0, 3));
	an_axis_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_with_room_are_to_scale),
		cmocka_unit_test(crowded_numbers_stand_evenly),
		cmocka_unit_test(words_stand_evenly),
		cmocka_unit_test(columns_stand_around_their_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
