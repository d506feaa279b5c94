// SPDX-License-Identifier: GPL-2.0
/*
 * The plan of an experiment: complete, in blocks, shuffled, repeatable.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/boot/header.h"
#include "bench/job/schedule.h"
#include "bench/job/spec.h"
#include "bench/target/target.h"
#include "lib/text.h"
#include "job_text.h"

#include <cmocka.h>	/* last: it has a fail() of its own */

static const char text[] =
	"[global]\nquestion = q\nexpected = e\nrefuted_by = r\nworkload = w\n"
	"[one]\naa = no\nvariants = a b c d\nseeds = 20\n"
	"[two]\naa = no\nvariants = a b\nseeds = 3\n";
static const char factors_text[] =
	"[three]\nquestion = q\nexpected = e\nrefuted_by = r\nprimary = x y\nworkload = w\nvariants = a b\n"
	"platform = gnr\n"
	"options = --x 9\nappend = base=1\nseeds = 4\nfactor.opt.tds = 1 4 16\n"
	"factor.append = -; nocbs: rcu_nocbs=0-1\nfactor.cost = low high\n"
	"factor.antagonist = none stress-ng:--vm,1\n";
JOB_FIXTURE(job, text);

static void each_variant_once_per_block(void **state)
{
	struct plan plan;

	(void)state;
	plan_make(&job, 0, 1, &plan);
	assert_int_equal(plan.n, 20 * 4 + 3 * 2);
	for (size_t i = 0; i < plan.n;) {
		size_t n = plan.item[i].exp == &job.exp[0] ? 4 : 2;
		unsigned int seen = 0;

		for (size_t k = 0; k < n; k++) {
			const struct plan_item *it = &plan.item[i + k];

			assert_ptr_equal(it->exp, plan.item[i].exp);
			assert_int_equal(it->block, plan.item[i].block);
			assert_int_equal(it->seed, plan.item[i].seed);
			assert_int_equal(it->order_in_block, k);
			seen |= 1u << (it->variant[0] - 'a');
		}
		assert_int_equal(seen, (1u << n) - 1);
		i += n;
		if (i < plan.n)
			assert_int_equal(plan.item[i].block, plan.item[i - 1].block + 1);
	}
	plan_free(&plan);
}

static void every_variant_comes_first(void **state)
{
	unsigned int first = 0;
	struct plan plan;

	(void)state;
	plan_make(&job, 0, 1, &plan);
	for (size_t i = 0; i < plan.n; i++) {
		if (plan.item[i].exp == &job.exp[0] && plan.item[i].order_in_block == 0)
			first |= 1u << (plan.item[i].variant[0] - 'a');
	}
	assert_int_equal(first, 0xf);	/* 20 blocks: missing one has odds of 1 in 80 */
	plan_free(&plan);
}

static bool same(const struct plan *a, const struct plan *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (a->item[i].variant != b->item[i].variant || a->item[i].seed != b->item[i].seed)
			return false;
	}
	return true;
}

static void order_follows_the_seed(void **state)
{
	struct plan a, b, c;

	(void)state;
	plan_make(&job, 0, 7, &a);
	plan_make(&job, 0, 7, &b);
	plan_make(&job, 0, 8, &c);
	assert_true(same(&a, &b));
	assert_false(same(&a, &c));
	plan_free(&a);
	plan_free(&b);
	plan_free(&c);
}

static void seeds_can_be_replaced(void **state)
{
	struct plan plan;

	(void)state;
	plan_make(&job, 2, 1, &plan);
	assert_int_equal(plan.n, 2 * (4 + 2));
	for (size_t i = 0; i < plan.n; i++)
		assert_in_range(plan.item[i].seed, 1, 2);
	plan_free(&plan);
}

/* Every combination of variant and levels once per block, and the first variant's twice. */
static void every_combination_once_per_block(void **state)
{
	unsigned int seen[5][3][24] = { 0 };
	struct plan plan;
	struct job three;

	(void)state;
	assert_int_equal(job_text_load(factors_text, &three), 0);
	plan_make(&three, 0, 3, &plan);
	assert_int_equal(plan.n, 4 * 3 * 24);
	assert_int_equal(plan.n, job_boots(&three.exp[0], 0));
	for (size_t i = 0; i < plan.n; i++) {
		const struct plan_item *it = &plan.item[i];
		unsigned int arm = it->aa ? 2 : (unsigned int)(it->variant[0] - 'a');

		assert_int_equal(it->block, i / 72);
		assert_int_equal(it->order_in_block, i % 72);
		/* block i has seed i, and seed N + i in the A/A arm */
		assert_int_equal(it->seed, it->block + 1 + (it->aa ? 4 : 0));
		if (it->aa)
			assert_string_equal(it->variant, "a");
		seen[it->block][arm][it->cell]++;
	}
	for (size_t i = 0; i < 4 * 3 * 24; i++)
		assert_int_equal(seen[i / 72][i / 24 % 3][i % 24], 1);
	plan_free(&plan);
	job_free(&three);
}

