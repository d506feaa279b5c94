/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNDIR_METRIC_TABLE_H
#define RUNDIR_METRIC_TABLE_H

#include <stdbool.h>
#include <stddef.h>

/* Where a metric's value comes from. */
enum metric_source_kind {
	METRIC_SAMPLES,	  /* quantile of an operation's latencies; both are in the name */
	METRIC_GROWTH,	  /* what the counters grew by, before to after the command */
	METRIC_END,	  /* the counter after the command: peaks and maxima */
	METRIC_MEAN,	  /* growth of @counter divided by growth of @per */
	METRIC_RESULT,	  /* an integer in an object of result.json: @file is its key */
	METRIC_RETENTION, /* computed from retention.csv or trace.dat */
	METRIC_NUMA,	  /* computed from numa.json, with trace.dat */
};

struct metric_source {
	enum metric_source_kind kind;
	const char *file;	/* of counters-*.txt; METRIC_RESULT: the object */
	const char *counter[2];	/* one, or two that are added up */
	const char *per[2];
};

enum metric_better { BETTER_UNKNOWN, BETTER_LESS, BETTER_MORE };

struct metric {
	char name[64];
	const char *unit;	/* pages, pairs, bytes, calls, events, ns, page_ns, 1/s */
	bool latency;		/* time one operation takes: faster/slower, not less/more */
	enum metric_better better;	/* unless the experiment says something else */
	const char *what;	/* in an answer, before the value; NULL: "NAME is" */
	struct metric_source source;
};

/* Ends with an empty name. */
extern const struct metric metric_table[];

/* Operations per second: OPERATION_per_second, of the operation whose throughput a workload gives. */
#define METRIC_RATE	"_per_second"

/* A row of the table, or NULL. */
const struct metric *metric_find(const char *name);

/*
 * Each operation has a metric OPERATION_ns_NAME for each of these quantiles. With too few samples
 * a high quantile would just be the largest one, so each has a least number of samples.
 */
struct metric_quantile {
	const char *name;	/* NULL ends */
	double level;
	size_t samples; /* with fewer the metric has no value */
};

extern const struct metric_quantile metric_quantiles[];

/* Name of the metric of an event of perf stat, "perf_EVENT", the event's name in full; malloc'ed. */
char *metric_of_event(const char *event);

/*
 * Name of the metric of a kind of work of stress-ng, "stress_NAME_ops_per_second"; malloc'ed.
 */
char *metric_of_stressor(const char *stressor);

/*
 * Is @name the metric of a kind of work that some of @antagonists ("stress-ng:--NAME,1", NULL-terminated; may be
 * NULL) do?
 */
bool metric_of_antagonist(const char *name, char *const *antagonists);

/* Bytes of the metric's name in "NAME", "NAME:less" or "NAME:more"; events have colons of their own. */
size_t metric_name_length(const char *text);

/* What is measured of each node of a machine that has several: "nodeN_" and its name. */
enum metric_of_node {
	NODE_HELD_PEAK,
	NODE_HELD_PAGE_NS,
	NODE_FREED,
	NODE_PAIRS,
	NODE_FOREIGN,
	NODE_METRICS
};

struct metric_node {
	const char *name, *unit;
	enum metric_better better;
};

extern const struct metric_node metric_node_table[NODE_METRICS];

/* "node0_spt_held_peak_pages"; malloc'ed. */
char *metric_of_node(int node, enum metric_of_node which);

/*
 * Can a run have metric @name, if it times the operations @ops (separated by blanks) and counts
 * @events of perf stat (by commas; may be NULL)?
 */
bool metric_possible(const char *name, const char *ops, const char *events);

/* "less" or "more"; false for another word. */
bool metric_better_parse(const char *text, enum metric_better *better);

#endif
