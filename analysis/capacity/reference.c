// SPDX-License-Identifier: GPL-2.0
/*
 * The file of the reference fit. It keeps what the fits read of each boot, not the fits themselves,
 * so that a model may change without new boots. Write and read walk over the same table.
 */
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/array_size.h"
#include "lib/err.h"
#include "lib/json_file.h"
#include "lib/text.h"
#include "reference.h"

#define SCHEMA "dpamt-bench/plan-reference"

#define FIELD(member) { #member, offsetof(struct pl_run, member) }

struct field {
	const char *name;
	size_t at;
};

static const struct field texts[] = {
	FIELD(variant), FIELD(workload), FIELD(module), FIELD(shortage), FIELD(date),
};

static const struct field flags[] = {
	FIELD(at_once), FIELD(serial), FIELD(has_retention),
};

static const struct field numbers[] = {
	FIELD(cpus),
	FIELD(mem_bytes),
	FIELD(seed),
	FIELD(hz),
	FIELD(tds),
	FIELD(vcpus),
	FIELD(rounds),
	FIELD(regions),
	FIELD(pages_per_region),
	FIELD(host_room),
	FIELD(threads),
	FIELD(spt_allocated),
	FIELD(spt_freed),
	FIELD(held_peak),
	FIELD(held_page_ns),
	FIELD(held_max_ns),
	FIELD(pairs_peak),
	FIELD(get),
	FIELD(before_reclaim_ns),
	FIELD(unequal),
	FIELD(first_reclaim_ns),
	FIELD(first_free_ns),
	FIELD(reclaim_ns),
	FIELD(free_ns),
	FIELD(sept_pages),
};

static void *member(struct pl_run *r, const struct field *f)
{
	return (char *)r + f->at;
}

/* Histograms, ranges and headrooms are arrays of [low_ns, count], [start, end, node] and [kib, replaced, waited]. */
static json_t *run_json(struct pl_run *r)
{
	json_t *o = json_pack("{s:s, s:i, s:s}", "name", r->name, "uses", (int)r->uses, "time_base",
			      r->time_base);
	json_t *held = json_array(), *ranges = json_array(), *tried = json_array();

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		json_object_set_new(o, texts[i].name, json_string(member(r, &texts[i])));
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		json_object_set_new(o, flags[i].name, json_boolean(*(bool *)member(r, &flags[i])));
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		double v = *(double *)member(r, &numbers[i]);

		if (isfinite(v))
			json_object_set_new(o, numbers[i].name, json_real(v));
	}
	for (size_t i = 0; i < r->held.n; i++)
		json_array_append_new(held, json_pack("[f, f]", r->held.low_ns[i], r->held.count[i]));
	for (size_t i = 0; i < r->host.nr_ranges; i++)
		json_array_append_new(ranges, json_pack("[f, f, i]", r->host.range[i].start_bytes,
							r->host.range[i].end_bytes,
							r->host.range[i].node));
	for (size_t i = 0; i < r->nr_tried; i++)
		json_array_append_new(tried, json_pack("[f, f, f]", r->tried[i].kib,
						       r->tried[i].replaced, r->tried[i].waited));
	json_object_set_new(o, "tried", tried);
	json_object_set_new(o, "held", held);
	json_object_set_new(o, "ranges", ranges);
	return o;
}

/* What replacements meet is counted; a boot that only does that may have a time base of its own. */
static bool is_timed(const struct pl_run *r)
{
	return r->uses != PL_USE_REPLACE;
}

static const struct pl_run *first_timed(const struct pl_evidence *e)
{
	for (size_t i = 0; i < e->n; i++)
		if (is_timed(&e->run[i]))
			return &e->run[i];
	return &e->run[0];
}

int pl_reference_write(const struct pl_evidence *e, const char *path)
{
	const struct pl_run *first = first_timed(e);
	const char *date = first->date;
	json_t *head, *runs = json_array();
	FILE *f;
	int ret;

	for (size_t i = 0; i < e->n; i++) {
		const struct pl_run *r = &e->run[i];

		if ((is_timed(r) && strcmp(r->time_base, first->time_base)) ||
		    strcmp(r->kernel, first->kernel)) {
			json_decref(runs);
			return fail("%s: kernel %s, %s, and %s: kernel %s, %s; a reference is of one kernel and one time base",
				    first->name, first->kernel, first->time_base, r->name, r->kernel,
				    r->time_base);
		}
		if (is_timed(r) && strcmp(r->date, date) > 0)
			date = r->date;
		json_array_append_new(runs, run_json(&e->run[i]));
	}
	head = json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:o}", "schema", SCHEMA, "version", 1,
			 "date", date, "kernel", first->kernel, "time_base", first->time_base,
			 "host_cpu", first->host_cpu, "runs", runs);
	f = fopen(path, "we");
	ret = !f || json_dumpf(head, f, JSON_INDENT(1) | JSON_REAL_PRECISION(12)) || fputc('\n', f) == EOF;
	ret |= f && fclose(f) == EOF;
	json_decref(head);
	return ret ? fail("%s: %s", path, strerror(errno)) : 0;
}

