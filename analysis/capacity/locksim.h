/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_LOCKSIM_H
#define PL_LOCKSIM_H

#include <stdbool.h>
#include <stddef.h>

#include "fleet.h"
#include "hold.h"

#define PL_LOCK_PER_REGION 0	/* pl_design.locks: as many as regions */

/* What becomes of the pair that tdx_pamt_get() turns out not to need. */
enum pl_pair {
	PL_PAIR_FREED,		/* taken on each get; reset and given back to the page allocator */
	PL_PAIR_RECYCLED,	/* taken from the vCPU's cache on each get, and put back there */
	PL_PAIR_ON_DEMAND,	/* taken only where the region has none */
};

/* What a design of tdx_pamt_get() and tdx_pamt_put() does; pl_designs() lists them. */
struct pl_design {
	const char *name;	/* the kernel variant's, where there is one */
	const char *colour;	/* in figures */
	unsigned int locks;	/* 1: global; N: hashed by region; PL_LOCK_PER_REGION */
	bool fastpath;		/* no lock where the refcount stays above zero */
	bool irqsave;		/* interrupts are off while waiting and while holding */
	enum pl_pair pair;
};

/* A random duration in ns. */
struct pl_duration {
	enum { PL_D_FIXED, PL_D_EXPONENTIAL, PL_D_HIST } kind;
	double mean_ns;
	struct pl_hist hist;	/* PL_D_HIST: its shape; scaled to mean_ns */
};

/*
 * N CPUs that fault or tear down, and what they share. Durations in ns, all >= 0.
 *
 * A call takes a pair, takes the lock, holds it (with a SEAMCALL in some calls), and frees what it
 * does not need. A fault does other work before the next call, and takes a page for the guest.
 */
struct pl_lock_model {
	struct pl_design design;
	unsigned int vcpus;		/* 1.. ; the first is the victim */
	double put_ratio;		/* share of calls that are puts, 0..1 */
	double seamcall_ratio;		/* share of calls that make a SEAMCALL, 0..1 */
	struct pl_duration think;	/* from the end of a call to the next, one vCPU */
	struct pl_duration victim_think;	/* of the first vCPU; mean 0: as the others */
	struct pl_duration take;	/* to take a lock that is free; counts as wait */
	struct pl_duration hold;	/* lock held, SEAMCALL not counted */
	struct pl_duration get_seamcall, put_seamcall;	/* PAMT.ADD, PAMT.REMOVE */
	double handoff_ns;		/* the lock's cache line, from one CPU to another */
	double line_ns;			/* a call that takes no lock, refcount's line at hand */
	double line_handoff_ns;		/* the refcount's line, from one CPU to another */
	double pair_alloc_ns, pair_free_ns;	/* two pages, memcg charge included */
	double pair_reset_ns;		/* two pages cleared */
	double pair_cache_ns;		/* a pair out of the vCPU's cache and back */
	unsigned int region_vcpus;	/* vCPUs that work in the same region at a time, 1.. */
	double region_calls;		/* calls in a row for one region */
	unsigned int line_regions;	/* regions in use that share a cache line of refcounts, 1.. */
	unsigned int zones;		/* page allocator's zone locks, vCPUs spread over them, 1.. */
	unsigned int batch_pages;	/* pages per zone lock taken; 0: never taken */
	unsigned int high_pages;	/* of a CPU's list, above which a batch goes back */
	double zone_page_ns;		/* zone lock held, per page of a batch */
};

struct pl_lock_result {
	double calls_per_s;
	double utilisation;		/* of the busiest lock, 0..1 */
	double zone_utilisation;	/* of the busiest zone lock, 0..1 */
	double locked_ratio;		/* calls that took a lock */
	double zone_takes;		/* zone locks taken, per call */
	struct pl_dist wait_ns;		/* of calls that took a lock */
	struct pl_dist call_ns;		/* whole call, pair allocation and free included */
	struct pl_dist get_ns, put_ns;	/* the same, apart */
	struct pl_dist irqs_off_ns;	/* per call, by the lock and the SEAMCALL */
	struct pl_dist victim_ns;	/* whole call, first vCPU */
};

/*
 * Simulate @calls calls after a tenth of that as warm-up. The same model, @seed and @calls give
 * the same result.
 */
void pl_lock_run(const struct pl_lock_model *m, unsigned long seed, unsigned long calls,
		 struct pl_lock_result *r);

/* Mean time of one vCPU alone, from call to call, and of the call in it. */
double pl_lock_cycle_ns(const struct pl_lock_model *m);
double pl_lock_call_ns(const struct pl_lock_model *m);

/*
 * vCPUs from which on the pamt lock is saturated: cycle / time that the busiest lock is not free
 * per call, a hand-over included. There the two asymptotes of a closed queueing network cross.
 * INFINITY: never.
 */
double pl_lock_knee(const struct pl_lock_model *m);

#endif
