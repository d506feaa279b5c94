// SPDX-License-Identifier: GPL-2.0
/*
 * What perf stat counted around the whole command of a boot. Where events shared a
 * counter, perf scales the count; the scaled count is used.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rundir/file_names.h"
#include "lib/json_file.h"
#include "lib/lines.h"
#include "lib/text.h"
#include "perf_stat_metrics.h"

static void missing(struct an_metrics *set, const char *event, const char *why)
{
	struct an_missing_event *m;
	size_t i;

	for (i = 0; i < set->nr_missing; i++) {
		m = &set->missing[i];
		if (!strcmp(m->event, event) && !strcmp(m->why, why)) {
			m->boots++;
			return;
		}
	}
	set->missing = xreallocarray(set->missing, set->nr_missing + 1, sizeof(*set->missing));
	set->missing[set->nr_missing++] =
		(struct an_missing_event){ xstrdup(event), xstrdup(why), 1 };
}

/* Take one event of a boot. Returns false if @o is not an event. */
static bool take_event(struct an_metrics *set, struct an_boot *b, const json_t *o)
{
	const char *event = json_text(o, "event", NULL), *unit = json_text(o, "unit", "");
	const char *count = json_text(o, "counter-value", NULL);
	double value, scale = 1;
	char *name, *end;

	if (!event)
		/* a line of a derived metric that belongs to the event above it */
		return json_is_string(json_object_get(o, "metric-value"));
	if (!count)
		return false;
	if (!strcmp(count, "<not supported>") || !strcmp(count, "<not counted>")) {
		missing(set, event, strcmp(count, "<not counted>") ? "not supported" : "not counted");
		return true;
	}
	value = strtod(count, &end);
	if (end == count || *end || !isfinite(value) || value < 0)
		return false;
	if (!strcmp(unit, "msec"))
		scale = 1e6;
	name = metric_of_event(event);
	an_boot_set(set, b, name, scale > 1 || !strcmp(unit, "ns") ? "ns" : "events", false,
		    value * scale);
	free(name);
	return true;
}

void an_perf_measure(struct an_metrics *set, struct an_boot *b, struct loaded_runs *runs)
{
	const char *file = json_text(b->run->header, "perf", NULL);
	char *path = xasprintf("%s/" FILE_PERF, b->run->dir), *line, *why;
	struct lines *l = lines_open(path);
	struct damage damage = { 0 };
	bool complete;

	if (!l) {
		if (file || errno != ENOENT)
			loaded_runs_remark(runs, "%s: " FILE_PERF ": %s; its events are left out",
					   b->run->name, strerror(errno));
		free(path);
		return;
	}
	while ((line = lines_next(l, &complete))) {
		json_t *o;

		if (!complete)
			lines_cut(l, &damage);
		if (!*line || *line == '#')
			continue;
		o = json_read_line(line);
		if (!o || !take_event(set, b, o))
			lines_bad(l, &damage);
		json_decref(o);
	}
	why = damage_text(&damage, FILE_PERF, "an event of perf stat");
	if (why)
		loaded_runs_remark(runs, "%s: %s; these lines are left out", b->run->name, why);
	free(why);
	lines_close(l);
	free(path);
}
