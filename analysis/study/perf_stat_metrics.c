// SPDX-License-Identifier: GPL-2.0
/*
 * What perf stat counted around the measured phase of a boot. A count that perf
 * scaled because the event had to share its counter is used as perf gives it.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/lines.h"
#include "lib/text.h"
#include "perf_stat_metrics.h"

static void missing(struct an_runs *runs, const char *event, const char *why)
{
	struct an_missing_event *m;
	size_t i;

	for (i = 0; i < runs->nr_missing; i++) {
		m = &runs->missing[i];
		if (!strcmp(m->event, event) && !strcmp(m->why, why)) {
			m->boots++;
			return;
		}
	}
	runs->missing = xreallocarray(runs->missing, runs->nr_missing + 1, sizeof(*runs->missing));
	runs->missing[runs->nr_missing++] =
		(struct an_missing_event){ xstrdup(event), xstrdup(why), 1 };
}

/* Metric names are plain words; perf's names have ':', '/', '=' and ',' besides. */
static void metric_name(char *out, size_t bytes, const char *event)
{
	char *p;

	snprintf(out, bytes, "perf_%s", event);
	for (p = out; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._-", *p))
			*p = '_';
}

/* One event of one boot; false if the line is none. */
static bool take_event(struct an_metrics *set, struct an_boot *b, struct an_runs *runs,
		       const json_t *o)
{
	const char *event = an_json_text(o, "event", NULL), *unit = an_json_text(o, "unit", "");
	const char *count = an_json_text(o, "counter-value", NULL);
	double value, scale = 1;
	char name[64], *end;

	if (!event)
		/* a line of a derived metric that belongs to the event above it */
		return json_is_string(json_object_get(o, "metric-value"));
	if (!count)
		return false;
	if (!strcmp(count, "<not supported>") || !strcmp(count, "<not counted>")) {
		missing(runs, event, strcmp(count, "<not counted>") ? "not supported" : "not counted");
		return true;
	}
	value = strtod(count, &end);
	if (end == count || *end || !isfinite(value) || value < 0)
		return false;
	if (!strcmp(unit, "msec"))
		scale = 1e6;
	metric_name(name, sizeof(name), event);
	an_boot_set(set, b, name, scale > 1 || !strcmp(unit, "ns") ? "ns" : "events", false,
		    value * scale);
	return true;
}

void an_perf_measure(struct an_metrics *set, struct an_boot *b, struct an_runs *runs)
{
	const char *file = an_json_text(b->header, "perf", NULL);
	char *path = xasprintf("%s/perf-stat.json", b->dir), *line;
	struct an_lines *l = an_lines_open(path);
	unsigned int bad = 0;
	bool complete;

	if (!l) {
		if (file || errno != ENOENT)
			an_remark(runs, "%s: perf-stat.json: %s; its events are left out", b->name,
				  strerror(errno));
		free(path);
		return;
	}
	while ((line = an_lines_next(l, &complete))) {
		json_t *o;

		if (!*line || *line == '#')
			continue;
		o = json_loads(line, 0, NULL);
		if (!json_is_object(o) || !take_event(set, b, runs, o))
			bad++;
		json_decref(o);
	}
	if (bad)
		an_remark(runs, "%s: perf-stat.json: %u lines are no event of perf stat", b->name,
			  bad);
	an_lines_close(l);
	free(path);
}
