// SPDX-License-Identifier: GPL-2.0
/*
 * Arrivals and the open loop's books, against a played clock: when operations are due,
 * which of them are late and by how much, and what the random streams look like.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/clock.h"
#include "workloads/core/arrivals.h"
#include "fake_clock.h"

#include <cmocka.h>

static struct arrivals uniform(double per_second, uint64_t threads, uint64_t thread)
{
	return (struct arrivals){
		.kind = ARRIVALS_UNIFORM, .per_second = per_second, .threads = threads,
		.thread = thread, .start_ns = 5000,
	};
}

/* Two threads at 1 per microsecond: one has the even ones, one the odd ones. */
static void uniform_times(void **state)
{
	struct arrivals a = uniform(1e6, 2, 0), b = uniform(1e6, 2, 1);
	uint64_t i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		assert_int_equal(arrivals_next(&a), 5000 + 2000 * i);
		assert_int_equal(arrivals_next(&b), 6000 + 2000 * i);
	}
}

static void bursts(void **state)
{
	struct arrivals a = uniform(1e6, 1, 0);
	uint64_t i;

	(void)state;
	a.kind = ARRIVALS_BURST;
	a.burst = 4;
	for (i = 0; i < 40; i++)
		assert_int_equal(arrivals_next(&a), 5000 + i / 4 * 4000);
}

/*
 * Mean gap and its spread within five standard errors of what a Poisson stream has, for a thread of
 * one and a thread of four; other seeds give other streams.
 */
static void poisson(void **state)
{
	const double n = 100000;
	uint64_t threads, i, last, at;
	double gap, sum, squares, mean_ns;

	(void)state;
	for (threads = 1; threads <= 4; threads += 3) {
		struct arrivals a = uniform(1e6, threads, threads - 1);

		a.kind = ARRIVALS_POISSON;
		a.rng = rng_init(7, 1);
		mean_ns = 1000 * (double)threads;
		last = a.start_ns;
		sum = squares = 0;
		for (i = 0; i < (uint64_t)n; i++) {
			at = arrivals_next(&a);
			assert_true(at >= last);
			gap = (double)(at - last);
			sum += gap;
			squares += gap * gap;
			last = at;
		}
		assert_true(fabs(sum / n - mean_ns) < 5 * mean_ns / sqrt(n));
		/* The variance of a squared exponential is 20 mean^4. */
		assert_true(fabs(squares / n - 2 * mean_ns * mean_ns) <
			    5 * sqrt(20) * mean_ns * mean_ns / sqrt(n));
	}
}

static void streams_differ(void **state)
{
	struct arrivals a = uniform(1e6, 1, 0), b = a, c = a;
	unsigned int same = 0, i;

	(void)state;
	a.kind = b.kind = c.kind = ARRIVALS_POISSON;
	a.rng = b.rng = rng_init(7, 1);
	c.rng = rng_init(8, 1);
	for (i = 0; i < 100; i++) {
		uint64_t at = arrivals_next(&a);

		assert_int_equal(at, arrivals_next(&b));
		same += at == arrivals_next(&c);
	}
	assert_true(same < 5);
}

/*
 * Due at 5, 6, 7, ... us. The second takes 2.5 us and makes the third 1.5 us late, with the fourth
 * due as well; each of the others takes 0.25 us.
 */
static void stall(void **state)
{
	const struct arrivals a = uniform(1e6, 1, 0);
	struct open_loop loop = open_loop_init(&a, 6);
	struct backlog all = { 0 };
	uint64_t i;

	(void)state;
	fake_clock_ns = 1000;
	fake_clock_wake_delay_ns = 10;
	for (i = 0; i < 6; i++) {
		assert_int_equal(open_loop_peek(&loop), 5000 + 1000 * i);
		assert_int_equal(open_loop_wait(&loop), 5000 + 1000 * i);
		fake_clock_ns += i == 1 ? 2490 : 250;
	}
	open_loop_done(&loop, &all);
	open_loop_done(&loop, &all);
	assert_int_equal(all.started, 12);
	/* The third starts at 8.5 us, 1.5 late; the fourth at 8.75, 0.75 late; no other is. */
	assert_int_equal(all.late, 4);
	assert_int_equal(all.max_late_ns, 1500);
	assert_int_equal(all.max_due, 2);
	assert_int_equal(all.max_wake_ns, 10);
	/* Asleep from 1 to 5.01, 5.26 to 6.01, and, after the fifth, 9.25 to 10.01. */
	assert_int_equal(all.idle_ns, 2 * (4010 + 750 + 760));
	fake_clock_wake_delay_ns = 0;
}

/* Nothing is counted as due beyond the arrivals there are. */
static void end_of_arrivals(void **state)
{
	const struct arrivals a = uniform(1e6, 1, 0);
	struct open_loop loop = open_loop_init(&a, 3);
	uint64_t i;

	(void)state;
	fake_clock_ns = NSEC_PER_SEC;
	for (i = 0; i < 3; i++)
		open_loop_wait(&loop);
	assert_int_equal(loop.late, 3);
	assert_int_equal(loop.max_due, 3);
	assert_int_equal(loop.max_late_ns, NSEC_PER_SEC - 5000);
	assert_int_equal(loop.idle_ns, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uniform_times), cmocka_unit_test(bursts),
		cmocka_unit_test(poisson),	 cmocka_unit_test(streams_differ),
		cmocka_unit_test(stall),	 cmocka_unit_test(end_of_arrivals),
	};

	return cmocka_run_group_tests_name("workload arrivals", tests, NULL, NULL);
}
