// SPDX-License-Identifier: GPL-2.0
/*
 * The readers of run directories: right numbers from right files, and a clear
 * refusal instead of a wrong number from damaged ones.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/array_size.h"
#include "analysis/study/trace_churn.h"
#include "bench/rundir/counters.h"
#include "bench/rundir/file_names.h"
#include "bench/rundir/retention_csv.h"
#include "bench/rundir/samples_bin.h"
#include "bench/rundir/samples_file.h"
#include "lib/json_file.h"
#include "lib/lines.h"
#include "lib/textfmt.h"
#include "tests/fixtures/fake_trace.h"
#include "scratch.h"

#include <cmocka.h>

#define SAMPLES "op,td,thread,seq,start_ns,latency_ns\n"
#define RETENTION "t_ns,held_pages,held_back_pairs\n0,0,0\n"

static char path[] = "/tmp/dpamt-test-XXXXXX";

static int setup(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return unlink(path);
}

static void put_text(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void put_bytes(const void *data, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static void samples_good(void **state)
{
	struct samples_file s;
	const struct timed_op *op;

	(void)state;
	put_text(SAMPLES "td_destroy,1,0,0,900,30\ntd_create,0,0,0,5,7\ntd_destroy,0,0,0,400,10\n");
	assert_int_equal(samples_file_read(path, &s), 0);
	assert_int_equal(s.nr_ops, 2);
	assert_int_equal(s.damage.bad, 0);
	op = samples_file_op(&s, "td_destroy");
	assert_non_null(op);
	assert_int_equal(op->n, 2);
	assert_true(timed_op_latency(op, 0) == 10 && timed_op_latency(op, 1) == 30);
	assert_true(timed_op_quantile(op, 0.25) == 15);
	assert_int_equal(op->first_start_ns, 400);
	assert_null(samples_file_op(&s, "td_dest"));
	samples_file_free(&s);
}

/* The same as binary, whole and cut anywhere, and with what cannot be in it. */
static void samples_bin(void **state)
{
	struct {
		struct samples_bin_head head;
		char op[2][SAMPLES_BIN_NAME_BYTES];
		struct samples_bin_row row[4];
	} file = {
		{ SAMPLES_BIN_MAGIC, SAMPLES_BIN_VERSION, SAMPLES_BIN_ENDIAN, 2, 32, 4 },
		{ "td_create", "td_destroy" },
		{ { 900, 30, 1, 0, 0, 1, 0 }, { 5, 7, 0, 0, 0, 0, 0 }, { 400, 10, 0, 0, 0, 1, 0 },
		  { 1, 1, 0, 0, 0, 2, 0 } },
	}, bad;
	struct samples_file s;
	const struct timed_op *op;
	size_t cut;

	(void)state;
	for (cut = 1; cut <= sizeof(file); cut++) {
		size_t head = sizeof(file.head) + sizeof(file.op), whole = cut / 32 * 32;

		put_bytes(&file, cut);
		if (cut < head) {
			assert_int_equal(samples_file_read(path, &s), -1);
			assert_int_equal(errno, EINVAL);
			continue;
		}
		assert_int_equal(samples_file_read(path, &s), 0);
		assert_int_equal(!!s.damage.cut, cut < sizeof(file));
		assert_int_equal(s.damage.bad, cut == sizeof(file));
		if (whole < head + 3 * 32) {
			samples_file_free(&s);
			continue;
		}
		op = samples_file_op(&s, "td_destroy");
		assert_non_null(op);
		assert_int_equal(op->n, 2);
		assert_true(timed_op_latency(op, 0) == 10 && timed_op_latency(op, 1) == 30);
		assert_int_equal(op->first_start_ns, 400);
		samples_file_free(&s);
	}
	bad = file;
	bad.head.version = 2;
	put_bytes(&bad, sizeof(bad));
	assert_int_equal(samples_file_read(path, &s), -1);
	bad = file;
	bad.head.nr_ops = UINT32_MAX;
	put_bytes(&bad, sizeof(bad));
	assert_int_equal(samples_file_read(path, &s), -1);
	bad = file;
	bad.op[1][0] = '/';
	put_bytes(&bad, sizeof(bad));
	assert_int_equal(samples_file_read(path, &s), -1);
	bad = file;
	bad.head.nr_rows = UINT64_MAX;
	put_bytes(&bad, sizeof(bad));
	assert_int_equal(samples_file_read(path, &s), 0);
	assert_true(s.damage.cut);
	samples_file_free(&s);
}

