// SPDX-License-Identifier: GPL-2.0
/*
 * The reader of trace.dat: order, values, and one line about every damage, be
 * it to any single byte of the file or to its length.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/array_size.h"
#include "bench/rundir/trace_file.h"
#include "lib/file.h"
#include "lib/text.h"
#include "tests/fixtures/fake_trace.h"

#include <cmocka.h>	/* last: it has a fail() of its own */

static char path[] = "/tmp/dpamt-trace.XXXXXX";

static int64_t value(enum trace_kind kind, enum trace_field field, int n)
{
	if (field == FIELD_TO_PRIVATE)
		return n % 2;
	return field == FIELD_HKID ? -n : kind * INT64_C(10000000000) + field * 100000 + n;
}

/* @n events of each kind, round the CPUs, @gap_ns apart. */
static void write_trace(uint32_t cpus, int n, uint64_t gap_ns)
{
	struct fake_trace *t = fake_trace_create(path, cpus);
	int64_t field[TRACE_FIELDS];
	uint64_t t_ns = 5000;
	uint32_t cpu = 0;

	fake_trace_mark(t, cpus - 1, t_ns, "dpamt start");
	for (int i = 0; i < n; i++) {
		for (int kind = TRACE_SEPT_RECLAIM; kind < TRACE_KINDS; kind++) {
			for (int f = 0; f < TRACE_FIELDS; f++)
				field[f] = value(kind, f, i);
			t_ns += gap_ns;
			fake_trace_event(t, cpu, t_ns, kind, field);
			cpu = (cpu + 1) % cpus;
		}
	}
	fake_trace_close(t);
}

/* Read to the end; the number of events, or -1 with *error. */
static long read_all(char **error)
{
	struct trace_file *t = trace_file_open(path, error);
	struct trace_event e;
	FILE *null = fopen("/dev/null", "w");
	long n = 0;
	int ret;

	if (!t) {
		fclose(null);
		return -1;
	}
	while ((ret = trace_file_next(t, &e)) > 0) {
		trace_file_print(t, &e, null);
		n++;
	}
	if (ret < 0)
		*error = xstrdup(trace_file_error(t));
	trace_file_close(t);
	fclose(null);
	return ret < 0 ? -1 : n;
}

static void in_order_of_time(void **state)
{
	const int kinds = TRACE_KINDS - TRACE_SEPT_RECLAIM, n = 1000;
	static const uint64_t gaps[] = { 1, 1000, UINT64_C(1) << 27, UINT64_C(3) << 30 };

	(void)state;
	for (size_t g = 0; g < ARRAY_SIZE(gaps); g++) {
		struct trace_event e;
		struct trace_file *t;
		uint64_t start;
		char *error;

		write_trace(3, n, gaps[g]);
		t = trace_file_open(path, &error);
		assert_non_null(t);
		assert_int_equal(trace_file_cpus(t), 3);
		assert_true(trace_file_start(t, &start));
		assert_int_equal(start, 5000);
		assert_int_equal(trace_file_next(t, &e), 1);
		assert_int_equal(e.kind, TRACE_MARK);
		assert_memory_equal(e.mark, "dpamt start\n", e.mark_len);
		for (int i = 0; i < n * kinds; i++) {
			assert_int_equal(trace_file_next(t, &e), 1);
			assert_int_equal(e.kind, TRACE_SEPT_RECLAIM + i % kinds);
			assert_int_equal(e.t_ns, 5000 + (uint64_t)(i + 1) * gaps[g]);
			assert_int_equal(e.cpu, i % 3);
			assert_int_equal(e.pid, 77);
			for (int f = 0; f < TRACE_FIELDS; f++) {
				if (trace_has(e.kind, f))
					assert_int_equal(e.field[f], value(e.kind, f, i / kinds));
			}
		}
		assert_int_equal(trace_file_next(t, &e), 0);
		assert_int_equal(trace_file_lost(t, 0), 0);
		trace_file_close(t);
	}
}

static void prints_as_the_kernel(void **state)
{
	struct trace_event e;
	struct trace_file *t;
	char *text, *error;
	size_t len;
	FILE *out;

	(void)state;
	write_trace(1, 1, 10);
	t = trace_file_open(path, &error);
	out = open_memstream(&text, &len);
	while (trace_file_next(t, &e) > 0 && e.kind != TRACE_SEPT_FREE)
		;
	trace_file_print(t, &e, out);
	fclose(out);
	assert_string_equal(text, "dpamt-workload-77 [000] tdx_sept_free: hpa=0x6fc23ac00 "
				  "held_ns=30000100000 held_pages=30000200000 "
				  "held_back_pairs=30000300000");
	free(text);
	trace_file_close(t);
}

static void other_versions(void **state)
{
	struct fake_trace *t = fake_trace_create(path, 1);
	char *error, *data;
	size_t len;

	(void)state;
	fake_trace_without(t, FIELD_HELD_NS);
	fake_trace_close(t);
	assert_int_equal(read_all(&error), -1);
	assert_string_equal(error, "event tdx_sept_free has no field held_ns: other patches of the "
				   "kernel, or another dpamt-bench");
	free(error);
	data = read_file(path, &len);
	data[10] = '7';
	assert_int_equal(write_file(path, data, len), 0);
	assert_int_equal(read_all(&error), -1);
	assert_string_equal(error, "a trace.dat of version 7; this dpamt-bench reads version 6");
	free(error);
	data[10] = '\n';	/* found by fuzzing: the message had two lines */
	assert_int_equal(write_file(path, data, len), 0);
	assert_int_equal(read_all(&error), -1);
	assert_memory_equal(error, "damaged version at byte 12 of", 29);
	free(error);
	free(data);
	assert_int_equal(write_file(path, "", 0), 0);
	assert_int_equal(read_all(&error), -1);
	assert_string_equal(error, "empty");
	free(error);
}

/* A file cut anywhere is refused: none of its events is taken for all there are. */
static void cut_short(void **state)
{
	char *data, *error;
	size_t len;

	(void)state;
	write_trace(2, 30, 100);
	data = read_file(path, &len);
	for (size_t cut = 1; cut < len; cut += cut < 8192 ? 13 : 997) {
		assert_int_equal(truncate(path, (off_t)cut), 0);
		assert_int_equal(read_all(&error), -1);
		assert_non_null(error);
		assert_null(strchr(error, '\n'));
		free(error);
		assert_int_equal(write_file(path, data, len), 0);
	}
	free(data);
}

/* Any byte wrong: read, or refused with one line; it neither crashes nor hangs. */
static void one_byte_wrong(void **state)
{
	char *data, *error;
	long refused = 0;
	size_t len;

	(void)state;
	write_trace(2, 30, 100);
	data = read_file(path, &len);
	for (size_t at = 0; at < len; at += at < 12288 ? 61 : 17) {
		char was = data[at];

		data[at] = (char)(was ^ (at % 2 ? 0xff : 0x04));
		assert_int_equal(write_file(path, data, len), 0);
		if (read_all(&error) < 0) {
			refused++;
			assert_null(strchr(error, '\n'));
			free(error);
		}
		data[at] = was;
	}
	assert_true(refused > 20);
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order_of_time),
		cmocka_unit_test(prints_as_the_kernel),
		cmocka_unit_test(other_versions),
		cmocka_unit_test(cut_short),
		cmocka_unit_test(one_byte_wrong),
	};
	int fd = mkstemp(path), ret;

	if (fd < 0)
		return 1;
	close(fd);
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return ret;
}