static void get_text(char *to, const json_t *o, const char *key)
{
	snprintf(to, PL_NAME, "%s", json_text(o, key, ""));
}

/* Numbers at @place of the array of arrays @key. False if one is missing. */
static bool get_number(const json_t *o, const char *key, size_t i, size_t place, double *v)
{
	const json_t *n = json_array_get(json_array_get(json_object_get(o, key), i), place);

	*v = json_number_value(n);
	return json_is_number(n);
}

static bool read_run(const json_t *o, const json_t *head, struct pl_run *r)
{
	size_t nr_held = json_array_size(json_object_get(o, "held"));
	size_t nr_ranges = json_array_size(json_object_get(o, "ranges"));
	size_t nr_tried = json_array_size(json_object_get(o, "tried"));
	double node;

	*r = (struct pl_run){ .dir = xstrdup(json_text(o, "name", "")), .setting = xstrdup("") };
	r->name = r->dir;
	get_text(r->time_base, json_object_get(o, "time_base") ? o : head, "time_base");
	get_text(r->kernel, head, "kernel");
	get_text(r->host_cpu, head, "host_cpu");
	r->uses = (unsigned int)json_number(o, "uses", 0);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		get_text(member(r, &texts[i]), o, texts[i].name);
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		*(bool *)member(r, &flags[i]) = json_is_true(json_object_get(o, flags[i].name));
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		*(double *)member(r, &numbers[i]) = json_number(o, numbers[i].name, NAN);
	if (!r->date[0])
		get_text(r->date, head, "date");
	if (!r->variant[0] || !r->workload[0] || nr_held > PL_HIST || nr_ranges > PL_MAX_RANGES ||
	    nr_tried > PL_MAX_TRIED)
		return false;
	for (r->held.n = 0; r->held.n < nr_held; r->held.n++) {
		if (!get_number(o, "held", r->held.n, 0, &r->held.low_ns[r->held.n]) ||
		    !get_number(o, "held", r->held.n, 1, &r->held.count[r->held.n]))
			return false;
	}
	for (r->nr_tried = 0; r->nr_tried < nr_tried; r->nr_tried++) {
		struct pl_tried *t = &r->tried[r->nr_tried];

		if (!get_number(o, "tried", r->nr_tried, 0, &t->kib) ||
		    !get_number(o, "tried", r->nr_tried, 1, &t->replaced) ||
		    !get_number(o, "tried", r->nr_tried, 2, &t->waited))
			return false;
	}
	for (size_t i = 0; i < nr_ranges; i++) {
		struct pl_range *range = &r->host.range[r->host.nr_ranges++];

		if (!get_number(o, "ranges", i, 0, &range->start_bytes) ||
		    !get_number(o, "ranges", i, 1, &range->end_bytes) ||
		    !get_number(o, "ranges", i, 2, &node))
			return false;
		range->node = (int)node;
		r->host.memory_bytes += range->end_bytes - range->start_bytes;
	}
	return true;
}

/* What @e is, in words. Boots about replacements may be newer than the others, and of another time base. */
static char *source_text(const struct pl_evidence *e, const json_t *head)
{
	const struct pl_run *newest = NULL;
	char *beside = NULL, *all;
	size_t timed = 0;

	for (size_t i = 0; i < e->n; i++) {
		timed += is_timed(&e->run[i]);
		if (!is_timed(&e->run[i]) && (!newest || strcmp(e->run[i].date, newest->date) > 0))
			newest = &e->run[i];
	}
	if (newest)
		beside = xasprintf(", and %zu of replacements, of %s, %s", e->n - timed,
				   newest->date, newest->time_base);
	all = xasprintf(
		"the reference that comes with this program: %zu boots of %s, kernel %s, %s, on %s%s; --runs DIR takes your own instead",
		timed, json_text(head, "date", "an unknown date"),
		json_text(head, "kernel", "unknown"), json_text(head, "time_base", "unknown time"),
		json_text(head, "host_cpu", "an unknown CPU"), beside ? beside : "");
	free(beside);
	return all;
}

int pl_reference_load(const char *path, bool replacements, struct pl_evidence *e)
{
	json_t *head, *runs, *o;
	char *why;
	size_t i;

	memset(e, 0, sizeof(*e));
	head = json_read_file(path, SCHEMA, &why);
	if (!head && !why)
		return 0;
	if (!head) {
		fail("the reference fit, %s: %s; install the program again, or give --runs DIR", path, why);
		free(why);
		return -1;
	}
	runs = json_object_get(head, "runs");
	e->run = xcalloc(json_array_size(runs) + 1, sizeof(*e->run));
	json_array_foreach(runs, i, o) {
		if (!read_run(o, head, &e->run[e->n++])) {
			fail("the reference fit, %s: run %zu is damaged; install the program again, or give --runs DIR",
			     path, i + 1);
			pl_evidence_free(e);
			json_decref(head);
			return -1;
		}
		if (!replacements && !is_timed(&e->run[e->n - 1]))
			pl_run_free(&e->run[--e->n]);
	}
	e->source = source_text(e, head);
	json_decref(head);
	return 0;
}
