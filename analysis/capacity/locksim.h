/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_LOCKSIM_H
#define PL_LOCKSIM_H

#include <stdbool.h>

#include "fleet.h"
#include "hold.h"

enum pl_lock {
	PL_LOCK_GLOBAL,		/* one spinlock around every get and put */
	PL_LOCK_IRQSAVE,	/* the same, raw, interrupts off from before the wait on */
	PL_LOCK_FASTPATH,	/* one spinlock, only where the refcount leaves or reaches zero */
	PL_LOCK_HASHED,		/* one of 64, by region */
	PL_NR_LOCKS
};

const char *pl_lock_name(enum pl_lock design);
/* The kernel variant with this lock and free policy immediate. */
const char *pl_lock_variant(enum pl_lock design);

/* A random duration in ns. */
struct pl_duration {
	enum { PL_D_FIXED, PL_D_EXPONENTIAL, PL_D_HIST } kind;
	double mean_ns;
	struct pl_hist hist;	/* PL_D_HIST: its shape; scaled to mean_ns */
};

struct pl_lock_model {
	enum pl_lock design;
	unsigned int vcpus;		/* 1.. ; the first is the victim */
	unsigned int locks;		/* of the hashed design */
	double region_calls;		/* calls in a row for one region */
	struct pl_duration think;	/* from the end of a call to the next, one vCPU */
	struct pl_duration victim_think;	/* of the first vCPU; mean 0: as the others */
	struct pl_duration take;	/* to take a lock that is free; counts as wait */
	struct pl_duration hold;	/* lock held, SEAMCALL not counted */
	struct pl_duration seamcall;	/* PAMT.ADD or PAMT.REMOVE */
	double seamcall_share;		/* of calls that make one, 0..1 */
	double handoff_ns;		/* from one vCPU to another */
	double line_ns;			/* an uncontended call that takes no lock */
};

struct pl_lock_result {
	double calls_per_s, utilisation;	/* of the busiest lock */
	struct pl_dist wait_ns, irqs_off_ns;	/* of all vCPUs */
	struct pl_dist victim_ns;		/* whole call, first vCPU */
};

/* Simulate @calls calls after a tenth of that as warm-up. */
void pl_lock_run(const struct pl_lock_model *m, unsigned long seed, unsigned long calls,
		 struct pl_lock_result *r);

/*
 * vCPUs from which on the lock is saturated: (think + call) / time the busiest lock is not free per
 * call, a hand-over included, the crossing of both asymptotes of a closed queueing network.
 */
double pl_lock_knee(const struct pl_lock_model *m);

#endif
