// SPDX-License-Identifier: GPL-2.0
/*
 * Which metrics answer the question of an experiment? Its runs say so, in the same form in
 * header.json (of the job file) and result.json (of the workload): an array of "NAME",
 * "NAME:less" or "NAME:more", or of objects with metric, what and better.
 */
#include "primary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json_file.h"
#include "lib/text.h"

static struct an_primary *add(struct an_primaries *p, const char *text)
{
	struct an_primary *one;
	size_t n = metric_name_length(text);

	p->list = xreallocarray(p->list, p->n + 1, sizeof(*p->list));
	one = &p->list[p->n++];
	*one = (struct an_primary){ 0 };
	snprintf(one->metric, sizeof(one->metric), "%.*s", (int)n, text);
	if (text[n])
		metric_better_parse(text + n + 1, &one->better);
	return one;
}

static void add_all(struct an_primaries *p, const json_t *declared)
{
	const json_t *v;
	size_t i;

	json_array_foreach(declared, i, v) {
		const char *text = json_is_string(v) ? json_string_value(v) : json_text(v, "metric", "?");
		struct an_primary *one = add(p, text);

		one->what = json_text(v, "what", NULL);
		if (json_is_object(v))
			metric_better_parse(json_text(v, "better", ""), &one->better);
	}
}

/* Where the job file does not say more, take words and direction of a metric from the workload. */
static void inherit(struct an_primaries *p, const struct an_primaries *from)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct an_primary *one = an_primaries_find(from, p->list[i].metric);

		if (!one)
			continue;
		p->list[i].what = one->what;
		if (p->list[i].better == BETTER_UNKNOWN)
			p->list[i].better = one->better;
	}
}

void an_primaries_of(const struct loaded_run *run, struct an_primaries *p)
{
	const json_t *job = json_object_get(run->header, "primary");
	struct an_primaries declared = { 0 };

	memset(p, 0, sizeof(*p));
	add_all(&declared, json_object_get(run->result, "primary"));
	declared.control = json_text(run->result, "control", NULL);
	if (!json_is_array(job)) {
		*p = declared;
		return;
	}
	add_all(p, job);
	p->control = declared.control;
	inherit(p, &declared);
	free(declared.list);
}

const struct an_primary *an_primaries_find(const struct an_primaries *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (!strcmp(p->list[i].metric, name))
			return &p->list[i];
	return NULL;
}
