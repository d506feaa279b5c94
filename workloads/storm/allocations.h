/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Allocations that fail on purpose, where the kernel can do that: FAULT_INJECTION.
 */
#ifndef DPAMT_WORKLOADS_STORM_ALLOCATIONS_H
#define DPAMT_WORKLOADS_STORM_ALLOCATIONS_H

#include <stdbool.h>

/* Once, for all processes: what may sleep may fail, too. */
void storm_allocations_init(void);

/* Whether the kernel can let allocations fail. */
bool storm_allocations_can_fail(void);

/*
 * Of the allocations that the calling thread makes in steps, from the next one on, each @n-th is to fail, so many
 * times, and one in a step at most. Returns 0, or -1 with errno ENOENT: the kernel cannot do that.
 */
int storm_fail_allocations(unsigned int n, unsigned int times);

/* The system calls of a step begin and end: allocations in between count, those of the storm itself do not. */
void storm_allocations_begin(void);

/* Returns whether one failed. Keeps errno. */
bool storm_allocations_end(void);

#endif
