/* SPDX-License-Identifier: GPL-2.0 */
#ifndef GUEST_RECORD_H
#define GUEST_RECORD_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Begin to record the tdx trace events, with @buffer_kb KiB per CPU.
 * Returns false where the kernel has no tracing; dies of any other failure.
 */
bool record_start(unsigned long buffer_kb);

/* End what record_start() began. */
void record_stop(void);

/*
 * Write the trace to files in @dir. Returns how many events were overwritten
 * or dropped, summed over the CPUs.
 */
uint64_t record_save(const char *dir);

#endif
