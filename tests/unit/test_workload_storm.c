// SPDX-License-Identifier: GPL-2.0
/*
 * The storm's grammar, and the sequences that are drawn from it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/index_list.h"
#include "lib/text.h"
#include "workloads/storm/calls.h"
#include "workloads/storm/c_program.h"
#include "workloads/storm/preference.h"
#include "workloads/storm/sequence.h"

#include <cmocka.h>

#define STEPS 100

/* With the table's weights. */
static unsigned int draw(struct storm_step *steps, unsigned int n, uint64_t seed, uint16_t round)
{
	struct storm_weights weights;

	storm_weights_init(&weights);
	return storm_draw(steps, n, seed, round, &weights);
}

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

/* Of a step in which an allocation failed; ENFILE is socketpair()'s. */
static void errnos_of_failed_allocations_are_few(void **state)
{
	const struct storm_operation *punch = &storm_table[STORM_PUNCH];
	const struct storm_operation *fork = &storm_table[STORM_FORK];

	(void)state;
	assert_true(storm_allows_failed(punch, ENOMEM));
	assert_true(storm_allows_failed(punch, ENOBUFS));
	assert_false(storm_allows_failed(punch, ENFILE));
	assert_true(storm_allows_failed(fork, ENFILE));
	assert_false(storm_allows(fork, ENFILE));
	assert_false(storm_allows_failed(punch, EIO));
	assert_false(storm_allows_failed(punch, 0));
}

static void seed_and_round_make_the_sequence(void **state)
{
	struct storm_step a[STEPS], b[STEPS];

	(void)state;
	assert_int_equal(draw(a, STEPS, 7, 3), draw(b, STEPS, 7, 3));
	assert_memory_equal(a, b, sizeof(a));
	draw(b, STEPS, 8, 3);
	assert_memory_not_equal(a, b, sizeof(a));
	draw(b, STEPS, 7, 4);
	assert_memory_not_equal(a, b, sizeof(a));
}

static void every_operation_is_reached(void **state)
{
	unsigned int drawn[STORM_NR_OPERATIONS] = { 0 }, i;
	struct storm_step steps[STEPS];
	uint16_t round;

	(void)state;
	for (round = 1; round <= 20; round++) {
		unsigned int beginning = draw(steps, STEPS, 1, round);

		assert_in_range(beginning, 1, STEPS);
		for (i = beginning; i < STEPS; i++)
			drawn[steps[i].code]++;
	}
	for (i = 0; i < STORM_NR_OPERATIONS; i++)
		assert_true(drawn[i]);
}

/* The low bits of arguments, which choose files and flags, must not be the same in all rounds. */
static void rounds_differ_in_low_bits(void **state)
{
	unsigned int odd = 0, tds_of_two_vcpus = 0, i;
	struct storm_step steps[STEPS];
	uint16_t round;

	(void)state;
	for (round = 1; round <= 100; round++) {
		unsigned int beginning = draw(steps, STEPS, 1, round);

		for (i = 0; i < beginning; i++)
			if (steps[i].code == STORM_CREATE_VCPU && steps[i].arg[1] == 3)
				break;
		tds_of_two_vcpus += i < beginning;
		odd += steps[STEPS - 1].arg[0] % 2;
	}
	assert_in_range(odd, 25, 75);
	assert_in_range(tds_of_two_vcpus, 25, 75);
}

static void short_sequence_is_not_overrun(void **state)
{
	struct storm_step steps[3];

	(void)state;
	memset(steps, 0xff, sizeof(steps));
	assert_int_equal(draw(steps, 2, 1, 1), 2);
	assert_int_equal(steps[2].arg[0], UINT32_MAX);
}

static void lists_of_steps_are_read_and_written(void **state)
{
	const char *lists = "0-2,9,11-12/-/3";
	char *error = NULL, *text;
	bool in[20];

	(void)state;
	assert_int_equal(index_list_parse(lists, in, 20, &error), 0);
	text = index_list_text(in, 20);
	assert_string_equal(text, "0-2,9,11-12");
	free(text);
	lists = index_list_next(lists);
	assert_int_equal(index_list_parse(lists, in, 20, &error), 0);
	text = index_list_text(in, 20);
	assert_string_equal(text, "-");
	free(text);
	lists = index_list_next(lists);
	assert_int_equal(index_list_parse(lists, in, 20, &error), 0);
	assert_true(in[3]);
	assert_null(index_list_next(lists));
}

static void wrong_lists_are_refused(void **state)
{
	static const char *const wrong[] = { "", "x", "1-", "3-1", "20", "1,,2", "1;2" };
	bool in[20];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char *error = NULL;

		assert_int_equal(index_list_parse(wrong[i], in, 20, &error), -1);
		assert_non_null(error);
		free(error);
	}
}