/* Latencies around and beyond 2^32 ns. */
static void samples_long(void **state)
{
	static const uint64_t sorted[] = { 0,	       1,	   2047,	2048,	     4194304,
					   4294967295, 4294967296, 5000000000, 2000000000000000 };
	static const size_t order[] = { 7, 0, 5, 3, 8, 1, 6, 2, 4 };
	struct samples_file s;
	const struct timed_op *op;
	FILE *f = fopen(path, "w");
	size_t i;

	(void)state;
	assert_non_null(f);
	fputs(SAMPLES, f);
	for (i = 0; i < 9; i++)
		fprintf(f, "a,0,0,%zu,1,%llu\n", i, (unsigned long long)sorted[order[i]]);
	fclose(f);
	assert_int_equal(samples_file_read(path, &s), 0);
	op = samples_file_op(&s, "a");
	assert_int_equal(op->n, 9);
	for (i = 0; i < 9; i++)
		assert_true(timed_op_latency(op, i) == sorted[i]);
	assert_true(timed_op_quantile(op, 0.5) == 4194304);
	assert_true(timed_op_quantile(op, 1) == 2e15);
	assert_true(timed_op_quantile(op, 0.6875) == (4294967295.0 + 4294967296.0) / 2);
	samples_file_free(&s);
}

static int by_ns(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return (a > b) - (a < b);
}

#define MANY 150000

/*
 * From many samples on short latencies are counted and long ones kept; nobody may notice, and
 * not that the operations take turns in no fixed order.
 */
static void samples_many(void **state)
{
	static const char * const name[] = { "a", "ab", "a_b" };
	static uint64_t sorted[3][MANY];
	size_t n[3] = { 0 }, i, op_nr;
	uint64_t x = 88172645463325252;
	struct samples_file s;
	FILE *f = fopen(path, "w");

	(void)state;
	assert_non_null(f);
	fputs(SAMPLES, f);
	for (i = 0; i < 3 * MANY; i++) {
		uint64_t ns;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		op_nr = i % 7 == 6 ? x % 3 : i % 3;
		if (n[op_nr] == MANY)
			continue;
		/* around the border between counting and keeping, and far from it on both sides */
		ns = x % 5 == 0 ? COUNTED_NS - 2 + x / 5 % 4 : x % 5 == 1 ? x >> 24 : x >> 48;
		if (n[op_nr] == 70000)
			ns = 0;
		sorted[op_nr][n[op_nr]++] = ns;
		fprintf(f, "%s,0,0,0,%zu,%llu\n", name[op_nr], i + 5, (unsigned long long)ns);
	}
	fclose(f);
	assert_int_equal(samples_file_read(path, &s), 0);
	assert_int_equal(s.damage.bad, 0);
	assert_int_equal(s.nr_ops, 3);
	for (op_nr = 0; op_nr < 3; op_nr++) {
		const struct timed_op *op = samples_file_op(&s, name[op_nr]);

		assert_int_equal(op->n, n[op_nr]);
		assert_true(op->nr_counted > 65536 && op->nr_list > 1000);
		assert_int_equal(op->first_start_ns, 5 + op_nr);
		qsort(sorted[op_nr], n[op_nr], sizeof(sorted[0][0]), by_ns);
		for (i = 0; i < n[op_nr]; i++)
			assert_true(timed_op_latency(op, i) == sorted[op_nr][i]);
		assert_true(timed_op_quantile(op, 0) == sorted[op_nr][0]);
		assert_true(timed_op_quantile(op, 1) == sorted[op_nr][n[op_nr] - 1]);
	}
	samples_file_free(&s);
}

