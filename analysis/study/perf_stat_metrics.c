// SPDX-License-Identifier: GPL-2.0
/* What perf stat counted around the whole command of a boot, as metrics. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rundir/file_names.h"
#include "bench/rundir/perf_stat_json.h"
#include "lib/json_file.h"
#include "lib/text.h"
#include "perf_stat_metrics.h"

static void missing(struct an_metrics *set, const char *event, const char *why)
{
	an_missing(set, AN_PERF_STAT, event, why);
}

/* Note that @event was counted @percent of the time only, and its count extrapolated. */
static void shared(struct an_metrics *set, const char *event, double percent)
{
	struct an_shared_event *s;

	for (size_t i = 0; i < set->nr_shared; i++) {
		s = &set->shared[i];
		if (!strcmp(s->event, event)) {
			s->boots++;
			s->least_percent = fmin(s->least_percent, percent);
			return;
		}
	}
	set->shared = xreallocarray(set->shared, set->nr_shared + 1, sizeof(*set->shared));
	set->shared[set->nr_shared++] = (struct an_shared_event){ xstrdup(event), 1, percent };
}

static void take_event(struct an_metrics *set, struct an_boot *b, const struct perf_count *c)
{
	char *name;

	if (c->why_not) {
		missing(set, c->event, c->why_not);
		return;
	}
	if (c->percent < 100)
		shared(set, c->event, c->percent);
	name = metric_of_event(c->event);
	an_boot_set(set, b, name, c->ns ? "ns" : "events", false, c->value);
	free(name);
}

void an_perf_measure(struct an_metrics *set, struct an_boot *b, struct loaded_runs *runs)
{
	struct perf_count *c;
	char *why;
	size_t n;

	if (perf_stat_json_read(b->run->dir, json_text(b->run->header, "perf_events", ""), &c, &n,
				&why)) {
		if (!why && !strcmp(json_text(b->run->header, "perf", ""), FILE_PERF))
			why = xasprintf(FILE_PERF ": %s", strerror(ENOENT));
		if (why)
			loaded_runs_remark(runs, "%s: %s; its events are left out", b->run->name,
					   why);
	} else {
		for (size_t i = 0; i < n; i++)
			take_event(set, b, &c[i]);
		if (why)
			loaded_runs_remark(runs, "%s: %s; these lines are left out", b->run->name,
					   why);
	}
	free(why);
	perf_counts_free(c, n);
}
