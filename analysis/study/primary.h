/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_PRIMARY_H
#define AN_PRIMARY_H

#include <stddef.h>

#include "bench/rundir/loaded_run.h"
#include "bench/rundir/metric_table.h"

/* A metric that was chosen beforehand to answer an experiment's question. */
struct an_primary {
	char metric[64];
	const char *what;		/* before the value in the answer; NULL: the metric's own words */
	enum metric_better better;	/* BETTER_UNKNOWN: the metric's own direction */
};

struct an_primaries {
	struct an_primary *list;
	size_t n;
	const char *control;	/* metric that must be 0 in every boot; NULL if the workload has none */
};

/*
 * The primary metrics of a run: those of its job file (header.json), else those of its workload
 * (result.json). Older runs, which declare none, get those that were chosen at the time. Texts belong
 * to @run. Free @p->list.
 */
void an_primaries_of(const struct loaded_run *run, struct an_primaries *p);

/* The one of @name, or NULL. */
const struct an_primary *an_primaries_find(const struct an_primaries *p, const char *name);

#endif