/* 20 digits can be too many for 64 bits, 30 zeros in front cannot. */
static void numbers(void **state)
{
	static const struct {
		const char *text;
		bool good;
		uint64_t value;
	} n[] = {
		{ "0,", true, 0 },
		{ "9999999999999999999,", true, 9999999999999999999u },
		{ "18446744073709551615,", true, UINT64_MAX },
		{ "18446744073709551616,", false, 0 },
		{ "99999999999999999999,", false, 0 },
		{ "000000000000000000000000000017,", true, 17 },
		{ "12", false, 0 },
		{ ",", false, 0 },
		{ "-1,", false, 0 },
		{ " 1,", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(n); i++) {
		char *p = (char *)n[i].text;
		uint64_t v = 0;

		assert_int_equal(take_u64(&p, ',', &v), n[i].good);
		if (n[i].good)
			assert_true(v == n[i].value && !*p);
	}
}

static void samples_damaged(void **state)
{
	struct samples_file s;

	(void)state;
	/* negative, missing, surplus and overlong numbers; an operation that is no name */
	put_text(SAMPLES "a,0,0,0,1,-2\na,0,0,0,1\na,0,0,0,1,2,3\na,0,0,0,1,99999999999999999999\n../"
		    "x,0,0,0,1,2\n\na,0,0,0,1,2\n");
	assert_int_equal(samples_file_read(path, &s), 0);
	assert_int_equal(s.damage.bad, 6);
	assert_int_equal(s.damage.first, 2);
	assert_int_equal(s.op[0].n, 1);
	assert_false(s.damage.cut);
	samples_file_free(&s);

	put_text(SAMPLES "a,0,0,0,1,2\na,0,0,0,1,2");
	assert_int_equal(samples_file_read(path, &s), 0);
	assert_int_equal(s.damage.cut, 3);
	assert_int_equal(s.op[0].n, 1);
	samples_file_free(&s);

	put_text("");
	assert_int_equal(samples_file_read(path, &s), -1);
	assert_int_equal(errno, EINVAL);
	put_text("PK\003\004 random\n");
	assert_int_equal(samples_file_read(path, &s), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(samples_file_read("/nonexistent/samples.csv", &s), -1);
	assert_int_equal(errno, ENOENT);
}

static void retention(void **state)
{
	struct retention_csv r;
	const char *dir = scratch();
	double bins[5];
	char *why;

	(void)state;
	put(dir, FILE_RETENTION, RETENTION "100,1,0\n150,2,1\n160,3,1\n250,1,1\n300,0,0\n");
	assert_int_equal(retention_csv_read(dir, 260, &r, &why), 0);
	assert_int_equal(r.peak_pages, 3);
	assert_int_equal(r.peak_ns, 160);
	assert_true(r.back_to_zero);
	assert_int_equal(r.zero_after_peak_ns, 300);
	assert_int_equal(r.peak_bytes, 3 * 4096 + 8192);
	assert_int_equal(r.freed_before_limit, 2);
	assert_int_equal(r.first_held_ns, 100);

	/* bins of 60 ns from 90: 90-149, 150-209, 210-269, 270-329, 330-389 */
	assert_int_equal(retention_csv_bins(dir, 90, 60, 5, bins, &why), 0);
	assert_true(bins[0] == 1 && bins[1] == 3 && bins[2] == 3 && bins[3] == 1 && bins[4] == 0);
	/* a window that begins while pages are held, and one that ends before the last change */
	assert_int_equal(retention_csv_bins(dir, 200, 20, 3, bins, &why), 0);
	assert_true(bins[0] == 3 && bins[1] == 3 && bins[2] == 3);

	assert_int_equal(remove_tree(dir), 0);
}

/* A damaged file is refused with one line that says where. */
static void damage(void **state)
{
	static const struct {
		const char *file, *text, *why;
	} bad[] = {
		{ FILE_RETENTION, RETENTION "100,1,0\n150,x,0\n1,2\n",
		  "retention.csv:4: not \"t_ns,held_pages,held_back_pairs\" (2 such lines)" },
		{ FILE_RETENTION, RETENTION "100,1,0\n15", "retention.csv:4: cut short" },
		{ FILE_RETENTION, "", "retention.csv:1: not \"t_ns,held_pages,held_back_pairs\"" },
		{ FILE_RETENTION, CSV_RETENTION, "retention.csv:1: cut short" },
		{ FILE_SAMPLES_CSV, CSV_SAMPLES, "samples.csv:1: cut short" },
		{ FILE_SAMPLES_CSV, SAMPLES "a,0,0,0,1,2\na,0,0,0,1\n",
		  "samples.csv:3: not \"op,td,thread,seq,start_ns,latency_ns\"" },
		{ FILE_SAMPLES_CSV, SAMPLES "a,0,0,0,1,2", "samples.csv:2: cut short" },
		{ FILE_SAMPLES_CSV, "op\n",
		  "samples.csv:1: not \"op,td,thread,seq,start_ns,latency_ns\"" },
		{ FILE_COUNTERS_AFTER, "# sept\nspt_freed_pages 1\nspt_leaked_pages none\n",
		  "counters-after.txt:3: not \"NAME NUMBER\"" },
		{ FILE_COUNTERS_AFTER, "# soft_tdx/leaves\na table 1\n# pamt\npamt_get 1",
		  "counters-after.txt:4: cut short" },
	};
	const char *dir = scratch();
	struct counters_pair c;
	struct retention_csv r;
	struct samples_file s;
	char *why;

	(void)state;
	put(dir, FILE_COUNTERS_BEFORE, "# policy\nspt_free word\n# pamt\npamt_get 1\n");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int ret;

		put(dir, bad[i].file, bad[i].text);
		if (!strcmp(bad[i].file, FILE_RETENTION))
			ret = retention_csv_read(dir, 0, &r, &why);
		else if (!strcmp(bad[i].file, FILE_SAMPLES_CSV))
			ret = samples_file_load(dir, &s, &why);
		else
			ret = counters_pair_load(dir, &c, &why);
		assert_int_equal(ret, -1);
		assert_string_equal(why, bad[i].why);
		free(why);
	}
	put(dir, FILE_COUNTERS_AFTER, "# policy\nspt_free word\n# pamt\npamt_get 4\n");
	assert_int_equal(counters_pair_load(dir, &c, &why), 0);
	assert_true(counters_grown(&c, "pamt", "pamt_get") == 3);
	assert_true(isnan(counters_grown(&c, "pamt", "pamt_put")));
	counters_pair_free(&c);
	assert_int_equal(remove_tree(dir), 0);
}

static void json(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "{\n\"a\": 1,\n}", "status.json:3: not JSON: string or '}' expected near '}'" },
		{ "{\"a\": 1", "status.json:1: not JSON: '}' expected near end of file" },
		{ "[]", "status.json:1: not a JSON object" },
		{ "{}", "status.json: its schema is not dpamt-bench/status" },
		{ "{\"schema\": \"dpamt-bench/status\", \"version\": 2}",
		  "status.json: its version is not 1; use the dpamt-bench that wrote it" },
	};
	const char *dir = scratch();
	char *file = xasprintf("%s/" FILE_STATUS, dir), *why;

	(void)state;
	assert_null(json_read_file(file, NULL, &why));
	assert_null(why);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put(dir, FILE_STATUS, bad[i].text);
		assert_null(json_read_file(file, SCHEMA_STATUS, &why));
		assert_string_equal(why, bad[i].why);
		free(why);
	}
	free(file);
	assert_int_equal(remove_tree(dir), 0);
}

