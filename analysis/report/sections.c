// SPDX-License-Identifier: GPL-2.0
/*
 * The sections of a report and of a comparison, in their order: answer, the one figure and the primary
 * metrics; then all metrics, controls, conditions, method, how to reproduce it.
 */
#include <stdlib.h>
#include <string.h>

#include "sections.h"
#include "answer.h"
#include "doc.h"
#include "facts.h"
#include "host_ages.h"
#include "mail.h"
#include "perf_columns.h"
#include "reading.h"
#include "replacements.h"
#include "rows.h"
#include "lib/array_size.h"
#include "lib/json_file.h"
#include "lib/text.h"
#include "setup.h"

/* The one figure that is shown first: of the first group with an answer. NULL if there is none. */
static const struct an_figure *lead_figure(const struct an_study *s,
					   const struct an_figure_list *list)
{
	for (size_t i = 0; i < s->nr_groups; i++) {
		if (an_answered_elsewhere(s, &s->group[i]))
			continue;
		for (size_t k = 0; k < list->n; k++)
			if (list->figure[k].group == i && list->figure[k].in_text)
				return &list->figure[k];
	}
	return NULL;
}

static void add_figures(json_t *items, const struct an_figure_list *list, size_t group,
			const struct an_figure *but)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		const struct an_figure *f = &list->figure[i];

		if (f->group == group && (!but || strcmp(f->name, but->name)))
			an_doc_figure(items, f->name, f->title, f->caption, f->in_text);
	}
}

/* What the job file said beforehand, if the boots know it. */
static void add_question(json_t *items, const struct an_group *g)
{
	static const char *const keys[][2] = {
		{ "question", "question" },
		{ "expected", "expected" },
		{ "refuted_by", "refuted by" },
	};
	size_t i;

	for (i = 0; i < 3; i++) {
		const char *text = json_text(g->boot[0]->run->header, keys[i][0], NULL);

		if (text)
			an_doc_field(items, keys[i][1], "%s", text);
	}
}

static void figure_names(json_t *doc, const struct an_figure_list *list)
{
	json_t *names = json_object_get(doc, "figures");
	size_t i;

	for (i = 0; i < list->n; i++)
		json_array_append_new(names, json_pack("{s:s, s:s, s:s}", "name",
						       list->figure[i].name, "kind",
						       list->figure[i].kind, "caption",
						       list->figure[i].caption));
}

/* A document being built, and the data for its sections. */
struct walk {
	json_t *doc;
	const struct an_study *s;
	const struct an_figure_list *figures;	/* of a report; NULL: a comparison */
	const char *by;				/* of a comparison; NULL: a report */
};

/* The primary metrics of each group with an answer. */
static void add_summaries(const struct walk *w, json_t *items)
{
	bool any = false;

	for (size_t i = 0; i < w->s->nr_groups; i++) {
		const struct an_group *g = &w->s->group[i];

		if (!g->primary.n || an_answered_elsewhere(w->s, g))
			continue;
		if (!any)
			an_doc_para(
				items,
				"Primary metrics, medians over boots, difference with its %g %% "
				"interval. \"none shown\": no difference shown, which does not mean "
				"equal. \"not told\": virtual time cannot carry it.",
				100 * AN_LEVEL);
		any = true;
		an_doc_para(items, "%s%s%s (%s, %zu boot%s of each):", g->experiment,
			    *g->levels ? ", " : "", g->levels, g->time_base, an_group_boots(g, 0),
			    an_group_boots(g, 0) == 1 ? "" : "s");
		an_doc_summary(items, g->label);
	}
}

static void add_lead(const struct walk *w, json_t *items)
{
	const struct an_study *s = w->s;
	const struct an_figure *figure;
	size_t i, pairs = 0;

	if (!w->by) {
		an_add_answer(w->doc, items, s);
		figure = lead_figure(s, w->figures);
		if (figure)
			an_doc_figure(items, figure->name, figure->title, figure->caption, 1);
		add_summaries(w, items);
		return;
	}
	for (i = 0; i < s->nr_groups; i++)
		pairs += s->group[i].nr_variants - 1;
	an_doc_para(items, "Runs compared by %s. %s", w->by,
		    pairs ? "" : "Nothing can be compared: no experiment has boots that count in two "
				 "of them, with the same factor levels and time base.");
	for (i = 0; i < s->runs.nr_sources; i++)
		an_doc_entry(items, "%s", s->runs.source[i]);
	if (pairs)
		add_summaries(w, items);
}

static void add_replacements(const struct walk *w, json_t *items)
{
	an_add_replacements(w->doc, items, w->s);
}

static void add_ages(const struct walk *w, json_t *items)
{
	an_add_ages(w->doc, items, w->s);
}

static void add_perf(const struct walk *w, json_t *items)
{
	an_add_perf(w->doc, items, w->s);
}

static void add_aa(const struct walk *w, json_t *items)
{
	an_add_aa(w->doc, items, w->s);
}

static void add_sensitivity(const struct walk *w, json_t *items)
{
	an_add_sensitivity(w->doc, items, w->s);
	add_figures(items, w->figures, AN_FIG_SENSITIVITY, NULL);
}

