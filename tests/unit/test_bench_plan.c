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

#include "plan.h"

#include <cmocka.h>	/* last: it has a fail() of its own */

static const char text[] =
	"[global]\nquestion = q\nexpected = e\nrefuted_by = r\nworkload = w\n"
	"[one]\nvariants = a b c d\nseeds = 20\n"
	"[two]\nvariants = a b\nseeds = 3\n";
static struct job job;

static int load(void **state)
{
	FILE *f = fmemopen((void *)text, sizeof(text) - 1, "r");
	char *error;
	int ret = job_parse(f, "x.job", &job, &error);

	(void)state;
	fclose(f);
	return ret;
}

static int unload(void **state)
{
	(void)state;
	job_free(&job);
	return 0;
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_variant_once_per_block),
		cmocka_unit_test(every_variant_comes_first),
		cmocka_unit_test(order_follows_the_seed),
		cmocka_unit_test(seeds_can_be_replaced),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
