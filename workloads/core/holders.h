/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes that hold memory, so that only so much is free; they are what the OOM killer takes first. They are
 * forked before the first TD, because a child would share the TDs' files and keep them alive. Functions return
 * 0, or -1 after fail().
 */
#ifndef DPAMT_WORKLOADS_HOLDERS_H
#define DPAMT_WORKLOADS_HOLDERS_H

#include <stdint.h>

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

#endif
