// SPDX-License-Identifier: GPL-2.0
/*
 * Sample buffer and page arithmetic: nothing lost, nothing invented, quantiles by the nearest rank.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bench/rundir/samples_bin.h"
#include "workloads/core/samples.h"
#include "workloads/core/layout.h"

static const char *const ops[] = { "first", "second", NULL };

static void order_and_csv(void **state)
{
	struct samples s;
	struct sample_log a = { .all = &s, .thread = 0 }, b = { .all = &s, .thread = 1 };
	char *text;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	(void)state;
	assert_int_equal(samples_init(&s, 3, 2), 0);
	samples_add(&a, 0, 7, 0, 1300, 1310);
	samples_add(&b, 1, 8, 1, 1100, 1101);
	samples_add(&a, 1, 7, 2, 1200, 1200);
	samples_close(&s);
	assert_int_equal(s.nr_rows, 3);
	assert_int_equal(samples_write_csv(&s, to, ops, 1000), 0);
	fclose(to);
	assert_string_equal(text, "op,td,thread,seq,start_ns,latency_ns\n"
				  "second,8,1,1,100,1\nsecond,7,0,2,200,0\nfirst,7,0,0,300,10\n");
	free(text);
	samples_free(&s);
}

static void quantiles(void **state)
{
	struct samples s;
	struct sample_log log = { .all = &s };
	struct sample_summary sum;
	uint64_t i;

	(void)state;
	assert_int_equal(samples_init(&s, 200, 1), 0);
	for (i = 200; i > 0; i--)
		samples_add(&log, 0, 0, 0, 0, i);
	samples_close(&s);
	assert_int_equal(samples_summarise(&s, 0, &sum), 0);
	assert_int_equal(sum.count, 200);
	assert_int_equal(sum.min_ns, 1);
	assert_int_equal(sum.p50_ns, 100);
	assert_int_equal(sum.p99_ns, 198);
	assert_int_equal(sum.max_ns, 200);
	assert_int_equal(samples_summarise(&s, 1, &sum), 0);
	assert_int_equal(sum.count, 0);
	assert_int_equal(sum.max_ns, 0);
	samples_free(&s);
}

static void full(void **state)
{
	struct samples s;
	struct sample_log log = { .all = &s };
	size_t i;

	(void)state;
	assert_int_equal(samples_init(&s, 0, 1), 0);
	for (i = 0; i < SAMPLES_CHUNK_ROWS + 5; i++)
		samples_add(&log, 0, 0, 0, 0, 1);
	samples_close(&s);
	assert_int_equal(s.nr_rows, SAMPLES_CHUNK_ROWS);
	assert_int_equal(s.lost, 5);
	samples_free(&s);
}

/* 514, 2053, 8209 and 32833 are counts seen from a kernel that built such TDs. */
static void sept(void **state)
{
	const uint64_t gpa = UINT64_C(4) << 30;

	(void)state;
	assert_int_equal(sept_pages(gpa, 1), 3);
	assert_int_equal(sept_pages(gpa, 512), 514);
	assert_int_equal(sept_pages(gpa, 2048), 2053);
	assert_int_equal(sept_pages(gpa, 8192), 8209);
	assert_int_equal(sept_pages(gpa, 32768), 32833);
	assert_int_equal(sept_pages(gpa, 513), 516);
}

/* What is written as binary is what is written as CSV. */
static void bin(void **state)
{
	static const char *const ops[] = { "first", "second", NULL };
	struct samples s;
	struct sample_log log = { .all = &s, .thread = 3 };
	const struct samples_bin_head *head;
	const struct samples_bin_row *row;
	char *data;
	size_t len;
	FILE *f;

	(void)state;
	assert_int_equal(samples_init(&s, 2, 1), 0);
	samples_add(&log, 1, 7, 8, 2000, 2030);
	samples_add(&log, 0, 9, 10, 1500, 1510);
	samples_close(&s);
	f = open_memstream(&data, &len);
	assert_int_equal(samples_write_bin(&s, f, ops, 1000), 0);
	fclose(f);
	head = (void *)data;
	row = (void *)(data + sizeof(*head) + 2 * SAMPLES_BIN_NAME_BYTES);
	assert_int_equal(len, sizeof(*head) + 2 * SAMPLES_BIN_NAME_BYTES + 2 * sizeof(*row));
	assert_memory_equal(head->magic, SAMPLES_BIN_MAGIC, 8);
	assert_int_equal(head->nr_rows, 2);
	assert_string_equal(data + sizeof(*head) + SAMPLES_BIN_NAME_BYTES, "second");
	assert_int_equal(row[0].start_ns, 500);
	assert_int_equal(row[1].start_ns, 1000);
	assert_int_equal(row[1].latency_ns, 30);
	assert_int_equal(row[1].td, 7);
	assert_int_equal(row[1].seq, 8);
	assert_int_equal(row[1].thread, 3);
	assert_int_equal(row[1].op, 1);
	assert_int_equal(row[1].zero, 0);
	free(data);
	samples_free(&s);
}

static void runs(void **state)
{
	const struct layout dense = { 8, REGION_PAGES }, some = { 8, 3 };

	(void)state;
	assert_int_equal(layout_runs(&dense), 1);
	assert_int_equal(layout_run_bytes(&dense), 16 << 20);
	assert_int_equal(layout_runs(&some), 8);
	assert_int_equal(layout_run_bytes(&some), 3 * 4096);
	assert_int_equal(layout_run_offset(&some, 7), 14 << 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_and_csv), cmocka_unit_test(quantiles),
		cmocka_unit_test(full),		 cmocka_unit_test(sept),
		cmocka_unit_test(runs),		 cmocka_unit_test(bin),
	};

	return cmocka_run_group_tests_name("workload samples and layout", tests, NULL, NULL);
}
