/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Was the kernel short of memory? Pressure stall information, counters of /proc/vmstat, and how little
 * memory was free, over a stretch of the run. What this kernel does not tell is null, never 0.
 * The functions do not allocate.
 */
#ifndef DPAMT_WORKLOADS_HOSTMEM_H
#define DPAMT_WORKLOADS_HOSTMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* Zones of /proc/zoneinfo with pages, of all nodes; more are left out. */
#define HOSTMEM_ZONES 16

/* In the order of the table in hostmem.c. */
#define HOSTMEM_COUNTERS 22

struct hostmem_zone {
	int node;
	char name[16];
	uint64_t reserve; /* pages that user memory may not take from it, beside the watermark */
	uint64_t free, min, low,
		high; /* 4K pages; of a stretch, free is the least of all readings */
};

struct hostmem {
	bool psi; /* some and full are known */
	uint64_t psi_some_us, psi_full_us;
	bool known[HOSTMEM_COUNTERS];
	uint64_t counter[HOSTMEM_COUNTERS];
	struct hostmem_zone zone[HOSTMEM_ZONES];
	unsigned int nr_zones;
	unsigned int readings; /* that went into zone[].free */
};

/* Parse a file of that name into @h, which is zeroed before the first. */
void hostmem_parse_pressure(const char *text, struct hostmem *h);
void hostmem_parse_vmstat(const char *text, struct hostmem *h);
void hostmem_parse_zoneinfo(const char *text, struct hostmem *h);

/* Read all three. They stay open. */
void hostmem_read(struct hostmem *h);

/* Read all but the zones, which takes less time. */
void hostmem_read_counts(struct hostmem *h);

/* Read zones alone, and lower zone[].free of @h where less is free now. */
void hostmem_look(struct hostmem *h);

/* What direct reclaim was needed in @h since @before: sum of allocstall_*. False if not known. */
bool hostmem_stalls(const struct hostmem *before, const struct hostmem *h, uint64_t *stalls);

/*
 * Pages that in @h went to another NUMA node than the one they were meant for, since @before. False if not
 * known.
 */
bool hostmem_elsewhere(const struct hostmem *before, const struct hostmem *h, uint64_t *pages);

/* Pages free for user memory above the low watermarks, of all zones of @nodes (bits). */
uint64_t hostmem_free_above_low(const struct hostmem *h, uint64_t nodes);

/* As documented in README.md, key memory_pressure. */
json_t *hostmem_json(const struct hostmem *before, const struct hostmem *h);

#endif
