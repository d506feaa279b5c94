/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_METRICS_H
#define AN_METRICS_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/rundir/metric_table.h"
#include "measured_boot.h"

/* What a program beside or around the command should have counted in some boots and did not. */
struct an_missing_count {
	const char *program; /* "perf stat", "stress-ng" */
	char *what, *why;    /* WHAT was WHY: "cycles" was "not supported" */
	size_t boots;
};

/* An event that shared a counter with others: it was counted for a part of the time. */
struct an_shared_event {
	char *event;
	size_t boots;
	double least_percent;	/* of the time, in the boot with the least */
};

/* All metrics of a report, in the order of its tables; boots index their values by place. */
struct an_metrics {
	struct metric *m;
	size_t n;
	struct an_missing_count *missing;
	size_t nr_missing;
	struct an_shared_event *shared;
	size_t nr_shared;
};

void an_metrics_init(struct an_metrics *set);
void an_metrics_free(struct an_metrics *set);

/* Place of metric @name, or -1. */
int an_metrics_find(const struct an_metrics *set, const char *name);

/* Note that a boot lacks @what, a count of @program (a literal), because of @why. */
void an_missing(struct an_metrics *set, const char *program, const char *what, const char *why);

/*
 * Set metric @name of @boot. One that @set does not know is added, as a secondary one in @unit (a
 * literal). NaN is no value.
 */
void an_boot_set(struct an_metrics *set, struct an_boot *boot, const char *name, const char *unit,
		 bool latency, double value);

/*
 * Read samples, counters, retention, trace, tables, perf stat and stress-ng of @boot and fill its values, curves and
 * histogram. Adds metrics of new operations to @set. A file that cannot be read leaves its metrics
 * without a value in this boot, and adds a remark.
 */
void an_boot_measure(struct an_metrics *set, struct an_boot *boot, struct loaded_runs *runs);

/* Value of metric @id in @boot; NaN if it has none. */
double an_boot_value(const struct an_boot *boot, size_t id);

#endif
