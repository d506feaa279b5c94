/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel says of itself: a warning, a report of KASAN, lockdep or RCU.
 */
#ifndef DPAMT_WORKLOADS_STORM_COMPLAINTS_H
#define DPAMT_WORKLOADS_STORM_COMPLAINTS_H

#include <stdbool.h>

/* What was said until now does not count. */
void storm_kernel_watch(void);

/*
 * Did the kernel complain since the last call, or since storm_kernel_watch()? Of the log, a process and those
 * that it forked after storm_kernel_watch() are told once, together; of the taint, each of them once.
 */
bool storm_kernel_warned(void);

/* Is this record, as /dev/kmsg has it, the beginning of a complaint? */
bool storm_complains(const char *record);

#endif
