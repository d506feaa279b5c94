/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes beside the TDs on a host that is short of memory. Some hold memory, so that only so much is
 * free; they are what the OOM killer takes first. One, the victim, allocates at a rate and records how long
 * that took. All are forked before the first TD, because a child would share the TDs' files and keep
 * them alive. Functions return 0, or -1 after fail().
 */
#ifndef DPAMT_WORKLOADS_NEIGHBOURS_H
#define DPAMT_WORKLOADS_NEIGHBOURS_H

#include <stdbool.h>
#include <stdint.h>

#include "run.h"

/* Processes that hold memory; each holds an equal part. */
#define HOLDERS 32

/* Fork the holders; each can hold up to @bytes of memory, and holds none. */
int holders_fork(uint64_t bytes);

/* Let all of them together hold this much, in whole pages each, and wait until they do. */
int holders_hold(uint64_t bytes);

/* How many the kernel has killed. */
unsigned int holders_killed(void);

/* Let go of all memory and end them. */
void holders_end(void);

enum victim_kind { VICTIM_NONE, VICTIM_SMALL, VICTIM_HUGE };

struct victim {
	enum victim_kind kind;
	uint64_t per_second;   /* allocations, uniformly due */
	uint64_t bytes;	     /* region it holds and renews from its beginning to its end, again and
				  again; a multiple of 2 MiB */
	uint64_t drop_bytes; /* of it given back at once, before its pages are touched anew; divides
				  @bytes, a multiple of what it touches */
	bool in_memcg;	     /* enters the inner group of the one that memcg_create() made */
	uint16_t op;	       /* recorded: touching a page; op + 1: from when it was due */
	struct sample_log log; /* with its rows reserved; the victim ends when they are full */
};

/* Fork it, and wait until it holds its whole region. */
int victim_fork(const struct victim *v);

/* What a victim has done, and what its cgroup says of it. */
struct victim_record {
	uint64_t allocations;
	bool stalls_known;   /* the rest is known: it is in a memory cgroup, and there is PSI */
	uint64_t stalls;     /* allocations in which it stalled for memory */
	uint64_t stalled_us; /* for so long, all together */
};

/* Let it begin to renew its region; let it end after its present allocation. */
int victim_begin(void);
int victim_end(struct victim_record *record);

/* Before it touches what is at @at of its region @from: give back what is oldest, if that is due. */
void victim_drop(const struct victim *v, char *from, uint64_t at);

/* Why a victim with huge pages cannot run here, or NULL. */
const char *victim_huge_unavailable(void);

#endif
