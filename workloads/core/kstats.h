/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads the kernel's counters of S-EPT pages and PAMT pairs in /sys/kernel/debug/tdx_stats, with which
 * a workload verifies itself. Kernels without them work too; the values in the result are then null.
 */
#ifndef DPAMT_WORKLOADS_KSTATS_H
#define DPAMT_WORKLOADS_KSTATS_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

/* Line "name value" of a file in tdx_stats. False if there is no such file or line. */
bool kstat(const char *file, const char *name, int64_t *value);

/* An integer, or null where known is false. */
json_t *known_json(bool known, int64_t value);

#endif
