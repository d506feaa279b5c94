/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_METRICS_H
#define AN_METRICS_H

#include <stdbool.h>
#include <stddef.h>

#include "boot.h"

/* Which question a metric was chosen beforehand to answer; see analysis/README.md. */
enum an_role {
	AN_SECONDARY,
	AN_PRIMARY_TEARDOWN,	/* in experiments without conversions */
	AN_PRIMARY_CONVERT,	/* in experiments with conversions */
	AN_PRIMARY_FAULT,	/* in experiments that time faults, with or without aggressors */
	AN_PRIMARY_PAIRS,	/* in those that spread memory in different ways */
};

/* Where a metric's value comes from. */
enum an_source_kind {
	AN_FROM_SAMPLES,	/* quantile of an operation's latencies; both are in the name */
	AN_FROM_GROWTH,		/* what the counters grew by, before to after the command */
	AN_FROM_END,		/* the counter after the command: peaks and maxima */
	AN_FROM_MEAN,		/* growth of @counter divided by growth of @per */
	AN_FROM_RETENTION,	/* computed from retention.csv or trace.dat */
};

struct an_source {
	enum an_source_kind kind;
	const char *file;	/* of counters-*.txt */
	const char *counter[2];	/* one, or two that are added up */
	const char *per[2];
};

struct an_metric {
	char name[64];
	const char *unit;	/* pages, pairs, bytes, calls, events, ns, page_ns */
	enum an_role role;
	bool latency;		/* time one operation takes: faster/slower, not less/more */
	struct an_source source;
};

/* An event of perf stat that some boots could not count. */
struct an_missing_event {
	char *event, *why;	/* "not supported" or "not counted" */
	size_t boots;
};

/* All metrics of a report, in the order of its tables; boots index their values by place. */
struct an_metrics {
	struct an_metric *m;
	size_t n;
	struct an_missing_event *missing;
	size_t nr_missing;
};

void an_metrics_init(struct an_metrics *set);
void an_metrics_free(struct an_metrics *set);

/* Place of metric @name, or -1. */
int an_metrics_find(const struct an_metrics *set, const char *name);

/*
 * Set metric @name of @boot. One that @set does not know is added, as a secondary one in @unit (a
 * literal). NaN is no value.
 */
void an_boot_set(struct an_metrics *set, struct an_boot *boot, const char *name, const char *unit,
		 bool latency, double value);

/*
 * Read samples, counters, retention, trace and perf stat of @boot and fill its values, curves
 * and histogram. Metrics of operations not seen before are added to @set. What
 * cannot be read leaves its metrics without a value in this boot, and a remark.
 */
void an_boot_measure(struct an_metrics *set, struct an_boot *boot, struct an_runs *runs);

/* Value of metric @id in @boot; NaN if it has none. */
double an_boot_value(const struct an_boot *boot, size_t id);

#endif
