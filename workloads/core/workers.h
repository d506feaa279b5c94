/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads that start together. Their stacks are mapped once, up front, because every change of the
 * address space visits the MMU notifier of each living TD.
 */
#ifndef DPAMT_WORKLOADS_WORKERS_H
#define DPAMT_WORKLOADS_WORKERS_H

#include <stdint.h>

/* One thread's work; returns 0, or -1 after fail(). */
typedef int (*worker_fn)(unsigned int thread, void *arg);

/* Map stacks for up to max threads. Returns 0, or -1 after fail(). */
int workers_init(unsigned int max);

/*
 * Run fn(0..n-1, arg) on n threads, let loose at the same moment once all of them are up, and wait
 * for the last one. n is at most workers_init()'s max. Returns 0 if all did, else -1.
 */
int workers_run(unsigned int n, worker_fn fn, void *arg);

/* When the threads of the last workers_run() were let loose, CLOCK_MONOTONIC in ns. */
uint64_t workers_start_ns(void);

#endif
