// SPDX-License-Identifier: GPL-2.0
/*
 * A timer for each thread, whose signal does nothing but interrupt; and one that kills.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/err.h"
#include "interrupt.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static _Thread_local timer_t timer;

static void nothing(int sig)
{
	(void)sig;
}

int storm_interrupt_init(void)
{
	struct sigaction act = { .sa_handler = nothing };
	struct sigevent event = {
		.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1,
		.sigev_notify_thread_id = gettid(),
	};

	if (sigaction(SIGUSR1, &act, NULL) || timer_create(CLOCK_MONOTONIC, &event, &timer))
		return fail("no timer for a thread of the storm: %s", strerror(errno));
	return 0;
}

static void set_period(long ns)
{
	struct itimerspec t = { { 0, ns }, { 0, ns } };
	int err = errno;

	timer_settime(timer, 0, &t, NULL);
	errno = err;
}

void storm_interrupt_on(long ns)
{
	set_period(ns);
}

void storm_interrupt_off(void)
{
	set_period(0);
}

int storm_signal_in(long ns)
{
	struct itimerspec once = { { 0, 0 }, { 0, ns } };

	return timer_settime(timer, 0, &once, NULL);
}

int storm_kill_in(long ns)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL };
	struct itimerspec once = { { 0, 0 }, { 0, ns } };
	timer_t killer;

	return timer_create(CLOCK_MONOTONIC, &event, &killer)
		       ? -1
		       : timer_settime(killer, 0, &once, NULL);
}

void storm_interrupt_exit(void)
{
	timer_delete(timer);
}
