/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A clock that a test plays. Link with --wrap=clock_gettime,--wrap=clock_nanosleep.
 */
#ifndef TESTS_FAKE_CLOCK_H
#define TESTS_FAKE_CLOCK_H

#include <stdint.h>

/* What clock_gettime() says, of every clock. A sleep moves it to the sleep's end. */
extern uint64_t fake_clock_ns;

/* How long after the end of its sleep a thread runs, if that is later than now. */
extern uint64_t fake_clock_wake_delay_ns;

#endif
