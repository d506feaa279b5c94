// SPDX-License-Identifier: GPL-2.0
/* Lists of events as perf takes them, and what perf says when it fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array_size.h"
#include "lib/text.h"
#include "bench/guest/perf_stat.h"
#include "bench/rundir/metric_table.h"
#include "bench/rundir/perf_events.h"

#include <cmocka.h>

static bool not_missing(const char *event, void *nr)
{
	++*(int *)nr;
	return !strstr(event, "missing");
}

static void kept(void **state)
{
	static const struct {
		const char *list, *kept;	/* NULL: nothing is left */
		int events;
	} tests[] = {
		{ "cycles,page-faults", "cycles,page-faults", 2 },
		{ "{tdx:tdx_sept_free,tdx:tdx_sept_reclaim}", "{tdx:tdx_sept_free,tdx:tdx_sept_reclaim}", 2 },
		{ "{tdx:missing,tdx:a}:u,cycles", "{tdx:a}:u,cycles", 3 },
		{ "{tdx:missing},cycles:u", "cycles:u", 2 },
		{ "cpu/event=1,umask=2/u,tdx:missing", "cpu/event=1,umask=2/u", 2 },
		{ "{cpu/event=1,umask=2/,tdx:missing},a", "{cpu/event=1,umask=2/},a", 3 },
		{ " cycles , tdx:a ,", "cycles,tdx:a", 2 },
		{ "tdx:missing", NULL, 1 },
		{ "{tdx:missing,tdx:missing:u}", NULL, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		int nr = 0;
		char *got = perf_events_keep(tests[i].list, not_missing, &nr);

		if (tests[i].kept)
			assert_string_equal(got, tests[i].kept);
		else
			assert_null(got);
		assert_int_equal(nr, tests[i].events);
		free(got);
	}
}

static void tracepoints(void **state)
{
	(void)state;
	assert_true(perf_event_is_tracepoint("tdx:tdx_sept_free"));
	assert_true(perf_event_is_tracepoint("tdx:tdx_sept_free:u"));
	assert_true(perf_event_is_tracepoint("kvm:*"));
	assert_false(perf_event_is_tracepoint("cycles:ukh"));
	assert_false(perf_event_is_tracepoint("cycles:ppp"));
	assert_false(perf_event_is_tracepoint("instructions:uD"));
	assert_false(perf_event_is_tracepoint("cpu/config=1:2/"));
	assert_false(perf_event_is_tracepoint("cycles"));
}

/* Metrics keep the event's name; the better direction is the last word behind a colon. */
static void names(void **state)
{
	(void)state;
	assert_true(metric_possible("perf_tdx:a", "", "{tdx:a,tdx:b}:u"));
	assert_true(metric_possible("perf_tdx:b:u", "", "{tdx:a,tdx:b}:u"));
	assert_true(metric_possible("perf_cpu/event=1,umask=2/", "", "cycles,cpu/event=1,umask=2/"));
	assert_false(metric_possible("perf_cpu_event_1_umask_2_", "", "cpu/event=1,umask=2/"));
	assert_false(metric_possible("perf_{tdx:a", "", "{tdx:a,tdx:b}"));
	assert_int_equal(metric_name_length("perf_tdx:a:less"), 10);
	assert_int_equal(metric_name_length("perf_tdx:a"), 10);
	assert_int_equal(metric_name_length("pamt_pairs_peak:more"), 15);
}

static void tools(void **state)
{
	(void)state;
	assert_string_equal(perf_tool_of("sched")->file, "perf-sched.txt");
	assert_string_equal(perf_tool_of("lock")->report[1], "contention");
	assert_null(perf_tool_of("lock:contention_begin"));
	assert_null(perf_tool_of("sched,cycles"));
	assert_null(perf_tool_of(NULL));
	/* it counts nothing */
	assert_false(metric_possible("perf_sched", "", "sched"));
	assert_true(metric_possible("perf_cycles", "", "cycles"));
}

static void reasons(void **state)
{
	static const struct {
		const char *said, *reason;
	} tests[] = {
		{ "event syntax error: 'cycles,no_such'\n                            \\___ parser error\nRun 'perf list' for a list\n",
		  "event syntax error: 'cycles,no_such': parser error" },
		{ "Error:\nAccess to performance monitoring and observability operations is limited.\nConsider\n",
		  "Access to performance monitoring and observability operations is limited." },
		{ "WARNING: perf not found for kernel 7.3\n\n  You may need to install linux-perf\n",
		  "perf not found for kernel 7.3" },
		{ "Error:\nThe sys_perf_event_open() syscall returned with 2\n", "The sys_perf_event_open() syscall returned with 2" },
		{ "  Error: \n\n", "it gave no reason" },
		{ "", "it gave no reason" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		char *said = xstrdup(tests[i].said), *reason = perf_reason(said);

		assert_string_equal(reason, tests[i].reason);
		free(reason);
		free(said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kept),	 cmocka_unit_test(tracepoints), cmocka_unit_test(names),
		cmocka_unit_test(tools), cmocka_unit_test(reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
