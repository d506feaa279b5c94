// SPDX-License-Identifier: GPL-2.0
/*
 * How the memory of hosts aged: variant by lifetimes of TDs.
 */
#include "host_ages.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/study/ages.h"
#include "lib/text.h"
#include "doc.h"

bool an_has_ages(const struct an_study *s)
{
	for (size_t i = 0; i < s->runs.nr_runs; i++)
		if (!s->boot[i].excluded && s->boot[i].nr_ages)
			return true;
	return false;
}

/* "12 [11..14]", "12" where all boots agree; "not told". */
static const char *point_text(char *buf, size_t bytes, const struct an_age_point *p)
{
	if (!p->n)
		snprintf(buf, bytes, "not told");
	else if (p->min == p->max)
		snprintf(buf, bytes, "%.4g", p->median);
	else
		snprintf(buf, bytes, "%.4g [%.4g..%.4g]", p->median, p->min, p->max);
	return buf;
}

/* What is told in words: the first row, the last with TDs, and the one without. */
static bool is_told(const struct an_age_series *s, size_t t)
{
	return !t || s->time[t].gone || t + 1 == s->nr_times || s->time[t + 1].gone;
}

static bool is_known(const struct an_age_series *s, size_t q)
{
	for (size_t t = 0; t < s->nr_times; t++)
		if (an_age_point(s, t, q)->n)
			return true;
	return false;
}

/* " immediate 100, 80, 81" behind @text, which is freed; malloc'ed. */
static char *add_series(char *text, const char *arm, const struct an_age_series *s, size_t q)
{
	const char *sep = *text ? ";" : "";
	char value[96];

	for (size_t t = 0; t < s->nr_times; t++) {
		char *longer;

		if (!is_told(s, t))
			continue;
		point_text(value, sizeof(value), an_age_point(s, t, q));
		longer = t ? xasprintf("%s, %s", text, value)
			   : xasprintf("%s%s %s %s", text, sep, arm, value);
		free(text);
		text = longer;
	}
	return text;
}

static json_t *point_json(const struct an_age_point *p)
{
	return json_pack("{s:i, s:o, s:o, s:o}", "n_boots", (int)p->n, "median",
			 an_doc_number(p->median), "min", an_doc_number(p->min), "max",
			 an_doc_number(p->max));
}

static void add_row(json_t *rows, const struct an_group *g, const char *arm,
		    const struct an_age_series *s, size_t t)
{
	json_t *row = json_pack("{s:s, s:s, s:I, s:b}", "label", g->label, "arm", arm, "lifetimes",
				(json_int_t)s->time[t].lifetimes, "without_tds",
				(int)s->time[t].gone);

	for (size_t q = 0; q < an_nr_age_quantities; q++)
		json_object_set_new(row, an_age_quantities[q].key,
				    point_json(an_age_point(s, t, q)));
	json_array_append_new(rows, row);
}

/* One set of boots, with a name for it. */
struct arm {
	char name[RUN_LABEL + 8]; /* "rcu", "immediate/aa" */
	struct an_age_series s;
};

static void add_arm(json_t *doc, const struct an_group *g, const char *column, bool aa,
		    const struct an_boot *const *from, size_t n, struct arm *a)
{
	snprintf(a->name, sizeof(a->name), "%s%s", column, aa ? "/aa" : "");
	an_age_series_make(from, n, column, &a->s);
	for (size_t t = 0; t < a->s.nr_times; t++)
		add_row(json_object_get(doc, "ages"), g, a->name, &a->s, t);
}

static void add_group(json_t *doc, json_t *items, const struct an_group *g)
{
	struct arm *arm = xcalloc(g->nr_variants + 1, sizeof(*arm));
	size_t n = 0;

	for (size_t v = 0; v < g->nr_variants; v++)
		add_arm(doc, g, g->variant[v], false, g->boot, g->nr_boots, &arm[n++]);
	if (g->nr_aa_boots)
		add_arm(doc, g, g->variant[g->aa_variant], true, g->aa_boot, g->nr_aa_boots,
			&arm[n++]);
	for (size_t q = 0; q < an_nr_age_quantities; q++) {
		char *text = xstrdup("");
		bool any = false;

		for (size_t i = 0; i < n; i++) {
			text = add_series(text, arm[i].name, &arm[i].s, q);
			any |= is_known(&arm[i].s, q);
		}
		if (!any) {
			free(text);
			text = xstrdup(" no boot tells");
		}
		an_doc_entry(items, "%s:%s", an_age_quantities[q].what, text);
		free(text);
	}
	for (size_t i = 0; i < n; i++)
		an_age_series_free(&arm[i].s);
	free(arm);
}

void an_add_ages(json_t *doc, json_t *items, const struct an_study *s)
{
	json_object_set_new(doc, "ages", json_array());
	an_doc_para(
		items,
		"Medians over boots [least..largest]: before the first TD, after the last "
		"lifetime, and without TDs. \"At hand\" are pages of 2 MiB in free blocks. "
		"\"After compaction\": what the kernel gave when asked for all, after it had "
		"compacted memory. A page that stays is neither free nor can it be moved; those "
		"that CPUs keep on free lists of their own count as staying. The extfrag index "
		"is the kernel's: -1 with a free page of 2 MiB, else from 0 (memory is short) "
		"to 1 (it is broken up).");
	for (size_t i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];
		bool any = false;

		for (size_t k = 0; k < g->nr_boots; k++)
			any |= g->boot[k]->nr_ages > 0;
		if (!any)
			continue;
		an_doc_para(items, "%s%s%s (%s):", g->experiment, *g->levels ? ", " : "", g->levels,
			    g->time_base);
		add_group(doc, items, g);
	}
}