/* The program of each operation alone; tests/kernel/shrink.sh compiles and runs one. */
static void each_operation_can_be_written(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < STORM_NR_OPERATIONS; i++) {
		struct storm_step steps[2] = { { .code = i }, { .code = STORM_CREATE_VM } };
		char *text, *call;
		size_t bytes;
		FILE *to = xopen_memstream(&text, &bytes);

		storm_program(to, "title", steps, 2, (bool[]){ true, false });
		fclose(to);
		call = xasprintf("\tstep(0, \"%s\", \"ENOMEM", storm_table[i].name);
		assert_non_null(strstr(text, call));
		assert_null(strstr(text, "\tstep(1, "));
		assert_null(strstr(text, "#include \""));
		/* What another process is asked to do is a function. */
		assert_int_equal(i == STORM_CHILD || i == STORM_CHILD_IOCTL,
				 strstr(text, "static int call_") != NULL);
		assert_null(storm_text);
		free(call);
		free(text);
	}
}

/* A program has the functions that it calls, also those that only another process calls. */
static void a_program_has_what_another_process_calls(void **state)
{
	/* KVM_RUN is the fourth of storm_child_ioctl()'s; four numbers choose each. */
	struct storm_step step = { .code = STORM_CHILD_IOCTL, .arg = { 4 * 3 } };
	char *text;
	size_t bytes;
	FILE *to = xopen_memstream(&text, &bytes);

	(void)state;
	storm_program(to, "title", &step, 1, NULL);
	fclose(to);
	assert_non_null(strstr(text, "return storm_enter(&s, "));
	assert_non_null(strstr(text, "\nint storm_enter(struct storm_state *s, "));
	free(text);
}

/* Steps of an operation behind the beginnings of 20 rounds. */
static unsigned int drawn(enum storm_code code, const struct storm_weights *weights)
{
	struct storm_step steps[STEPS];
	unsigned int n = 0, i;
	uint16_t round;

	for (round = 1; round <= 20; round++)
		for (i = storm_draw(steps, STEPS, 1, round, weights); i < STEPS; i++)
			n += steps[i].code == code;
	return n;
}

/* dup is neither in the building of a TD nor in a race. */
static void operations_that_found_are_drawn_oftener(void **state)
{
	uint32_t found[STORM_NR_OPERATIONS] = { [STORM_DUP] = 1 };
	const uint32_t nothing[STORM_NR_OPERATIONS] = { 0 };
	const uint32_t weight = storm_table[STORM_DUP].weight;
	struct storm_weights w;
	unsigned int before, i;

	(void)state;
	storm_weights_init(&w);
	before = drawn(STORM_DUP, &w);
	storm_weights_learn(&w, found);
	assert_int_equal(w.of[STORM_DUP], 5 * weight);
	assert_int_equal(w.of[STORM_PUNCH], storm_table[STORM_PUNCH].weight);
	assert_in_range(drawn(STORM_DUP, &w), 3 * before, 7 * before);
	/* It is forgotten by halves, and has a limit. */
	storm_weights_learn(&w, nothing);
	assert_int_equal(w.of[STORM_DUP], 3 * weight);
	for (i = 0; i < 3; i++)
		storm_weights_learn(&w, nothing);
	assert_int_equal(w.of[STORM_DUP], weight);
	found[STORM_DUP] = UINT32_MAX;
	storm_weights_learn(&w, found);
	assert_int_equal(w.of[STORM_DUP], STORM_MOST_PREFERRED * weight);
}

/* A round that was drawn with weights is drawn again from their text. */
static void weights_are_written_and_read(void **state)
{
	const uint32_t found[STORM_NR_OPERATIONS] = { [STORM_DUP] = 1, [STORM_CPU] = 9 };
	struct storm_weights w, again;
	char *text, *error = NULL;

	(void)state;
	storm_weights_init(&w);
	text = storm_weights_text(&w);
	assert_string_equal(text, "-");
	free(text);
	storm_weights_learn(&w, found);
	text = storm_weights_text(&w);
	assert_string_equal(text, "dup=15,cpu=16");
	assert_int_equal(storm_weights_parse(&again, text, &error), 0);
	assert_memory_equal(&again, &w, sizeof(w));
	free(text);
	storm_weights_init(&w);
	assert_int_equal(storm_weights_parse(&again, "-", &error), 0);
	assert_memory_equal(&again, &w, sizeof(w));
}

static void wrong_weights_are_refused(void **state)
{
	static const char *const wrong[] = { "",       "dup",	   "dup=",	"dup=0",     "dup=-1",
					     "dup=1x", "dup=10001", "nobody=1", "dup=1,,cpu=1" };
	struct storm_weights w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char *error = NULL;

		assert_int_equal(storm_weights_parse(&w, wrong[i], &error), -1);
		assert_non_null(error);
		free(error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_of_steps_are_read_and_written),
		cmocka_unit_test(wrong_lists_are_refused),
		cmocka_unit_test(each_operation_can_be_written),
		cmocka_unit_test(a_program_has_what_another_process_calls),
		cmocka_unit_test(each_operation_has_its_line),
		cmocka_unit_test(errnos_are_those_of_the_table),
		cmocka_unit_test(errnos_of_failed_allocations_are_few),
		cmocka_unit_test(seed_and_round_make_the_sequence),
		cmocka_unit_test(every_operation_is_reached),
		cmocka_unit_test(rounds_differ_in_low_bits),
		cmocka_unit_test(short_sequence_is_not_overrun),
		cmocka_unit_test(operations_that_found_are_drawn_oftener),
		cmocka_unit_test(weights_are_written_and_read),
		cmocka_unit_test(wrong_weights_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
