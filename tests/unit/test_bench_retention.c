// SPDX-License-Identifier: GPL-2.0
/*
 * retention.csv and what it is checked against: times from the start mark, one
 * line per change, and not one page, pair or nanosecond more or less in the
 * trace than in the counters without a word.
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

#include "bench/boot/recording.h"
#include "lib/file.h"
#include "lib/text.h"
#include "tests/fixtures/fake_trace.h"

#include <cmocka.h>	/* last: it has a fail() of its own */

static char dir[] = "/tmp/dpamt-retention.XXXXXX";
static char *path;
static struct fake_trace *trace;

static void sept(uint32_t cpu, uint64_t t_ns, enum trace_kind kind, int64_t held_ns,
		 int64_t held_pages, int64_t pairs)
{
	const int64_t field[TRACE_FIELDS] = {
		[FIELD_HPA] = 0x1000, [FIELD_HELD_NS] = held_ns,
		[FIELD_HELD_PAGES] = held_pages, [FIELD_HELD_BACK_PAIRS] = pairs,
	};

	fake_trace_event(trace, cpu, t_ns, kind, field);
}

static void pamt(uint64_t t_ns, enum trace_kind kind, int64_t pairs)
{
	const int64_t field[TRACE_FIELDS] = { [FIELD_PAIRS] = pairs };

	fake_trace_event(trace, 0, t_ns, kind, field);
}

/* Two pages held, on two CPUs whose events were stamped in the other order than they were counted. */
static void two_pages(uint64_t lost)
{
	trace = fake_trace_create(path, 2);
	fake_trace_mark(trace, 0, 1000, "dpamt start");
	pamt(1010, TRACE_PAMT_ADD, 1);
	sept(0, 1100, TRACE_SEPT_RECLAIM, 0, 2, 1);
	sept(1, 1200, TRACE_SEPT_RECLAIM, 0, 1, 0);
	sept(0, 1300, TRACE_SEPT_FREE, 150, 0, 0);
	sept(1, 1450, TRACE_SEPT_FREE, 201, 1, 0);
	pamt(1500, TRACE_PAMT_REMOVE, 0);
	fake_trace_mark(trace, 0, 1600, "dpamt end");
	fake_trace_lost(trace, 1, lost);
	fake_trace_close(trace);
}

#define SEPT	"# sept\nspt_reclaimed_pages 2\nspt_freed_pages 2\nspt_leaked_pages 0\n" \
		"spt_held_pages 0\nspt_held_peak_pages 2\nspt_held_page_ns 351\n"
#define PAMT	"# pamt\npamt_add 1\npamt_remove 1\npamt_pairs 0\npamt_pairs_peak 1\n" \
		"pamt_pairs_held_back 0\npamt_pairs_held_back_peak 1\n"

static char *csv_text(void)
{
	char *csv = xasprintf("%s/retention.csv", dir), *text = read_file(csv, NULL);

	free(csv);
	return text;
}

/* Compare with these counters; the text of the only complaint, or "". */
static const char *verdict(const char *after_text, enum recording_verdict want)
{
	static char text[512];
	struct counters before, after;
	struct recording rec;
	char *error = NULL;

	counters_parse("# sept\nspt_held_page_ns 0\n", &before, NULL);
	counters_parse(after_text, &after, NULL);
	assert_int_equal(recording_read(dir, &before, &after, &rec, &error), 0);
	assert_int_equal(rec.verdict, want);
	snprintf(text, sizeof(text), "%s", rec.detail ? rec.detail[0] : "");
	assert_true(!rec.detail || !rec.detail[1]);
	recording_free(&rec);
	counters_free(&before);
	counters_free(&after);
	return text;
}

static void agrees(void **state)
{
	char *csv;

	(void)state;
	two_pages(0);
	assert_string_equal(verdict(SEPT PAMT, RECORDING_OK), "");
	csv = csv_text();
	assert_string_equal(csv, "t_ns,held_pages,held_back_pairs\n0,0,0\n100,1,1\n200,2,0\n"
				 "300,1,0\n450,0,0\n");
	free(csv);
	assert_string_equal(verdict("# soft_tdx/pages\npages_owned 0\n", RECORDING_UNCHECKED), "");
}

static void area_and_peaks(void **state)
{
	struct retention r;
	struct trace_file *t;
	char *error;

	(void)state;
	two_pages(0);
	t = trace_file_open(path, &error);
	assert_non_null(t);
	assert_int_equal(retention_read(t, NULL, &r, &error), 0);
	assert_int_equal(r.events, 8);
	assert_int_equal(r.held_page_ns, 351);
	assert_int_equal(r.curve_page_ns, 100 + 2 * 100 + 150);
	assert_int_equal(r.curve_peak_pages, 2);
	assert_int_equal(r.curve_changes, 4);
	trace_file_close(t);
}

