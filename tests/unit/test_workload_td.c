// SPDX-License-Identifier: GPL-2.0
/*
 * teardown and convert, whole, against a played KVM. Shows that they issue the calls they promise,
 * each on the right piece of memory, whatever the number of threads. Shows nothing about TDX
 * itself.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/array_size.h"
#include "fake_kvm.h"

#include <cmocka.h>

static void teardown_layouts(void **state)
{
	(void)state;
	assert_int_equal(run_words("teardown", "--tds 3 --mem 8"), 0);
	assert_int_equal(most_alive, 3);
	assert_int_equal(alive, 0);
	assert_int_equal(mapped_pages(&fake[2]), 2048);
	assert_int_equal(op_count("td_destroy"), 3);
	assert_int_equal(json_integer_value(json_object_get(result, "sept_pages_expected")), 3 * 6);
	assert_int_equal(json_integer_value(json_object_get(result, "td_populated_bytes")),
			 8 << 20);

	assert_int_equal(run_words("teardown", "--tds 1 --sept-pages 8 --layout sparse"),
			 0);
	assert_int_equal(mapped_pages(&fake[0]), 8);
	assert_int_equal(json_integer_value(json_object_get(result, "td_populated_bytes")),
			 8 * 4096);
	assert_true(fake[0].mapped[512] && !fake[0].mapped[513]);

	assert_int_equal(run_words("teardown",
				   "--tds 1 --mem 16 --layout per-region --pages-per-region 5"),
			 0);
	assert_int_equal(mapped_pages(&fake[0]), 40);
}

static void teardown_threads(void **state)
{
	(void)state;
	assert_int_equal(run_words("teardown",
				   "--tds 9 --mem 2 --destroy all-at-once --rounds 2 --vcpus 2"),
			 0);
	assert_int_equal(most_alive, 9);
	assert_int_equal(alive, 0);
	assert_int_equal(op_count("td_close_vm"), 18);
	assert_int_equal(json_array_size(json_object_get(result, "phases")), 6);

	assert_int_equal(
		run_words(
			"teardown",
			"--tds 9 --mem 2 --destroy parallel --threads 4 --order shuffled --gap-us 50"),
		0);
	assert_int_equal(op_count("td_destroy"), 9);
	assert_int_equal(alive, 0);
}

static void teardown_beside(void **state)
{
	(void)state;
	assert_int_equal(run_words("teardown", "--tds 5 --mem 2 --destroy staggered "
						       "--gap-us 200 --aggressor on --rounds 2"),
			 0);
	assert_int_equal(most_alive, 6);
	assert_int_equal(alive, 0);
	assert_int_equal(op_count("td_destroy"), 10);
	/* The aggressor is the first TD made, and all its memory is private at the end. */
	assert_int_equal(mapped_pages(&fake[0]), 512);
	assert_int_equal(json_integer_value(json_object_get(
				 json_object_get(result, "aggressors"), "tds")), 1);
	/* No kernel counters here: null, not 0. */
	assert_true(json_is_null(json_object_get(result, "held_after_pages")));
	assert_true(json_is_null(json_object_get(result, "last_page_back_ns")));
}

/*
 * In order and once around: each page of each TD is taken away exactly once, however threads and
 * TDs divide.
 */
static void convert_covers(void **state)
{
	static const char *const words[] = {
		"--tds 1 --threads 1 --mem 4",
		"--tds 3 --threads 2 --mem 4 --size 64K",
		"--tds 2 --threads 5 --mem 4 --vcpus 2",
		"--tds 3 --threads 3 --mem 4 --size 2M",
	};
	static const unsigned int tds[] = { 1, 3, 2, 3 };
	unsigned int i, td, page;

	(void)state;
	for (i = 0; i < 4; i++) {
		assert_int_equal(run_words("convert", words[i]), 0);
		assert_string_equal(json_string_value(json_object_get(result, "verify")), "ok");
		for (td = 0; td < tds[i]; td++) {
			assert_int_equal(mapped_pages(&fake[td]), 1024);
			for (page = 0; page < 1024; page++)
				assert_int_equal(fake[td].zapped[page], 1);
		}
		assert_int_equal(alive, 0);
	}
}

