/* SPDX-License-Identifier: GPL-2.0 */
#ifndef GUEST_RECORD_H
#define GUEST_RECORD_H

#include <stdbool.h>

/*
 * Begin to record the tdx trace events, with @buffer_kb KiB per CPU. When a
 * buffer is full, further events of that CPU are dropped and counted, so that
 * what is kept has no gaps. Returns false where the kernel has no tracing;
 * dies of any other failure.
 */
bool record_start(unsigned long buffer_kb);

/* End what record_start() began. */
void record_stop(void);

/*
 * Write what was recorded to @dir/trace.dat, as trace-cmd 2.x and 3.x read it
 * (trace-cmd.dat.v6(5)): the pages of the ring buffers as they are, the
 * formats of the events in them, the names of the processes, and per CPU what
 * /sys/kernel/tracing/per_cpu/cpuN/stats says. Dies of a failure.
 */
void record_save(const char *dir);

#endif
