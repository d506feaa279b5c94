// SPDX-License-Identifier: GPL-2.0
/*
 * Times of arrivals, and how punctual an open loop is; see arrivals.h.
 */
#include <math.h>

#include "lib/clock.h"
#include "arrivals.h"

double rng_exponential(struct rng *rng, double mean)
{
	/* erand48() is in [0, 1), so the logarithm is finite. */
	return -mean * log1p(-erand48(rng->state));
}

uint64_t arrivals_next(struct arrivals *a)
{
	double gap_ns = (double)NSEC_PER_SEC / a->per_second;
	uint64_t of_all = a->nr++ * a->threads + a->thread;

	if (a->kind == ARRIVALS_BURST)
		of_all -= of_all % a->burst;
	if (a->kind == ARRIVALS_POISSON)
		a->since_ns += rng_exponential(&a->rng, gap_ns * (double)a->threads);
	else
		a->since_ns = gap_ns * (double)of_all;
	return a->start_ns + (uint64_t)a->since_ns;
}

struct open_loop open_loop_init(const struct arrivals *a, uint64_t nr)
{
	struct open_loop loop = { .next = *a, .ahead = *a, .left = nr, .not_due = nr };

	loop.ahead_ns = arrivals_next(&loop.ahead);
	return loop;
}

/* Walk a copy of the arrivals up to now_ns. Returns how many are due and not started. */
static uint64_t due(struct open_loop *loop, uint64_t at_ns)
{
	while (loop->not_due && loop->ahead_ns <= at_ns) {
		loop->not_due--;
		loop->ahead_ns = arrivals_next(&loop->ahead);
	}
	return loop->left - loop->not_due;
}

static void at_least(uint64_t *max, uint64_t value)
{
	if (value > *max)
		*max = value;
}

uint64_t open_loop_wait(struct open_loop *loop)
{
	uint64_t due_ns = arrivals_next(&loop->next), ready_ns = now_ns(), woken_ns;

	if (ready_ns < due_ns) {
		wait_until_ns(due_ns);
		woken_ns = now_ns();
		loop->idle_ns += woken_ns - ready_ns;
		at_least(&loop->max_wake_ns, woken_ns - due_ns);
	} else if (ready_ns > due_ns) {
		loop->late++;
		at_least(&loop->max_late_ns, ready_ns - due_ns);
		at_least(&loop->max_due, due(loop, ready_ns));
	}
	loop->started++;
	loop->left--;
	return due_ns;
}

uint64_t open_loop_peek(const struct open_loop *loop)
{
	struct arrivals next = loop->next;

	return arrivals_next(&next);
}

static void atomic_at_least(atomic_uint_fast64_t *max, uint64_t value)
{
	uint_fast64_t seen = atomic_load(max);

	while (seen < value && !atomic_compare_exchange_weak(max, &seen, value))
		;
}

void open_loop_done(const struct open_loop *loop, struct backlog *all)
{
	all->started += loop->started;
	all->late += loop->late;
	all->idle_ns += loop->idle_ns;
	atomic_at_least(&all->max_late_ns, loop->max_late_ns);
	atomic_at_least(&all->max_due, loop->max_due);
	atomic_at_least(&all->max_wake_ns, loop->max_wake_ns);
}

json_t *backlog_json(const struct backlog *all)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}",
			 "started", (json_int_t)all->started,
			 "late_starts", (json_int_t)all->late,
			 "max_late_ns", (json_int_t)all->max_late_ns,
			 "max_due_per_thread", (json_int_t)all->max_due,
			 "max_wake_ns", (json_int_t)all->max_wake_ns,
			 "idle_ns", (json_int_t)all->idle_ns);
}