static void trace_churn(void **state)
{
	static const uint64_t free_ns[] = { 500, 12000, 12001, 13999, 14000, 50000 };
	const int64_t field[TRACE_FIELDS] = { 0 };
	struct an_trace_churn t;
	struct fake_trace *f;
	char *why;

	(void)state;
	/* counted from the marker; the free before it belongs to nobody, at the limit is too late */
	for (int lost = 0; lost < 2; lost++) {
		f = fake_trace_create(path, 2);
		fake_trace_mark(f, 1, 12000, "dpamt start");
		for (size_t i = 0; i < ARRAY_SIZE(free_ns); i++)
			fake_trace_event(f, 0, free_ns[i], TRACE_SEPT_FREE, field);
		fake_trace_lost(f, 1, (uint64_t)lost);
		fake_trace_close(f);
		assert_int_equal(an_trace_churn(path, 2000, &t, &why), 0);
		assert_true(t.usable == !lost);
		assert_int_equal(t.freed, 3);
	}
	f = fake_trace_create(path, 1);
	fake_trace_event(f, 0, 1, TRACE_SEPT_FREE, field);
	fake_trace_close(f);
	assert_int_equal(an_trace_churn(path, 2000, &t, &why), 0);
	assert_false(t.usable);

	put_text("something else");
	assert_int_equal(an_trace_churn(path, 2000, &t, &why), -1);
	assert_string_equal(why, "not a trace.dat");
	free(why);
	remove(path);
	assert_int_equal(an_trace_churn(path, 2000, &t, &why), -1);
	assert_int_equal(errno, ENOENT);
	assert_null(why);
}

