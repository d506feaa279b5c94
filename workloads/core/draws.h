/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between two boots of a real machine, drawn from the seed: when within a tick of the
 * scheduler a measured operation begins, what was done with the free memory before, and on which
 * CPU a thread begins. Without it boots in virtual time are nearly copies of each other, and an
 * interval over such boots holds for one build of the kernel only.
 */
#ifndef DPAMT_WORKLOADS_DRAWS_H
#define DPAMT_WORKLOADS_DRAWS_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

/* Files in tmpfs, and 4K pages in all of them, at most; see draws_use_memory(). */
#define DRAWS_MAX_FILES		64
#define DRAWS_MAX_PAGES		4096

/*
 * Draw for a run with up to @threads threads. Everything below does nothing if @on is false.
 * Call it when the process may run on the CPUs that it is meant to use, and no others. Returns 0,
 * or -1 after fail().
 */
int draws_prepare(bool on, uint64_t seed, unsigned int threads);

/*
 * Write a drawn number of pages to a drawn number of files in tmpfs, in a drawn order, and drop
 * the files in another. All memory is free again, in lists of another order. Returns 0, or -1 after
 * fail().
 */
int draws_use_memory(void);

/*
 * Move the calling thread to the CPU drawn for thread number @thread. It is not bound: the scheduler
 * may move it on. Returns 0, or -1 after fail().
 */
int draws_begin_on_cpu(unsigned int thread);

/* The main thread waits a drawn part of a tick, 0..tick-1 ns; returns that part. */
uint64_t draws_wait_phase(void);

/* The same before a single operation, by the thread that does it. Returns how long it took, in ns. */
uint64_t draws_wait_operation(unsigned int thread);

/* What was drawn, for the result; NULL if nothing is. */
json_t *draws_json(void);

#endif
