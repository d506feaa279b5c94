/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process that lives on the host beside the TDs and has most of its memory: anonymous pages of 4K,
 * which the kernel can move. It took all there was and gave pieces of 1 to 512 pages back, so free memory
 * lies in pieces, too. It drops and takes such pieces as time goes by. The first that the OOM killer takes.
 * Functions return 0, or -1 after fail().
 */
#ifndef DPAMT_WORKLOADS_TENANT_H
#define DPAMT_WORKLOADS_TENANT_H

#include <stdint.h>

/* Fork it; it can hold up to @pages and holds none. @seed: of the pieces it draws. */
int tenant_fork(uint64_t pages, uint64_t seed);

/* Take pages, one after the other, until it holds this many. */
int tenant_fill(uint64_t pages);

/* Drop or take drawn pieces until it holds this many. */
int tenant_hold(uint64_t pages);

/* Drop this many pages, in drawn pieces, and take as many in others. */
int tenant_turn_over(uint64_t pages);

/* Let go of all memory and end it. Fails if it has ended before. */
int tenant_end(void);

#endif
