// SPDX-License-Identifier: GPL-2.0
/* What perf stat wrote: counts of a whole file, none of one that was cut short. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/rundir/file_names.h"
#include "bench/rundir/perf_stat_json.h"
#include "lib/text.h"

#include <cmocka.h>

#define LINE(count, event) \
	"{\"counter-value\" : \"" count "\", \"unit\" : \"\", \"event\" : \"" event "\"}\n"

static struct perf_count *counts;
static size_t n;
static char *why;

/* Read @text as the file of a boot that asked for @list. */
static int read_as(const char *list, const char *text)
{
	char dir[] = "/tmp/perf-stat-XXXXXX", *path;
	FILE *f;
	int ret;

	assert_non_null(mkdtemp(dir));
	path = xasprintf("%s/" FILE_PERF, dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	ret = perf_stat_json_read(dir, list, &counts, &n, &why);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
	free(path);
	return ret;
}

static void done(void)
{
	perf_counts_free(counts, n);
	free(why);
}

static void takes(const char *list, const char *text, size_t events)
{
	assert_int_equal(read_as(list, text), 0);
	assert_int_equal(n, events);
	done();
}

static void refuses(const char *list, const char *text, const char *says)
{
	assert_int_equal(read_as(list, text), -1);
	assert_int_equal(n, 0);
	assert_non_null(why);
	if (!strstr(why, says))
		fail_msg("'%s' does not say '%s'", why, says);
	done();
}

static void whole_files_are_taken(void **state)
{
	(void)state;
	takes("cycles,tdx:a", LINE("5", "cycles") LINE("<not supported>", "tdx:a"), 2);
	takes("{cycles,tdx:a}:u", LINE("5", "cycles:u") LINE("7", "tdx:a:u"), 2);
	/* a pattern is as many events as there are */
	takes("kvm:*", LINE("5", "kvm:kvm_exit") LINE("5", "kvm:kvm_entry"), 2);
	/* boots of earlier versions do not say what was asked for */
	takes("", LINE("5", "cycles"), 1);
}

static void a_file_cut_within_a_line_is_refused(void **state)
{
	(void)state;
	refuses("cycles,tdx:a", LINE("5", "cycles") "{\"counter-value\" : \"7",
		"perf-stat.json:2: cut short");
	/* a whole object, and no newline: the number before it is right, the list may not be */
	refuses("cycles", "{\"counter-value\" : \"7\", \"event\" : \"cycles\"}",
		"perf-stat.json:1: cut short");
	refuses("", LINE("5", "cycles") "{", "perf-stat.json:2: cut short");
}

static void a_file_cut_between_lines_is_refused(void **state)
{
	(void)state;
	refuses("cycles,tdx:a,tdx:b", LINE("5", "cycles") LINE("7", "tdx:a"), "2 of 3 events");
	refuses("{cycles,tdx:a}:u", LINE("5", "cycles:u"), "1 of 2 events");
	refuses("cycles", "", "0 of 1 events");
	/* lines of derived metrics are no events */
	refuses("cycles,instructions",
		LINE("5", "cycles") "{\"metric-value\" : \"1.5\", \"metric-unit\" : \"x\"}\n",
		"1 of 2 events");
}

/* A damaged line in the midst costs that event alone: all lines are there. */
static void a_bad_line_costs_its_event(void **state)
{
	(void)state;
	assert_int_equal(read_as("cycles,tdx:a", "odd\n" LINE("7", "tdx:a")), 0);
	assert_int_equal(n, 1);
	assert_string_equal(counts[0].event, "tdx:a");
	assert_non_null(strstr(why, "perf-stat.json:1: not"));
	done();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_files_are_taken),
		cmocka_unit_test(a_file_cut_within_a_line_is_refused),
		cmocka_unit_test(a_file_cut_between_lines_is_refused),
		cmocka_unit_test(a_bad_line_costs_its_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
