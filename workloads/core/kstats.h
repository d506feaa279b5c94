/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's own counters of S-EPT pages and PAMT pairs, /sys/kernel/debug/tdx_stats: what a
 * workload reads of them to verify itself. Kernels without them are none the worse: absent is null.
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
