/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_PERF_STAT_H
#define AN_PERF_STAT_H

#include "metrics.h"

/* What an_missing_count.program says of events that perf stat did not count. */
#define AN_PERF_STAT "perf stat"

/*
 * The events in perf-stat.json of @boot, if it has one: each becomes a metric "perf_EVENT" in events,
 * or in ns for the clocks. An event that perf could not count has no value (it is not 0) and is added
 * to set->missing.
 */
void an_perf_measure(struct an_metrics *set, struct an_boot *boot, struct loaded_runs *runs);

#endif
