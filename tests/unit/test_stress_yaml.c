// SPDX-License-Identifier: GPL-2.0
/*
 * What stress-ng left: the form of version 0.15 is read, and nothing that only looks like it. Which metrics a
 * job file may ask for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rundir/metric_table.h"
#include "bench/rundir/stress_yaml.h"
#include "lib/array_size.h"
#include "lib/text.h"
#include "scratch.h"

#include <cmocka.h>

#define HEAD "---\nsystem-info:\n      stress-ng-version: 0.15.06\n      version: '#1 SMP'\n\n"
#define VM                                                       \
	"    - stressor: vm\n      bogo-ops: 19476\n"            \
	"      bogo-ops-per-second-usr-sys-time: 40358.493498\n" \
	"      bogo-ops-per-second-real-time: 4875.215042\n      wall-clock-time: 3.994901\n\n"
#define TMPFS                                            \
	"    - stressor: tmpfs-1_a\n      bogo-ops: 0\n" \
	"      bogo-ops-per-second-real-time: 0.000000\n      nanosecs-per-page: 13.5\n\n"
#define SOUND HEAD "metrics:\n" VM TMPFS

static int read_text(const char *text, struct stressor **s, size_t *n, char **why)
{
	put(scratch_dir, "stress-ng-2.yaml", text);
	return stress_yaml_read(scratch_dir, 2, s, n, why);
}

static void reads(void **state)
{
	static const char *const ends[] = { "...\n", "times:\n      run-time: 4\n\n...\n",
					    "...\n\n" };
	struct stressor *s;
	size_t n;
	char *why, *text;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		text = xasprintf(SOUND "%s", ends[i]);
		assert_int_equal(read_text(text, &s, &n, &why), 0);
		free(text);
		assert_int_equal(n, 2);
		assert_string_equal(s[0].name, "vm");
		assert_int_equal(s[0].ops, 19476);
		assert_true(s[0].ops_per_second == 4875.215042);
		assert_string_equal(s[1].name, "tmpfs-1_a");
		assert_int_equal(s[1].ops, 0);
		free(s);
	}
	/* it ended before it had begun: no metrics, and no damage */
	assert_int_equal(read_text(HEAD "...\n", &s, &n, &why), 0);
	assert_int_equal(n, 0);
	free(s);
	assert_int_equal(stress_yaml_read(scratch_dir, 3, &s, &n, &why), -1);
	assert_null(why);
}

static void refuses(void **state)
{
	static const struct {
		const char *text, *line;
	} bad[] = {
		{ "", ":1: cut short" },
		{ "metrics:\n", ":1: not " },
		{ SOUND, ":18: cut short" },
		{ SOUND "...", ":18: cut short" },
		{ SOUND "...\nmore\n", ":19: not " },
		{ SOUND "metrics:\n...\n", ":18: not " },
		{ SOUND "other\n...\n", ":18: not " },
		{ SOUND "---\n...\n", ":18: not " },
		{ SOUND VM "...\n", ":18: not " }, /* twice */
		{ HEAD "metrics:\n      bogo-ops: 1\n...\n", ":7: not " },
		{ HEAD "metrics:\n    - stressor: vm\n...\n", ":8: not " }, /* no numbers */
		{ HEAD "metrics:\n    - stressor: vm\n      bogo-ops: 1\n...\n", ":9: not " },
		{ HEAD "metrics:\n    - stressor: vm\n    - stressor: brk\n...\n", ":8: not " },
		{ HEAD "metrics:\n    - stressor: vm brk\n...\n", ":7: not " },
		{ HEAD "metrics:\n    - stressor: \n...\n", ":7: not " },
		{ HEAD "metrics:\n    - stressor: vm\n      bogo-ops: -1\n", ":8: not " },
		{ HEAD "metrics:\n    - stressor: vm\n      bogo-ops: 1\n      bogo-ops: 1\n",
		  ":9: not " },
		{ HEAD "metrics:\n    - stressor: vm\n      bogo-ops-per-second-real-time: inf\n",
		  ":8: not " },
		{ HEAD "metrics:\n    - stressor: vm\n      bogo-ops-per-second-real-time: 1.\n",
		  ":8: not " },
		{ HEAD "metrics:\n    - stressor: vm\n      bogo-ops-per-second-real-time: 1,5\n",
		  ":8: not " },
		{ HEAD "metrics:\n    - stressor: vm\n      bogo-ops-per-second-real-time: 0x1p3\n",
		  ":8: not " },
		{ HEAD "metrics:\n    - stressor: vm\n     bogo-ops: 1\n", ":8: not " },
		{ HEAD "metrics:\n    - stressor: vm\n       bogo-ops: 1\n", ":8: not " },
		/* a rate of nothing */
		{ HEAD "metrics:\n    - stressor: vm\n      bogo-ops: 0\n"
		       "      bogo-ops-per-second-real-time: 3.0\n...\n",
		  ":10: not " },
	};
	struct stressor *s;
	size_t n;
	char *why;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (read_text(bad[i].text, &s, &n, &why) != -1)
			fail_msg("not refused: %s", bad[i].text);
		assert_null(s);
		if (strncmp(why, "stress-ng-2.yaml", 16) ||
		    strncmp(why + 16, bad[i].line, strlen(bad[i].line)))
			fail_msg("'%s' for: %s", why, bad[i].text);
		free(why);
	}
}

static void names(void **state)
{
	static char *const two[] = { "rcu-flood", "stress-ng:--vm,1,--vm-bytes,16M,--brk=2", NULL };

	(void)state;
	assert_true(metric_of_antagonist("stress_vm_ops_per_second", two));
	assert_true(metric_of_antagonist("stress_brk_ops_per_second", two));
	assert_false(metric_of_antagonist("stress_v_ops_per_second", two));
	assert_false(metric_of_antagonist("stress_1_ops_per_second", two));
	assert_false(metric_of_antagonist("stress_rcu-flood_ops_per_second", two));
	assert_false(metric_of_antagonist("stress_vm_ops_per_second", two + 2));
	assert_false(metric_of_antagonist("stress_vm_ops_per_second", NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(refuses),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, scratch_set_up, scratch_clean);
}
