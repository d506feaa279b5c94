// SPDX-License-Identifier: GPL-2.0
/*
 * fault, noisy, lifecycle and exhaust, whole, against a played KVM, and antagonists beside one of
 * them. Shows who touches which page how often, and that contradictions are refused. Shows nothing
 * about TDX itself.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/array_size.h"
#include "workloads/antagonists/antagonist.h"
#include "workloads/core/placement.h"
#include "fake_kvm.h"

#include <cmocka.h>

static json_int_t number(const char *object, const char *key)
{
	json_t *o = object ? json_object_get(result, object) : result;

	assert_true(json_is_integer(json_object_get(o, key)));
	return json_integer_value(json_object_get(o, key));
}

/* Each page of each TD is faulted exactly once a round, however threads divide them. */
static void fault_covers(void **state)
{
	static const char *const words[] = {
		"--tds 1 --threads 3 --mem 4 --rounds 2",
		"--tds 2 --threads 5 --mem 4 --rounds 2 --spread interleaved",
		"--tds 2 --threads 7 --mem 4 --rounds 2",
		"--tds 3 --threads 2 --mem 4 --rounds 2",
	};
	unsigned int i, td, page;

	(void)state;
	for (i = 0; i < 4; i++) {
		assert_int_equal(run_words("fault", words[i]), 0);
		for (td = 0; td < nr_made; td++)
			for (page = 0; page < 1024; page++)
				assert_int_equal(fake[td].faulted[page], 2);
		assert_int_equal(op_count("fault"), nr_made * 2 * 1024);
		assert_int_equal(number("throughput", "count"), nr_made * 2 * 1024);
		assert_int_equal(alive, 0);
	}
}

static void noisy_phases(void **state)
{
	unsigned int page;

	(void)state;
	assert_int_equal(run_words("noisy", "--aggressors 3 --faults 600 --mem 2"), 0);
	assert_int_equal(op_count("victim_fault_alone"), 600);
	assert_int_equal(op_count("victim_fault"), 600);
	assert_int_equal(number("aggressors", "tds"), 3);
	/* Aggressors are made first; the victim's 512 pages were used up once in each phase. */
	for (page = 0; page < 512; page++)
		assert_int_equal(fake[3].faulted[page], page < 88 ? 4 : 2);
	assert_int_equal(most_alive, 4);
	assert_int_equal(alive, 0);

	assert_int_equal(run_words("noisy", "--aggressors 0 --faults 50 --rate 100000"), 0);
	assert_int_equal(op_count("victim_fault_intended"), 50);
}

static void lifecycle_comes_and_goes(void **state)
{
	size_t i;
	json_t *changes;
	json_int_t last = 0;

	(void)state;
	assert_int_equal(run_words("lifecycle", "--tds 40 --rate 20000 --life-ms 1 "
							"--threads 3 --mem 2"), 0);
	assert_int_equal(op_count("td_ready_intended"), 40);
	assert_int_equal(number(NULL, "turned_away"), 0);
	assert_int_equal(alive, 0);
	changes = json_object_get(result, "alive");
	assert_int_equal(json_array_size(changes), 80);
	for (i = 0; i < 80; i++)
		last += json_integer_value(json_array_get(json_array_get(changes, i), 1)) > last ?
			1 : -1;
	assert_int_equal(last, 0);
}

static void lifecycle_turns_away(void **state)
{
	(void)state;
	assert_int_equal(run_words("lifecycle",
				   "--tds 30 --rate 1000000 --arrivals burst --burst 30 --life fixed "
				   "--life-ms 20 --threads 2 --max-alive 4 --mem 2"), 0);
	assert_int_equal(number(NULL, "most_alive"), 4);
	assert_true(most_alive <= 4);
	assert_int_equal(number(NULL, "turned_away"), 26);
	assert_int_equal(op_count("td_destroy"), 4);
}

