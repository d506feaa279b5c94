/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The victim: a process beside the TDs that needs memory at a rate and records how long it took to get it. It
 * renews anonymous memory, or it writes to a file, whose pages the kernel writes back. It is forked before the
 * first TD, because a child would share the TDs' files and keep them alive. Functions return 0, or -1 after
 * fail().
 */
#ifndef DPAMT_WORKLOADS_VICTIM_H
#define DPAMT_WORKLOADS_VICTIM_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "run.h"

enum victim_kind { VICTIM_NONE, VICTIM_SMALL, VICTIM_HUGE, VICTIM_FILE };

struct victim {
	enum victim_kind kind;
	uint64_t per_second; /* pages, uniformly due */
	uint64_t bytes;	     /* of memory or of the file, which it goes through from its beginning
				to its end, again and again; a multiple of 2 MiB */
	uint64_t drop_bytes; /* memory: of it given back at once, before its pages are touched anew;
				divides @bytes, a multiple of what it touches */
	uint64_t
		dirty_bytes; /* file: the machine's limit of dirty pages; write-back begins at half */
	uint64_t sync_bytes; /* file: fdatasync() each time that so much was written; 0: never */
	bool in_memcg;	     /* enters the inner group of the one that memcg_create() made */
	uint16_t
		op; /* recorded: touching or writing a page; op + 1: from when it was due; file: op + 2:
			fdatasync() */
	struct sample_log log; /* with its rows reserved; the victim ends when they are full */
};

/* Fork it, and wait until it holds its whole region. */
int victim_fork(const struct victim *v);

/* What a victim has done, and what its cgroup says of it. */
struct victim_record {
	uint64_t pages, syncs;
	bool stalls_known; /* the next two are known: it is in a memory cgroup, and there is PSI */
	uint64_t stalls;   /* pages at which it stalled for memory */
	uint64_t stalled_us; /* for so long, all together */
	bool file_known;     /* the rest is known: it writes to a file */
	uint64_t refused;    /* writes that got ENOMEM; they were tried again */
	uint64_t slept;	     /* pages at whose write it slept: throttled, or behind write-back */
	uint64_t lost_pages; /* that were no longer in the cache when they were written anew */
	uint64_t dirty_peak_pages, writeback_peak_pages; /* of its file, seen each 64 pages */
};

/* Let it begin to renew its region; let it end after its present page. */
int victim_begin(void);
int victim_end(struct victim_record *record);

/* Into @result what README.md has of a victim, null where it is not known. */
void victim_json(const struct victim_record *record, json_t *result);

/* Before it touches what is at @at of its region @from: give back what is oldest, if that is due. */
void victim_drop(const struct victim *v, char *from, uint64_t at);

/* Why a victim of this kind cannot run here, or NULL. */
const char *victim_unavailable(enum victim_kind kind);

#endif
