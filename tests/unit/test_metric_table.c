// SPDX-License-Identifier: GPL-2.0
/*
 * Does the kernel print each counter that the table of metrics names? A misspelt one would be a metric
 * without a value in every report. Run from the top of the checkout.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rundir/metric_table.h"
#include "lib/array_size.h"
#include "lib/file.h"
#include "lib/text.h"

#include <cmocka.h>	/* last: it has a fail() of its own */

#define PRINTS	"kernel-patches/accounting/stats.c"

static char *source;

/* Is @counter printed, NAME by a line of its own or NAME_ns and NAME_max_ns by the table of times? */
static bool is_printed(const char *counter)
{
	static const char *const ends[] = { "_max_ns", "_ns" };
	size_t n = strlen(counter);
	char *text = xasprintf("\"%s %%", counter);
	bool found = strstr(source, text);

	free(text);
	for (size_t i = 0; i < ARRAY_SIZE(ends) && !found; i++) {
		size_t end = strlen(ends[i]);

		if (n <= end || strcmp(counter + n - end, ends[i]))
			continue;
		text = xasprintf("(\"%.*s\", ", (int)(n - end), counter);
		found = strstr(source, text);
		free(text);
	}
	return found;
}

static void check_counter(const struct metric *m, const char *counter)
{
	if (counter && !is_printed(counter))
		fail_msg("%s: " PRINTS " prints no counter '%s'", m->name, counter);
}

static void counters_are_there(void **state)
{
	size_t n = 0;

	(void)state;
	source = read_file(PRINTS, NULL);
	assert_non_null(source);
	for (const struct metric *m = metric_table; *m->name; m++) {
		const struct metric_source *s = &m->source;

		if (s->kind != METRIC_GROWTH && s->kind != METRIC_END && s->kind != METRIC_MEAN)
			continue;
		if (strcmp(s->file, "sept") && strcmp(s->file, "pamt"))
			fail_msg("%s: " PRINTS " makes no file '%s'", m->name, s->file);
		for (size_t i = 0; i < ARRAY_SIZE(s->counter); i++)
			check_counter(m, s->counter[i]);
		for (size_t i = 0; i < ARRAY_SIZE(s->per); i++)
			check_counter(m, s->per[i]);
		n++;
	}
	assert_in_range(n, 1, 1000);
	free(source);
}

static void names_differ(void **state)
{
	(void)state;
	for (const struct metric *m = metric_table; *m->name; m++)
		assert_ptr_equal(metric_find(m->name), m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_are_there),
		cmocka_unit_test(names_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
