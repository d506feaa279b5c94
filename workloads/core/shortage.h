/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Make memory short, and tell who met the shortage: in a memory cgroup by its limit, on the machine (with
 * --numa, on its node) by processes that hold the rest. Functions return 0, or -1 after fail().
 */
#ifndef DPAMT_WORKLOADS_SHORTAGE_H
#define DPAMT_WORKLOADS_SHORTAGE_H

#include <stdint.h>

#include "bench/rundir/replacements_csv.h"
#include "hostmem.h"

enum shortage { SHORT_CGROUP, SHORT_MACHINE };

/* Create the cgroup, or fork the processes that will hold memory. Nothing is short yet. */
int shortage_prepare(enum shortage where);

/* What is free now is all that is left beside the TDs: it is from this that the processes hold. */
void shortage_begin(const struct hostmem *now);

/* Leave so much: below the cgroup's limit, or above the low watermarks. */
int shortage_set(uint64_t headroom_kib);

/* End the shortage. */
int shortage_lift(void);

/* What a round is compared by; does not allocate. */
struct shortage_reading {
	uint64_t limits_met, kills;
	struct hostmem counts;
};

int shortage_read(struct shortage_reading *now);

/* Into @r what all replacements of a round share: waits, oom_kills, allocstall, psi_*. */
int shortage_judge(const struct shortage_reading *from, const struct shortage_reading *to,
		   struct replacement *r);

#endif