static void a_boot_has_its_levels(void **state)
{
	struct plan_item item = { .aa = true, .seed = 5 };
	const struct plan plan = { .order_seed = 3 };
	struct boot_spec s;
	struct job three;

	(void)state;
	assert_int_equal(job_text_load(factors_text, &three), 0);
	item.exp = &three.exp[0];
	item.variant = three.exp[0].variants[0];
	item.cell = 1 * 8 + 1 * 4 + 1 * 2 + 1;	/* tds 4, nocbs, high, stress-ng */
	spec_from_plan(&s, &item, &plan, "out");
	assert_string_equal(s.dir, "out/runs/three-a-aa-4-nocbs-high-stress-ng-vm-1-s5");
	assert_string_equal(s.arm, "a/aa");
	assert_string_equal(s.append, "base=1 rcu_nocbs=0-1");
	assert_string_equal(s.cost, "high");
	assert_string_equal(s.platform, "gnr");
	assert_int_equal(strv_len(s.command), 5);
	assert_string_equal(s.command[3], "--tds");
	assert_string_equal(s.command[4], "4");
	assert_string_equal(s.antagonists[0], "stress-ng:--vm,1");
	assert_true(s.host_root);
	assert_string_equal(json_string_value(json_object_get(s.factors, "tds")), "4");
	assert_string_equal(json_string_value(json_object_get(s.factors, "append")), "nocbs");
	assert_int_equal(json_object_size(s.factors), 4);
	boot_spec_free(&s);

	item.cell = 2 * 8;	/* tds 16, and the first level of each other factor */
	item.aa = false;
	spec_from_plan(&s, &item, &plan, "out");
	assert_string_equal(s.dir, "out/runs/three-a-16-none-low-none-s5");
	assert_string_equal(s.append, "base=1");
	assert_int_equal(strv_len(s.antagonists), 0);
	assert_false(s.host_root);
	boot_spec_free(&s);
	job_free(&three);
}

/* A level is what the kernel is booted with, and in the header; of a word said twice the last counts. */
static void the_platform_reaches_kernel_and_header(void **state)
{
	static const char crossed[] =
		"[p]\nquestion = q\nexpected = e\nrefuted_by = r\nworkload = w\nvariants = a\n"
		"append = soft_tdx.boot_jitter=3\nfactor.platform = spr gnr\n";
	struct kernel kernel = { .image = "bzImage", .info = json_pack("{s:s}", "variant", "a") };
	struct plan_item item = { .seed = 2, .cell = 1 };
	const struct plan plan = { .order_seed = 3 };
	struct boot_spec s;
	struct job one;
	json_t *h;

	(void)state;
	assert_int_equal(job_text_load(crossed, &one), 0);
	item.exp = &one.exp[0];
	item.variant = "a";
	spec_from_plan(&s, &item, &plan, "out");
	assert_string_equal(s.dir, "out/runs/p-a-gnr-s2");
	s.target = &target_qemu;
	s.kernel = &kernel;
	h = header_make(&s);
	assert_string_equal(json_string_value(json_object_get(h, "platform")), "gnr");
	assert_non_null(strstr(json_string_value(json_object_get(h, "kernel_cmdline")),
			       " soft_tdx.platform=gnr "));
	assert_string_equal(json_string_value(json_object_get(json_object_get(h, "factors"), "platform")),
			    "gnr");
	assert_int_equal(json_integer_value(json_object_get(h, "jitter_percent")), 10);
	assert_int_equal(json_integer_value(json_object_get(h, "boot_jitter_percent")), 3);
	json_decref(h);
	boot_spec_free(&s);
	job_free(&one);
	json_decref(kernel.info);
}

