/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The clock of all programs: CLOCK_MONOTONIC through the vDSO, in nanoseconds. The kernel's
 * trace_clock "mono" is the same clock, so samples and tracepoints share a time axis.
 */
#ifndef LIB_CLOCK_H
#define LIB_CLOCK_H

#include <errno.h>
#include <stdint.h>
#include <time.h>

#define NSEC_PER_SEC 1000000000ULL

/* Nanoseconds of CLOCK_MONOTONIC. */
static inline uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/* Milliseconds of CLOCK_MONOTONIC. */
static inline int64_t now_ms(void)
{
	return (int64_t)(now_ns() / 1000000);
}

/* Wait until CLOCK_MONOTONIC reaches at_ns; returns at once if that is past. */
static inline void wait_until_ns(uint64_t at_ns)
{
	struct timespec ts = {
		.tv_sec = (time_t)(at_ns / NSEC_PER_SEC),
		.tv_nsec = (long)(at_ns % NSEC_PER_SEC),
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
		;
}

#endif
