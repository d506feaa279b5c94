/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_NUMA_METRICS_H
#define AN_NUMA_METRICS_H

#include "metrics.h"

/*
 * Of a boot on a machine with several nodes (numa.json): S-EPT pages by the node they sit on, from the
 * events of trace.dat, and what each node's allocator counted. Metrics of a node N are nodeN_NAME. Without
 * a trace those of events have no value.
 */
void an_numa_measure(struct an_metrics *set, struct an_boot *boot, struct loaded_runs *runs);

#endif
