// SPDX-License-Identifier: GPL-2.0
/*
 * Reads perf-stat.json; see perf_stat_json.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "file_names.h"
#include "lib/json_file.h"
#include "lib/lines.h"
#include "lib/text.h"
#include "perf_events.h"
#include "perf_stat_json.h"

/* @line with null in place of nan and inf, which perf writes where it divides by 0; malloc'ed. */
static char *without_nan(const char *line)
{
	char *copy = xcalloc(2 * strlen(line) + 1, 1), *to = copy;
	bool in_text = false;

	while (*line) {
		size_t sign = *line == '-';

		if (!in_text &&
		    (!strncmp(line + sign, "nan", 3) || !strncmp(line + sign, "inf", 3))) {
			to = stpcpy(to, "null");
			line += sign + 3;
			continue;
		}
		in_text ^= *line == '"';
		*to++ = *line++;
	}
	return copy;
}

/* A line of perf; NULL if it is no object of JSON. */
static json_t *read_event(const char *line)
{
	char *copy = without_nan(line);
	json_t *o = json_read_line(copy);

	free(copy);
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

/* How many of the @n lines are of the event of @o? */
static size_t lines_of(json_t *const *line, size_t n, const json_t *o)
{
	const char *event = json_text(o, "event", NULL);
	size_t same = 0;

	for (size_t i = 0; event && i < n; i++)
		same += !strcmp(json_text(line[i], "event", ""), event);
	return same;
}

/* The event of line @o; @again: it is on several lines. */
static struct perf_count count_of(const json_t *o, bool again)
{
	const char *unit = json_text(o, "unit", ""), *count = json_text(o, "counter-value", NULL);
	bool msec = !strcmp(unit, "msec");
	struct perf_count c = {
		.event = xstrdup(json_text(o, "event", NULL)),
		.value = NAN,
		.ns = msec || !strcmp(unit, "ns"),
		.percent = json_number(o, "pcnt-running", 100),
	};

	if (again)
		c.why_not = "on several lines, which are no one count (name it once),";
	else if (uncounted(count))
		c.why_not = strcmp(count, "<not counted>") ? "not supported" : "not counted";
	else
		c.value = strtod(count, NULL) * (msec ? 1e6 : 1);
	return c;
}

static bool count(const char *event, void *n)
{
	(void)event;
	++*(size_t *)n;
	return true;
}

/*
 * Why the @n lines are not all that perf had to write: it writes one at least for each event of @list. NULL if they are.
 */
static char *cut_short(const struct damage *d, json_t *const *line, size_t n, const char *list)
{
	size_t events = d->bad, asked = 0;

	free(perf_events_keep(list, count, &asked));
	for (size_t i = 0; i < n; i++)
		events += json_text(line[i], "event", NULL) != NULL;
	if (d->cut)
		return xasprintf(FILE_PERF ":%" PRIu64 ": cut short, so no count is taken", d->cut);
	if (events < asked)
		return xasprintf(FILE_PERF
				 ": cut short behind %zu of %zu events, so no count is taken",
				 events, asked);
	return NULL;
}

int perf_stat_json_read(const char *dir, const char *list, struct perf_count **c, size_t *n,
			char **why)
{
	char *path = xasprintf("%s/" FILE_PERF, dir), *line;
	struct lines *l = lines_open(path);
	struct damage damage = { 0 };
	json_t **event = NULL;
	size_t nr = 0;
	bool complete;

	free(path);
	*c = NULL;
	*n = 0;
	if (!l) {
		*why = errno == ENOENT ? NULL : xasprintf(FILE_PERF ": %s", strerror(errno));
		return -1;
	}
	while ((line = lines_next(l, &complete))) {
		json_t *o;

		if (!complete)
			lines_cut(l, &damage);
		if (!*line || *line == '#' || !complete)
			continue;
		o = read_event(line);
		if (!o || !usable(o)) {
			lines_bad(l, &damage);
			json_decref(o);
			continue;
		}
		event = xreallocarray(event, nr + 1, sizeof(*event));
		event[nr++] = o;
	}
	lines_close(l);
	*c = xcalloc(nr + 1, sizeof(**c));
	*why = cut_short(&damage, event, nr, list);
	for (size_t i = 0; i < nr && !*why; i++) {
		/* of several lines of one event, the first stands for all */
		if (json_text(event[i], "event", NULL) && !lines_of(event, i, event[i]))
			(*c)[(*n)++] = count_of(event[i], lines_of(event, nr, event[i]) > 1);
	}
	for (size_t i = 0; i < nr; i++)
		json_decref(event[i]);
	free(event);
	if (*why)
		return -1;
	*why = damage_text(&damage, FILE_PERF, "an event of perf stat");
	return 0;
}

void perf_counts_free(struct perf_count *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(c[i].event);
	free(c);
}
