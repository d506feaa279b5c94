// SPDX-License-Identifier: GPL-2.0
/*
 * What a seed draws, against a played clock: the same seed draws the same, another one
 * something else, and all of it in its range and spread over it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "lib/clock.h"
#include "workloads/core/draws.h"
#include "workloads/core/run.h"
#include "fake_clock.h"

#include <cmocka.h>

/* All that a seed draws for a run of two threads; the caller frees it. */
static char *all_draws(uint64_t seed)
{
	json_t *all;
	char *text;

	assert_int_equal(draws_prepare(true, seed, 2), 0);
	assert_int_equal(draws_use_memory(), 0);
	assert_int_equal(draws_begin_on_cpu(1), 0);
	all = json_pack("[o, [I, I], [I, I, I]]", draws_json(),
			(json_int_t)draws_wait_phase(), (json_int_t)draws_wait_phase(),
			(json_int_t)draws_wait_operation(0), (json_int_t)draws_wait_operation(1),
			(json_int_t)draws_wait_operation(0));
	text = json_dumps(all, 0);
	json_decref(all);
	return text;
}

/* The low bits, too: rng_below(2) of most generators' streams would be the same. */
static void streams_of_a_seed_differ_in_each_bit(void **state)
{
	(void)state;
	for (uint64_t bit = 0; bit < 31; bit++) {
		uint64_t ones = 0;

		for (uint16_t stream = 0; stream < 64; stream++) {
			struct rng rng = rng_init(1, stream);

			ones += rng_below(&rng, UINT64_C(1) << 31) >> bit & 1;
		}
		assert_in_range(ones, 16, 48);
	}
}

static void seeds_repeat_and_differ(void **state)
{
	char *a = all_draws(3), *again = all_draws(3), *b = all_draws(4);

	(void)state;
	assert_string_equal(a, again);
	assert_string_not_equal(a, b);
	free(a);
	free(again);
	free(b);
}

/* Over 400 seeds each quarter of a tick, of files and of pages has its share: 100, give or take 40. */
static void drawn_over_the_range(void **state)
{
	unsigned int waits[4] = { 0 }, files[4] = { 0 }, pages[4] = { 0 }, i;

	(void)state;
	for (uint64_t seed = 1; seed <= 400; seed++) {
		uint64_t from_ns = fake_clock_ns, wait_ns;
		json_int_t n;
		json_t *d;

		assert_int_equal(draws_prepare(true, seed, 1), 0);
		wait_ns = draws_wait_phase();
		assert_int_equal(fake_clock_ns - from_ns, wait_ns);
		assert_true(wait_ns < FAKE_CLOCK_TICK_NS);
		waits[wait_ns * 4 / FAKE_CLOCK_TICK_NS]++;
		assert_int_equal(draws_use_memory(), 0);
		d = draws_json();
		assert_int_equal(json_integer_value(json_object_get(d, "tick_ns")), FAKE_CLOCK_TICK_NS);
		n = json_integer_value(json_object_get(d, "files"));
		assert_in_range(n, 1, DRAWS_MAX_FILES);
		files[(n - 1) * 4 / DRAWS_MAX_FILES]++;
		n = json_integer_value(json_object_get(d, "file_pages"));
		assert_in_range(n, 0, DRAWS_MAX_PAGES);
		pages[n * 4 / (DRAWS_MAX_PAGES + 1)]++;
		json_decref(d);
	}
	for (i = 0; i < 4; i++) {
		assert_in_range(waits[i], 60, 140);
		assert_in_range(files[i], 60, 140);
		assert_in_range(pages[i], 60, 140);
	}
}

/* Each operation's wait is drawn anew, and the books have them all. */
static void operations(void **state)
{
	uint64_t first_ns, second_ns;
	json_t *d;

	(void)state;
	assert_int_equal(draws_prepare(true, 5, 1), 0);
	first_ns = draws_wait_operation(0);
	second_ns = draws_wait_operation(0);
	assert_int_not_equal(first_ns, second_ns);
	d = draws_json();
	assert_int_equal(json_integer_value(json_object_get(d, "operation_waits")), 2);
	assert_int_equal(json_integer_value(json_object_get(d, "operation_waits_ns")),
			 first_ns + second_ns);
	json_decref(d);
}

static void off(void **state)
{
	uint64_t from_ns = fake_clock_ns;

	(void)state;
	assert_int_equal(draws_prepare(false, 5, 1), 0);
	assert_int_equal(draws_use_memory(), 0);
	assert_int_equal(draws_begin_on_cpu(0), 0);
	assert_int_equal(draws_wait_phase(), 0);
	assert_int_equal(draws_wait_operation(0), 0);
	assert_int_equal(fake_clock_ns, from_ns);
	assert_null(draws_json());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_of_a_seed_differ_in_each_bit),
		cmocka_unit_test(seeds_repeat_and_differ),
		cmocka_unit_test(drawn_over_the_range),
		cmocka_unit_test(operations),
		cmocka_unit_test(off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
