/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A clock that a test plays. Tests that include this file call it in place of the system's.
 */
#ifndef TESTS_FAKE_CLOCK_H
#define TESTS_FAKE_CLOCK_H

#include <stdint.h>

#define FAKE_CLOCK_TICK_NS 4000000 /* resolution of CLOCK_MONOTONIC_COARSE */

/* What clock_gettime() says, of every clock. A sleep moves it to the sleep's end. */
extern uint64_t fake_clock_ns;

/* How long after the end of its sleep a thread runs, if that is later than now. */
extern uint64_t fake_clock_wake_delay_ns;

#endif