/* What a reader of header.json relies on: CONTRACT of RUN-DIRECTORY.md. */
static void header_tells_the_levels(void **state)
{
	struct kernel kernel = { .image = "bzImage", .info = json_pack("{s:s}", "variant", "a") };
	struct plan_item item = { .seed = 2, .cell = 23 };
	const struct plan plan = { .order_seed = 3 };
	struct boot_spec s;
	struct job three;
	json_t *h, *list;

	(void)state;
	assert_int_equal(job_text_load(factors_text, &three), 0);
	three.exp[0].perf = strdup("cpu-clock");
	item.exp = &three.exp[0];
	item.variant = three.exp[0].variants[0];
	spec_from_plan(&s, &item, &plan, "out");
	s.target = &target_qemu;
	s.kernel = &kernel;
	h = header_make(&s);
	assert_string_equal(json_string_value(json_object_get(h, "target")), "qemu");
	assert_string_equal(json_string_value(json_object_get(h, "time_base")), "simulated-virtual");
	assert_string_equal(json_string_value(json_object_get(h, "arm")), "a");
	assert_string_equal(json_string_value(json_object_get(h, "record")), "trace");
	assert_string_equal(json_string_value(json_object_get(h, "perf")), "perf-stat.json");
	assert_string_equal(json_string_value(json_object_get(h, "question")), "q");
	assert_string_equal(json_string_value(json_object_get(h, "expected")), "e");
	assert_string_equal(json_string_value(json_object_get(h, "refuted_by")), "r");
	list = json_object_get(h, "primary");
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(json_string_value(json_array_get(list, 1)), "y");
	assert_true(json_integer_value(json_object_get(h, "host_cpus")) > 0);
	assert_string_equal(json_string_value(json_object_get(json_object_get(h, "factors"), "cost")),
			    "high");
	assert_true(json_is_false(json_object_get(h, "repeatable")));
	list = json_object_get(h, "antagonists");
	assert_int_equal(json_array_size(list), 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(list, 0), "command")),
			    "stress-ng --vm 1");
	json_decref(h);
	boot_spec_free(&s);

	free(three.exp[0].perf);
	three.exp[0].perf = NULL;
	item.cell = 0;
	spec_from_plan(&s, &item, &plan, "out");
	s.target = &target_qemu;
	s.kernel = &kernel;
	h = header_make(&s);
	assert_int_equal(json_array_size(json_object_get(h, "antagonists")), 0);
	assert_null(json_object_get(h, "perf"));
	json_decref(h);
	/* a single boot was asked no question */
	free(s.question);
	s.question = NULL;
	/* two CPUs, one of which may get a turn at a moment of host time */
	h = header_make(&s);
	assert_true(json_is_false(json_object_get(h, "repeatable")));
	json_decref(h);
	s.cpus = 1;
	h = header_make(&s);
	assert_null(json_object_get(h, "question"));
	assert_null(json_object_get(h, "refuted_by"));
	assert_true(json_is_true(json_object_get(h, "repeatable")));
	json_decref(h);
	boot_spec_free(&s);
	json_decref(kernel.info);
	job_free(&three);
}

/* A program of an archive: its words, then the options, then the level; nothing of a workload. */
static void a_boot_runs_a_command(void **state)
{
	static const char of_archive[] =
		"[four]\nquestion = q\nexpected = e\nrefuted_by = r\nvariants = a\nroot = /x.cpio\n"
		"command = sh /run.sh\noptions = --n 3\nfactor.opt.guests = 1 2\n";
	static const char *const want[] = { "sh", "/run.sh", "--n", "3", "--guests", "2", NULL };
	struct plan_item item = { .variant = "a", .cell = 1, .seed = 1 };
	const struct plan plan = { 0 };
	struct boot_spec s;
	struct job four;
	char **command;

	(void)state;
	assert_int_equal(job_text_load(of_archive, &four), 0);
	item.exp = &four.exp[0];
	spec_from_plan(&s, &item, &plan, "out");
	assert_false(s.workload);
	assert_false(s.host_root);
	assert_true(s.leaves_result);
	assert_string_equal(s.root, "/x.cpio");
	command = spec_command(&s, "/results");
	for (size_t i = 0; want[i]; i++)
		assert_string_equal(command[i], want[i]);
	assert_int_equal(strv_len(command), 6);
	strv_free(command);
	boot_spec_free(&s);
	job_free(&four);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_variant_once_per_block),
		cmocka_unit_test(every_variant_comes_first),
		cmocka_unit_test(order_follows_the_seed),
		cmocka_unit_test(seeds_can_be_replaced),
		cmocka_unit_test(every_combination_once_per_block),
		cmocka_unit_test(a_boot_has_its_levels),
		cmocka_unit_test(the_platform_reaches_kernel_and_header),
		cmocka_unit_test(header_tells_the_levels),
		cmocka_unit_test(a_boot_runs_a_command),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