static void add_conditions(const struct walk *w, json_t *items)
{
	an_add_setup(items, w->s);
}

/* What the compared sets have in common, and in what they differ. */
static void add_differences(const struct walk *w, json_t *items)
{
	static const struct an_fact variant = { "variant", .header_key = "variant" };
	json_t *list = json_array();
	size_t i, j, n, values;
	const struct an_boot **boot = an_counting_boots(w->s, &n);
	char *same = NULL;

	for (i = 0; i <= an_nr_conditions; i++) {
		const struct an_fact *fact = i ? &an_condition[i - 1] : &variant;
		struct an_distinct *d = an_collect(boot, n, fact, &values);

		if (values == 1)
			same = text_add(same, fact->name, ", ");
		else if (values > 1)
			an_add_fact(items, boot, n, fact);
		for (j = 0; values > 1 && j < values; j++)
			json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "fact", fact->name,
							      "value", d[j].value, "of",
							      d[j].variants));
		an_distinct_free(d, values);
	}
	json_object_set_new(w->doc, "header_differences", list);
	if (n)
		an_doc_para(items, "The same in all: %s.", same ? same : "nothing");
	free(same);
	free(boot);
}

/* A section per group. */
static void add_groups(const struct walk *w)
{
	const struct an_study *s = w->s;
	size_t i;

	for (i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];
		json_t *items = an_doc_section(w->doc, "Experiment %s%s%s (%s)", g->experiment,
					       *g->levels ? ", " : "", g->levels, g->time_base);

		if (w->by) {
			if (g->nr_variants < 2)
				an_doc_para(items, "Only %s has boots of this experiment.",
					    g->variant[0]);
		} else {
			/* levels of an experiment follow each other */
			if (!i || strcmp(g->experiment, s->group[i - 1].experiment))
				add_question(items, g);
			an_add_group(items, s, g);
			add_figures(items, w->figures, i, lead_figure(s, w->figures));
		}
		an_doc_table(items, g->label);
	}
}

static void add_sweeps(const struct walk *w, json_t *items)
{
	add_figures(items, w->figures, AN_FIG_SWEEP, NULL);
}

static void add_control(const struct walk *w, json_t *items)
{
	an_add_control(items, w->s);
}

static void add_boots(const struct walk *w, json_t *items)
{
	an_add_boots(items, w->s);
}

static void add_statistics(const struct walk *w, json_t *items)
{
	an_add_statistics(items, w->s);
}

static void add_limits(const struct walk *w, json_t *items)
{
	an_add_limits(items, w->s);
}

static void add_reproduce(const struct walk *w, json_t *items)
{
	an_doc_para(items, "In a checkout whose kernels have the patch ids above, after `make tools`:");
	an_add_reproduce(items, w->s);
	an_doc_para(items, "Raw data: runs/. Numbers for scripts: report.json. Figures: plots/.");
}

/* The sections in their order; the one without a title is the lead, @add NULL the groups. */
static const struct {
	const char *title;
	void (*add)(const struct walk *w, json_t *items);
	bool report, compare;
} sections[] = {
	{ "", add_lead, true, true },
	{ "What differs in the headers", add_differences, false, true },
	{ "", NULL, true, true },
	{ "Replacements where memory is short", add_replacements, true, true },
	{ "Memory of a host by lifetimes of TDs", add_ages, true, true },
	{ "perf stat", add_perf, true, true },
	{ "Over the levels of a factor", add_sweeps, true, false },
	{ "Does it depend on the assumed costs?", add_sensitivity, true, false },
	{ "A/A control: one variant against itself", add_aa, true, true },
	{ "Negative control", add_control, true, false },
	{ "Conditions", add_conditions, true, false },
	{ "Boots", add_boots, true, true },
	{ "How to read the numbers", add_statistics, true, true },
	{ "What was assumed, and what these numbers cannot say", add_limits, true, false },
	{ "How to reproduce", add_reproduce, true, false },
};

static void walk(const struct walk *w)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sections); i++) {
		if (w->by ? !sections[i].compare : !sections[i].report)
			continue;
		if (sections[i].add == add_sweeps && !an_figures_of(w->figures, AN_FIG_SWEEP))
			continue;
		if (sections[i].add == add_perf && !an_has_perf(w->s))
			continue;
		if (sections[i].add == add_replacements && !an_has_replacements(w->s))
			continue;
		if (sections[i].add == add_ages && !an_has_ages(w->s))
			continue;
		if (!sections[i].add)
			add_groups(w);
		else
			sections[i].add(w, an_doc_section(w->doc, "%s", sections[i].title));
	}
}

json_t *an_report_doc(const struct an_study *s, const struct an_figure_list *figures)
{
	struct walk w = { .doc = an_doc_new("report"), .s = s, .figures = figures };

	an_rows_add(w.doc, s);
	figure_names(w.doc, figures);
	walk(&w);
	an_add_mail(w.doc, s);
	return w.doc;
}

json_t *an_compare_doc(const struct an_study *s, const char *by)
{
	struct walk w = { .doc = an_doc_new("compare"), .s = s, .by = by };

	json_object_set_new(w.doc, "by", json_string(by));
	an_rows_add(w.doc, s);
	walk(&w);
	return w.doc;
}
