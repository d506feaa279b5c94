// SPDX-License-Identifier: GPL-2.0
/*
 * A workload is on the list because its file defines it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Before cmocka.h, which has a macro fail(). */
#include "bench/rundir/metric_table.h"
#include "lib/array_size.h"
#include "lib/text.h"
#include "workloads/core/workload.h"

#include <cmocka.h>

/* Defined here alone. Its name comes before all others. */
WORKLOAD(listed_here) = { .name = "a-workload-of-this-test", .question = "Am I listed?" };

static void workloads_of_all_files_are_listed(void **state)
{
	static const char *const names[] = { "a-workload-of-this-test",
					     "age",
					     "convert",
					     "exhaust",
					     "fault",
					     "frag",
					     "lifecycle",
					     "noisy",
					     "pressure",
					     "storm",
					     "teardown" };
	const struct workload *w = workload_next(NULL);

	(void)state;
	assert_ptr_equal(w, &listed_here_workload);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++, w = workload_next(w)) {
		while (w && strcmp(w->name, names[i]))
			w = workload_next(w);
		assert_non_null(w);
	}
}

/* Two of the same name would be walked as one. */
static void walk_is_sorted_and_complete(void **state)
{
	extern const struct workload *const __start_workloads[], *const __stop_workloads[];
	const struct workload *w, *previous = NULL;
	size_t n = 0;

	(void)state;
	assert_ptr_equal(workload_next(NULL), &listed_here_workload);
	for (w = workload_next(NULL); w; w = workload_next(w)) {
		assert_true(!previous || strcmp(previous->name, w->name) < 0);
		previous = w;
		n++;
	}
	assert_int_equal(n, __stop_workloads - __start_workloads);
}

/* What a workload declares to be its answer must be something that its runs have. */
static void primary_metrics_exist(void **state)
{
	const struct workload *w;

	(void)state;
	for (w = workload_next(&listed_here_workload); w; w = workload_next(w)) {
		char *ops = xstrdup("");

		for (size_t i = 0; w->ops[i]; i++) {
			char *more = xasprintf("%s %s", ops, w->ops[i]);

			free(ops);
			ops = more;
		}
		assert_non_null(w->primary);
		assert_non_null(w->primary->metric);
		for (const struct primary *p = w->primary; p->metric; p++) {
			if (!metric_possible(p->metric, ops, NULL))
				fail_msg("%s: its runs have no metric %s", w->name, p->metric);
		}
		assert_true(!w->control || metric_find(w->control));
		free(ops);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(workloads_of_all_files_are_listed),
		cmocka_unit_test(walk_is_sorted_and_complete),
		cmocka_unit_test(primary_metrics_exist),
	};

	return cmocka_run_group_tests_name("list of workloads", tests, NULL, NULL);
}
