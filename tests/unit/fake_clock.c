// SPDX-License-Identifier: GPL-2.0
#include "fake_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include "lib/clock.h"

#include <cmocka.h>

uint64_t fake_clock_ns, fake_clock_wake_delay_ns;

int __wrap_clock_getres(clockid_t id, struct timespec *ts);
int __wrap_clock_gettime(clockid_t id, struct timespec *ts);
int __wrap_clock_nanosleep(clockid_t id, int flags, const struct timespec *at,
			   struct timespec *left);

int __wrap_clock_getres(clockid_t id, struct timespec *ts)
{
	assert_int_equal(id, CLOCK_MONOTONIC_COARSE);
	*ts = (struct timespec){ .tv_nsec = FAKE_CLOCK_TICK_NS };
	return 0;
}

int __wrap_clock_gettime(clockid_t id, struct timespec *ts)
{
	(void)id;
	ts->tv_sec = (time_t)(fake_clock_ns / NSEC_PER_SEC);
	ts->tv_nsec = (long)(fake_clock_ns % NSEC_PER_SEC);
	return 0;
}

int __wrap_clock_nanosleep(clockid_t id, int flags, const struct timespec *at,
			   struct timespec *left)
{
	uint64_t awake_ns = (uint64_t)at->tv_sec * NSEC_PER_SEC + (uint64_t)at->tv_nsec +
			    fake_clock_wake_delay_ns;

	(void)left;
	assert_int_equal(id, CLOCK_MONOTONIC);
	assert_int_equal(flags, TIMER_ABSTIME);
	if (awake_ns > fake_clock_ns)
		fake_clock_ns = awake_ns;
	return 0;
}
