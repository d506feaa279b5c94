// SPDX-License-Identifier: GPL-2.0
/*
 * retention.csv from a trace: times from the start mark, one line per change,
 * no guess where the trace is not understood.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "retention.h"

#include <cmocka.h>	/* last: it has a fail() of its own */

#define L	"  dpamt-workload-71      [000] d..1.    "

static char *csv, *error;

static long convert(const char *trace)
{
	FILE *in = fmemopen((void *)trace, strlen(trace), "r");
	size_t len;
	FILE *out;
	long n;

	free(csv);
	free(error);
	csv = error = NULL;
	out = open_memstream(&csv, &len);
	n = retention_from_trace(in, out, &error);
	fclose(in);
	fclose(out);
	return n;
}

static void one_line_per_change(void **state)
{
	(void)state;
	assert_int_equal(convert(
		"# tracer: nop\n#\n"
		L "12.000100: tracing_mark_write: dpamt start\n"
		L "12.000101: tdx_pamt_add: hpa=0x200000 pairs=1\n"
		L "12.000150: tdx_sept_reclaim: hpa=0x1000 held_pages=1 held_back_pairs=0\n"
		L "12.000150: tdx_sept_reclaim: hpa=0x2000 held_pages=2 held_back_pairs=1\n"
		L "12.000200123: tdx_sept_free: hpa=0x1000 held_ns=50 held_pages=1 held_back_pairs=1\n"
		L "12.000300: tdx_sept_leak: hpa=0x2000 held_pages=0\n"
		L "13.000100: tdx_sept_free: hpa=0x2000 held_ns=50 held_pages=0 held_back_pairs=1\n"
		L "13.000101: tracing_mark_write: dpamt end\n"), 4);
	assert_string_equal(csv, "t_ns,held_pages,held_back_pairs\n0,0,0\n50000,1,0\n50000,2,1\n"
				 "100123,1,1\n200000,0,1\n");
}

static void nothing_happened(void **state)
{
	(void)state;
	assert_int_equal(convert(""), 0);
	assert_string_equal(csv, "t_ns,held_pages,held_back_pairs\n0,0,0\n");
	assert_int_equal(convert(L "1.000000: tracing_mark_write: dpamt start\n"), 0);
}

static void says_what_it_cannot_read(void **state)
{
	(void)state;
	assert_int_equal(convert(L "1.000000: tdx_sept_free: hpa=0x1 held_ns=1 held_pages=0\n"), -1);
	assert_string_equal(error, "line 1: an S-EPT event before the workload's 'dpamt start' marker");
	assert_int_equal(convert(L "1.000000: tracing_mark_write: dpamt start\n"
				 L "1.000001: tdx_sept_free: hpa=0x1 pages=0\n"), -1);
	assert_string_equal(error, "line 2: not a tdx_sept event this version knows");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_line_per_change),
		cmocka_unit_test(nothing_happened),
		cmocka_unit_test(says_what_it_cannot_read),
	};
	int ret = cmocka_run_group_tests(tests, NULL, NULL);

	free(csv);
	free(error);
	return ret;
}
