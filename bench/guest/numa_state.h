/* SPDX-License-Identifier: GPL-2.0 */
#ifndef GUEST_NUMA_STATE_H
#define GUEST_NUMA_STATE_H

#include "bench/rundir/numa_file.h"

/*
 * The nodes of this machine with their CPUs and page frames, as below @sysfs (/sys) and in the file
 * @zoneinfo (/proc/zoneinfo), and the readings before the command. Without NUMA, or with one node, @f has none. Dies
 * of a file that is damaged.
 */
void numa_begin(const char *sysfs, const char *zoneinfo, struct numa_file *f);

/* The readings after the command. */
void numa_end(const char *sysfs, struct numa_file *f);

#endif
