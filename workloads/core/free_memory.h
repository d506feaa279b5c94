/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In which pieces a host's memory is free, as struct age has it. What this kernel does not tell is
 * AGE_UNKNOWN. Zone DMA is left out: it is a reserve.
 */
#ifndef DPAMT_WORKLOADS_FREE_MEMORY_H
#define DPAMT_WORKLOADS_FREE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "bench/rundir/age_csv.h"

/* The parts of @a that a file of that name tells, from its text. */
void free_memory_parse_buddyinfo(const char *text, struct age *a);
void free_memory_parse_pagetypeinfo(const char *text, struct age *a);
void free_memory_parse_zoneinfo(const char *text, struct age *a);

/*
 * How many aligned 2 MiB of @flags, what /proc/kpageflags says of @n pages from the first of such a piece
 * on, have a page that is neither free nor can be moved. A piece without any page is none.
 */
uint64_t free_memory_blocked(const uint64_t *flags, size_t n);

/*
 * Read everything but huge_pages and blocked_2m. Changes nothing. The files are opened by the first call, and
 * stay open.
 */
void free_memory_read(struct age *a);

/*
 * Have the kernel compact all memory, ask it for as many huge pages as there is memory, and give them back:
 * huge_pages. Then count blocked_2m. Pages are moved on the way; afterwards none is taken. Returns 0, or -1
 * after fail() if the machine would not be as before.
 */
int free_memory_try_huge(struct age *a);

/* Why free_memory_try_huge() cannot be done here, or NULL. */
const char *free_memory_huge_unavailable(void);

#endif
