// SPDX-License-Identifier: GPL-2.0
/*
 * Shrinking a sequence that fails, and what makes two failures the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/shrink/shrink.h"
#include "bench/shrink/storm_boot.h"

#include <cmocka.h>

#define N 100

/* A sequence fails if it has all of these. */
struct needed {
	size_t at[4];
	size_t n;
	unsigned int calls;
};

static long first_failing(void *arg, bool *const *candidate, size_t candidates, size_t n)
{
	struct needed *needed = arg;
	size_t c, i, there;

	assert_int_equal(n, N);
	needed->calls++;
	for (c = 0; c < candidates; c++) {
		for (there = 0, i = 0; i < needed->n; i++)
			there += candidate[c][needed->at[i]];
		if (there == needed->n)
			break;
	}
	return (long)c;
}

static void check(struct needed needed)
{
	bool in[N];
	struct shrink s = { .in = in, .n = N, .arg = &needed, .first_failing = first_failing };
	size_t i;

	memset(in, 1, sizeof(in));
	assert_int_equal(shrink(&s), 0);
	assert_int_equal(shrink_count(in, N), needed.n);
	for (i = 0; i < needed.n; i++)
		assert_true(in[needed.at[i]]);
	assert_in_range(needed.calls, 1, 60);
}

static void what_is_needed_is_left(void **state)
{
	(void)state;
	check((struct needed){ .n = 0 });
	check((struct needed){ .at = { 0 }, .n = 1 });
	check((struct needed){ .at = { N - 1 }, .n = 1 });
	check((struct needed){ .at = { 0, 49, 50, 99 }, .n = 4 });
	check((struct needed){ .at = { 3, 4, 5 }, .n = 3 });
}

static long broken(void *arg, bool *const *candidate, size_t candidates, size_t n)
{
	(void)arg, (void)candidate, (void)candidates, (void)n;
	return -1;
}

static void an_error_ends_the_search(void **state)
{
	bool in[N] = { true, true };
	struct shrink s = { .in = in, .n = N, .first_failing = broken };

	(void)state;
	assert_int_equal(shrink(&s), -1);
	assert_int_equal(shrink_count(in, N), 2);
}

static void check_failure(const char *reason, const char *failure)
{
	char *got = storm_failure(reason);

	assert_string_equal(got, failure);
	free(got);
}

static void failures_are_compared_by_kind_and_place(void **state)
{
	(void)state;
	check_failure("kernel trouble (WARNING): WARNING: arch/x86/kvm/vmx/tdx.c:1891 at f+0x1/0x2, CPU#0: a/97",
		      "kernel trouble (WARNING): WARNING: arch/x86/kvm/vmx/tdx.c:1891 at f+0x1/0x2");
	check_failure("dpamt-workload: seed 1, round 4, step 7: punch(1, 2, 3, 4) ended with 0: the kernel warned",
		      "the kernel warned");
	check_failure("dpamt-workload: seed 1, round 4: pamt_pairs was 0, and is 2 after all files were closed",
		      "pamt_pairs was N, and is N after all files were closed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_needed_is_left),
		cmocka_unit_test(an_error_ends_the_search),
		cmocka_unit_test(failures_are_compared_by_kind_and_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
