// SPDX-License-Identifier: GPL-2.0
/*
 * The storm's grammar, and the sequences that are drawn from it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "workloads/storm/sequence.h"

#include <cmocka.h>

#define STEPS 100

static void each_operation_has_its_line(void **state)
{
	unsigned int i, j;

	(void)state;
	for (i = 0; i < STORM_NR_OPERATIONS; i++) {
		assert_non_null(storm_table[i].name);
		assert_non_null(storm_table[i].args);
		assert_non_null(storm_table[i].call);
		assert_true(storm_table[i].weight);
		for (j = 0; j < i; j++)
			assert_string_not_equal(storm_table[i].name, storm_table[j].name);
	}
}

static void errnos_are_those_of_the_table(void **state)
{
	const struct storm_operation *punch = &storm_table[STORM_PUNCH];
	const struct storm_operation *create = &storm_table[STORM_CREATE_VM];

	(void)state;
	assert_true(storm_allows(punch, EINVAL));
	assert_false(storm_allows(punch, EIO));
	assert_false(storm_allows(punch, ENOMEM));
	/* Without the file that it needs, but not where it needs none. */
	assert_true(storm_allows(punch, EBADF));
	assert_false(storm_allows(create, EBADF));
	assert_false(storm_allows(punch, 0));
}

static void seed_and_round_make_the_sequence(void **state)
{
	struct storm_step a[STEPS], b[STEPS];

	(void)state;
	assert_int_equal(storm_draw(a, STEPS, 7, 3), storm_draw(b, STEPS, 7, 3));
	assert_memory_equal(a, b, sizeof(a));
	storm_draw(b, STEPS, 8, 3);
	assert_memory_not_equal(a, b, sizeof(a));
	storm_draw(b, STEPS, 7, 4);
	assert_memory_not_equal(a, b, sizeof(a));
}

static void every_operation_is_reached(void **state)
{
	unsigned int drawn[STORM_NR_OPERATIONS] = { 0 }, i;
	struct storm_step steps[STEPS];
	uint16_t round;

	(void)state;
	for (round = 1; round <= 20; round++) {
		unsigned int beginning = storm_draw(steps, STEPS, 1, round);

		assert_in_range(beginning, 1, STEPS);
		for (i = beginning; i < STEPS; i++)
			drawn[steps[i].code]++;
	}
	for (i = 0; i < STORM_NR_OPERATIONS; i++)
		assert_true(drawn[i]);
}

static void short_sequence_is_not_overrun(void **state)
{
	struct storm_step steps[3];

	(void)state;
	memset(steps, 0xff, sizeof(steps));
	assert_int_equal(storm_draw(steps, 2, 1, 1), 2);
	assert_int_equal(steps[2].arg[0], UINT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_operation_has_its_line),
		cmocka_unit_test(errnos_are_those_of_the_table),
		cmocka_unit_test(seed_and_round_make_the_sequence),
		cmocka_unit_test(every_operation_is_reached),
		cmocka_unit_test(short_sequence_is_not_overrun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