/* Lines longer than the buffer of a line, and across buffer borders. */
static void long_lines(void **state)
{
	enum { LONG = 300000 };
	struct lines *l;
	bool complete;
	char *line;
	FILE *f = fopen(path, "w");
	int i, n = 0;

	(void)state;
	for (i = 0; i < LONG; i++)
		fputc('a', f);
	fputs("\nshort\n", f);
	for (i = 0; i < 70000; i++)
		fprintf(f, "line %d\n", i);
	fclose(f);
	l = lines_open(path);
	assert_non_null(l);
	line = lines_next(l, &complete);
	assert_int_equal(strlen(line), 4096);
	assert_true(complete);
	assert_string_equal(lines_next(l, &complete), "short");
	while ((line = lines_next(l, &complete))) {
		char want[32];

		snprintf(want, sizeof(want), "line %d", n++);
		assert_string_equal(line, want);
	}
	assert_int_equal(n, 70000);
	assert_int_equal(errno, 0);
	lines_close(l);
}

static void text(void **state)
{
	char buf[80], *out = NULL;
	size_t bytes;
	FILE *f;

	(void)state;
	assert_string_equal(value_text(buf, sizeof(buf), 2053, "pages"), "2053");
	assert_string_equal(value_text(buf, sizeof(buf), 16312345, "ns"), "16.31 ms");
	assert_string_equal(value_text(buf, sizeof(buf), 0, "ns"), "0 ns");
	assert_string_equal(value_text(buf, sizeof(buf), 2530, "ms"), "2.53 s");
	assert_string_equal(value_text(buf, sizeof(buf), 60, "ms"), "60 ms");
	assert_string_equal(value_text(buf, sizeof(buf), 1500, "us"), "1.5 ms");
	assert_string_equal(shift_text(buf, sizeof(buf), -220, -230, -210, "ms"),
			    "-220 ms [-230..-210]");
	assert_string_equal(spread_text(buf, sizeof(buf), 16.3e6, 900e3, 17e6, "ns"), "16.3 ms "
										      "[0.9.."
										      "17]");
	assert_string_equal(shift_text(buf, sizeof(buf), -5, -2e6, 1000, "ns"), "-5e-06 ms "
										"[-2..+0.001]");
	assert_string_equal(bytes_text(buf, sizeof(buf), 2053 * 4096.0), "8.02 MiB");
	assert_string_equal(p_text(buf, sizeof(buf), 2.0 / 252), "0.0079");

	f = open_memstream(&out, &bytes);
	print_para(f, 2, 4, "%s %0100d tab\tand \303\244", "words", 0);
	fclose(f);
	assert_string_equal(out, "  words\n"
				 "    "
				 "00000000000000000000000000000000000000000000000000000000000000000"
				 "000000\n"
				 "    00000000000000000000000000000 tab and ??\n");
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_good), cmocka_unit_test(samples_bin), cmocka_unit_test(samples_damaged),
		cmocka_unit_test(samples_long),
		cmocka_unit_test(samples_many),
		cmocka_unit_test(numbers),
		cmocka_unit_test(retention),
		cmocka_unit_test(damage),
		cmocka_unit_test(json),	cmocka_unit_test(trace_churn),
		cmocka_unit_test(long_lines),	cmocka_unit_test(text),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
