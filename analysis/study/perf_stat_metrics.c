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
#include "lib/array_size.h"
#include "lib/json_file.h"
#include "lib/lines.h"
#include "lib/text.h"
#include "perf_stat_metrics.h"

static void missing(struct an_metrics *set, const char *event, const char *why)
{
	an_missing(set, "perf stat", event, why);
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

/* The value of @key in @line, a text or a number, as a JSON text; NULL if it is not there. */
static json_t *field(const char *line, const char *key)
{
	char *quoted = xasprintf("\"%s\"", key);
	const char *at = strstr(line, quoted);
	size_t skip = strlen(quoted);

	free(quoted);
	if (!at)
		return NULL;
	at += skip;
	at += strspn(at, " \t");
	if (*at++ != ':')
		return NULL;
	at += strspn(at, " \t");
	if (*at == '"')
		return json_stringn(at + 1, strcspn(at + 1, "\""));
	return json_stringn(at, strcspn(at, ",}"));
}

/*
 * A line of perf. Its derived fields may be no JSON ("metric-value" : nan): then the fields that count
 * are taken out one by one.
 */
static json_t *read_event(const char *line)
{
	static const char *const keys[] = { "counter-value", "unit", "event", "metric-value" };
	json_t *o = json_read_line(line), *v;

	if (o || *line != '{' || line[strlen(line) - 1] != '}')
		return o;
	o = json_object();
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		v = field(line, keys[i]);
		if (v)
			json_object_set_new(o, keys[i], v);
	}
	v = field(line, "pcnt-running");
	if (v)
		json_object_set_new(o, "pcnt-running", json_real(atof(json_string_value(v))));
	json_decref(v);
	return o;
}

static bool uncounted(const char *count)
{
	return !strcmp(count, "<not supported>") || !strcmp(count, "<not counted>");
}

/* Is it an event with a count, or a line of a derived metric that belongs to the event above it? */
static bool usable(const json_t *o)
{
	const char *count = json_text(o, "counter-value", NULL);
	double value;
	char *end;

	if (!json_text(o, "event", NULL))
		return json_object_get(o, "metric-value") || json_object_get(o, "metric-unit");
	if (!count)
		return false;
	value = strtod(count, &end);
	return uncounted(count) || (end > count && !*end && isfinite(value) && value >= 0);
}

/* Take one event of a boot; @again: it is on several lines. */
static void take_event(struct an_metrics *set, struct an_boot *b, const json_t *o, bool again)
{
	const char *event = json_text(o, "event", NULL), *unit = json_text(o, "unit", "");
	const char *count = json_text(o, "counter-value", NULL);
	double scale = strcmp(unit, "msec") ? 1 : 1e6, percent = json_number(o, "pcnt-running", 100);
	char *name;

	if (!event)
		return;
	if (again) {
		missing(set, event, "on several lines, which are no one count (name it once),");
		return;
	}
	if (uncounted(count)) {
		missing(set, event, strcmp(count, "<not counted>") ? "not supported" : "not counted");
		return;
	}
	if (percent < 100)
		shared(set, event, percent);
	name = metric_of_event(event);
	an_boot_set(set, b, name, scale > 1 || !strcmp(unit, "ns") ? "ns" : "events", false,
		    strtod(count, NULL) * scale);
	free(name);
}

/* How many of the @n lines are of the event of @o? */
static size_t lines_of(json_t *const *line, size_t n, const json_t *o)
{
	const char *event = json_text(o, "event", NULL);
	size_t same = 0;

	for (size_t i = 0; event && i < n; i++)
		same += !strcmp(json_text(line[i], "event", ""), event);
	return same;
}

void an_perf_measure(struct an_metrics *set, struct an_boot *b, struct loaded_runs *runs)
{
	const char *file = json_text(b->run->header, "perf", NULL);
	char *path = xasprintf("%s/" FILE_PERF, b->run->dir), *line, *why;
	struct lines *l = lines_open(path);
	struct damage damage = { 0 };
	json_t **event = NULL;
	size_t n = 0;
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
		o = read_event(line);
		if (!o || !usable(o)) {
			lines_bad(l, &damage);
			json_decref(o);
			continue;
		}
		event = xreallocarray(event, n + 1, sizeof(*event));
		event[n++] = o;
	}
	for (size_t i = 0; i < n; i++) {
		/* of several lines of one event, the first stands for all */
		if (lines_of(event, i, event[i]) == 0)
			take_event(set, b, event[i], lines_of(event, n, event[i]) > 1);
	}
	for (size_t i = 0; i < n; i++)
		json_decref(event[i]);
	free(event);
	why = damage_text(&damage, FILE_PERF, "an event of perf stat");
	if (why)
		loaded_runs_remark(runs, "%s: %s; these lines are left out", b->run->name, why);
	free(why);
	lines_close(l);
	free(path);
}