/* They run in measured phases only, are counted, and are gone afterwards. */
static void antagonists_beside(void **state)
{
	json_t *all;

	(void)state;
	assert_int_equal(antagonists_parse("cpu-hog,rcu-flood,cpu-hog"), 0);
	assert_int_equal(run_words("fault", "--tds 1 --mem 8 --rounds 40"), 0);
	all = json_object_get(result, "antagonists");
	assert_int_equal(json_array_size(all), 3);
	assert_string_equal(json_string_value(json_object_get(json_array_get(all, 1), "name")),
			    "rcu-flood");
	assert_true(json_integer_value(json_object_get(json_array_get(all, 1), "iterations")) > 0);
	assert_int_equal(antagonists_parse(NULL), 0);
	assert_int_equal(run_words("fault", "--tds 1 --mem 2"), 0);
	assert_int_equal(json_array_size(json_object_get(result, "antagonists")), 0);
}

static void exhaust_errno(void **state)
{
	json_t *e;

	(void)state;
	refusal = ENOMEM;
	pages_left = 1024 + 600;
	assert_int_equal(run_words("exhaust", "--mem 4"), 0);
	refusal = 0;
	e = json_object_get(result, "exhaustion");
	assert_string_equal(json_string_value(json_object_get(e, "errno")), "ENOMEM");
	assert_string_equal(json_string_value(json_object_get(e, "operation")), "td_populate");
	assert_int_equal(number("exhaustion", "alive_tds"), 1);
	assert_int_equal(number("exhaustion", "populated_mib"), 6);
	assert_int_equal(op_count("td_create"), 2);
	assert_int_equal(op_count("td_populate"), 1);
	assert_int_equal(op_count("td_destroy"), 2);
}

static void refused_plans(void **state)
{
	static const char *const lines[] = {
		"fault --mem 3",
		"fault --threads 1024 --mem 2",
		"noisy --size 12K",
		"lifecycle --burst 3",
		"lifecycle --tds 1 --threads 2",
		"exhaust --on-oom enomem",
		"frag --pages 10 --tds 3",
		"frag --per-region 513",
	};

	(void)state;
	assert_refused(lines, ARRAY_SIZE(lines));
	assert_int_equal(antagonists_parse("cpu-hog,"), -1);
	assert_int_equal(antagonists_parse("nonsense"), -1);
	assert_int_equal(antagonists_parse(NULL), 0);
	assert_int_equal(placement_parse("bind"), -1);
	assert_int_equal(placement_parse("bind:x"), -1);
	assert_int_equal(placement_parse("bind:1x"), -1);
	assert_int_equal(placement_parse("bind:99999999999999999999"), -1);
	assert_int_equal(placement_parse("prefer:"), -1);
	assert_int_equal(placement_parse("prefer:1 "), -1);
	assert_int_equal(placement_parse("bind:1"), 0);
	assert_int_equal(placement_nodes(), 2);
	assert_int_equal(placement_parse("prefer:3"), 0);
	assert_int_equal(placement_nodes(), 8);
	assert_int_equal(placement_parse("interleave"), 0);
	assert_true(placement_nodes() == UINT64_MAX);
	assert_int_equal(placement_parse("none"), 0);
}

/* Last: the first failure of a process stays its verdict. */
static void exhaust_wrong(void **state)
{
	(void)state;
	assert_int_equal(run_words("exhaust", "--mem 2 --tds 3"), -1);
	refusal = EIO;
	pages_left = 100;
	assert_int_equal(run_words("exhaust", "--mem 2"), -1);
	refusal = 0;
	assert_string_equal(json_string_value(json_object_get(
				    json_object_get(result, "exhaustion"), "errno")), "EIO");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fault_covers),
		cmocka_unit_test(noisy_phases),
		cmocka_unit_test(lifecycle_comes_and_goes),
		cmocka_unit_test(lifecycle_turns_away),
		cmocka_unit_test(antagonists_beside),
		cmocka_unit_test(exhaust_errno),
		cmocka_unit_test(refused_plans),
		cmocka_unit_test(exhaust_wrong),
	};

	return cmocka_run_group_tests_name("churning workloads on a played KVM", tests, NULL, NULL);
}