static void disagrees(void **state)
{
	(void)state;
	two_pages(0);
	assert_string_equal(verdict("# sept\nspt_reclaimed_pages 3\nspt_freed_pages 2\n"
				    "spt_leaked_pages 0\nspt_held_pages 0\nspt_held_peak_pages 2\n"
				    "spt_held_page_ns 351\n" PAMT, RECORDING_VIOLATED),
			    "sept: spt_reclaimed_pages grew by 3, the events say 2");
	assert_string_equal(verdict("# sept\nspt_reclaimed_pages 2\nspt_freed_pages 2\n"
				    "spt_leaked_pages 0\nspt_held_pages 0\nspt_held_peak_pages 2\n"
				    "spt_held_page_ns 352\n" PAMT, RECORDING_VIOLATED),
			    "sept: spt_held_page_ns grew by 352, the events say 351");
	assert_string_equal(verdict("# sept\nspt_reclaimed_pages 2\nspt_freed_pages 2\n"
				    "spt_leaked_pages 0\nspt_held_pages 0\nspt_held_peak_pages 3\n"
				    "spt_held_page_ns 351\n" PAMT, RECORDING_VIOLATED),
			    "sept: spt_held_peak_pages is 3, the events say 2");
	assert_string_equal(verdict(SEPT "# pamt\npamt_add 1\npamt_remove 1\npamt_pairs 0\n"
				    "pamt_pairs_peak 1\npamt_pairs_held_back 0\n"
				    "pamt_pairs_held_back_peak 0\n", RECORDING_VIOLATED),
			    "pamt: pamt_pairs_held_back_peak is 0, the events say 1");
	/* another CPU may have put pairs between the peak and the event */
	assert_string_equal(verdict(SEPT "# pamt\npamt_add 1\npamt_remove 1\npamt_pairs 0\n"
				    "pamt_pairs_peak 1\npamt_pairs_held_back 0\n"
				    "pamt_pairs_held_back_peak 2\n", RECORDING_OK), "");
}

static void lost_events(void **state)
{
	struct recording rec;
	struct counters none = { 0 };
	char *error = NULL, *csv;

	(void)state;
	two_pages(7);
	assert_int_equal(recording_read(dir, &none, &none, &rec, &error), 0);
	assert_int_equal(rec.verdict, RECORDING_LOST);
	assert_int_equal(recording_lost(&rec), 7);
	assert_int_equal(rec.lost[1], 7);
	csv = csv_text();
	assert_null(csv);
	recording_free(&rec);
}

static void says_what_it_cannot_read(void **state)
{
	(void)state;
	trace = fake_trace_create(path, 1);
	sept(0, 10, TRACE_SEPT_RECLAIM, 0, 1, 0);
	fake_trace_mark(trace, 0, 1000, "dpamt start");
	fake_trace_close(trace);
	assert_string_equal(verdict(SEPT PAMT, RECORDING_VIOLATED),
			    "trace.dat: an S-EPT event before the workload's 'dpamt start' mark");

	trace = fake_trace_create(path, 1);
	fake_trace_mark(trace, 0, 1, "dpamt start");
	sept(0, 10, TRACE_SEPT_FREE, 5, 1, 0);
	fake_trace_close(trace);
	assert_string_equal(verdict(SEPT PAMT, RECORDING_VIOLATED),
			    "trace.dat: the free of page 0x1000, number 1, has no reclaim before it");

	unlink(path);
	assert_string_equal(verdict(SEPT PAMT, RECORDING_NONE), "");
}

static void nothing_happened(void **state)
{
	char *csv;

	(void)state;
	trace = fake_trace_create(path, 1);
	fake_trace_mark(trace, 0, 1, "dpamt start");
	fake_trace_close(trace);
	verdict("# soft_tdx/pages\npages_owned 0\n", RECORDING_UNCHECKED);
	csv = csv_text();
	assert_string_equal(csv, "t_ns,held_pages,held_back_pairs\n0,0,0\n");
	free(csv);
	trace = fake_trace_create(path, 1);
	fake_trace_close(trace);
	verdict("", RECORDING_UNCHECKED);
	csv = csv_text();
	assert_null(csv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees),
		cmocka_unit_test(area_and_peaks),
		cmocka_unit_test(disagrees),
		cmocka_unit_test(lost_events),
		cmocka_unit_test(says_what_it_cannot_read),
		cmocka_unit_test(nothing_happened),
	};
	int ret;

	if (!mkdtemp(dir))
		return 1;
	path = xasprintf("%s/trace.dat", dir);
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	remove_tree(dir);
	free(path);
	return ret;
}