static void convert_patterns(void **state)
{
	unsigned int page, total = 0;

	(void)state;
	assert_int_equal(run_words("convert", "--tds 1 --mem 4 --ops 101 --pattern random"),
			 0);
	assert_int_equal(op_count("convert_round"), 101);
	assert_int_equal(op_count("convert_fault"), 101);
	assert_int_equal(
		run_words("convert",
			  "--tds 1 --threads 1 --mem 4 --ops 50 --pattern hot --hot-percent 1"),
		0);
	for (page = 0; page < 11; page++)
		total += fake[0].zapped[page];
	assert_int_equal(total, 50);
}

/* Only the pages of a layout exist, and each is converted. */
static void convert_sparse(void **state)
{
	unsigned int page;

	(void)state;
	assert_int_equal(run_words("convert",
				   "--tds 1 --threads 3 --mem 4 --pages-per-region 8 --size 8K"), 0);
	for (page = 0; page < 1024; page++)
		assert_int_equal(fake[0].zapped[page], page % 512 < 8);
	assert_int_equal(run_words("convert",
				   "--tds 1 --threads 1 --mem 4 --pages-per-region 8 --size 4M"), 0);
	assert_int_equal(mapped_pages(&fake[0]), 16);
	assert_int_equal(fake[0].zapped[512 + 7], 1);
}

static void convert_open_loop(void **state)
{
	const json_t *loop;

	(void)state;
	assert_int_equal(run_words("convert",
				   "--tds 2 --threads 3 --mem 2 --ops 90 --rate 100000"), 0);
	assert_int_equal(op_count("convert_round"), 90);
	assert_int_equal(op_count("convert_round_intended"), 90);
	loop = json_object_get(result, "open_loop");
	assert_int_equal(json_integer_value(json_object_get(loop, "started")), 90);
	assert_int_equal(run_words("convert", "--tds 2 --threads 3 --mem 2 --ops 90"), 0);
	assert_null(json_object_get(result, "open_loop"));
	assert_null(json_object_get(json_object_get(result, "ops"), "convert_round_intended"));
}

/* Interrupted and partial pre-faults are taken up again where the ABI says so. */
static void interrupted(void **state)
{
	(void)state;
	interrupt = true;
	assert_int_equal(run_words("convert", "--tds 2 --mem 4 --size 16K"), 0);
	assert_int_equal(mapped_pages(&fake[1]), 1024);
	interrupt = false;
}

static void refused_plans(void **state)
{
	static const char *const lines[] = {
		"teardown --mem 3",
		"teardown --destroy staggered",
		"teardown --pages-per-region 2",
		"convert --size 5000",
		"convert --arrivals uniform",
		"convert --pages-per-region 8 --size 64K",
		"convert --mem 6 --size 3M",
	};

	(void)state;
	assert_refused(lines, ARRAY_SIZE(lines));
}

/* Last: the first failure of a process stays its verdict. */
static void failing_call(void **state)
{
	(void)state;
	refusal = ENOMEM;
	pages_left = 100;
	assert_int_equal(run_words("teardown", "--tds 2 --mem 2"), -1);
	refusal = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(teardown_layouts), cmocka_unit_test(teardown_threads),
		cmocka_unit_test(teardown_beside),  cmocka_unit_test(convert_sparse),
		cmocka_unit_test(convert_open_loop),
		cmocka_unit_test(convert_covers),   cmocka_unit_test(convert_patterns),
		cmocka_unit_test(interrupted),	    cmocka_unit_test(refused_plans),
		cmocka_unit_test(failing_call),
	};

	return cmocka_run_group_tests_name("workloads on a played KVM", tests, NULL, NULL);
}
