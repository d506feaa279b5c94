// SPDX-License-Identifier: GPL-2.0
/*
 * The answer in words. Every word that could be wrong is chosen by a verdict or a
 * number of the study; data that contradict what everybody expects, or that are
 * missing, produce other sentences and not the expected ones with odd numbers.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json_file.h"
#include "lib/page_size.h"
#include "lib/text.h"
#include "lib/textfmt.h"
#include "answer.h"
#include "doc.h"
#include "facts.h"

static const struct an_comparison *comparison(const struct an_study *s, const struct an_group *g,
					      const char *metric, size_t v,
					      const struct an_cell **a, const struct an_cell **b)
{
	const struct an_row *r = an_study_row(s, g, metric);

	if (!r || !r->cell[0].n || !r->cell[v].n)
		return NULL;
	*a = &r->cell[0];
	*b = &r->cell[v];
	return &r->cmp[v];
}

/* "2053 S-EPT pages (8.02 MiB)" */
static char *pages_text(double pages)
{
	char n[40], bytes[40];

	return xasprintf("%s S-EPT page%s (%s)", an_value_text(n, sizeof(n), pages, "pages"),
			 pages == 1 ? "" : "s",
			 an_bytes_text(bytes, sizeof(bytes), pages * PAGE_BYTES));
}

/* What holding back costs in memory: the first clause of the answer. NULL if not measured. */
static char *memory_clause(const struct an_study *s, const struct an_group *g, size_t v)
{
	const char *va = g->variant[0], *vb = g->variant[v];
	const struct an_cell *a, *b;
	const struct an_comparison *c = comparison(s, g, "spt_held_peak_pages", v, &a, &b);
	char *pa, *pb, *text;

	if (!c)
		return NULL;
	pa = pages_text(a->median);
	pb = pages_text(b->median);
	switch (c->verdict) {
	case AN_MORE:
	case AN_SLOWER:
		text = xasprintf("%s holds more memory than %s: %s at the peak against %s", vb, va,
				 pb, pa);
		break;
	case AN_LESS:
	case AN_FASTER:
		text = xasprintf("%s holds less memory than %s: %s at the peak against %s", vb, va,
				 pb, pa);
		break;
	case AN_NO_DIFFERENCE:
		text = xasprintf("no difference shown in the memory that %s and %s hold: %s at the "
				 "peak and %s",
				 vb, va, pb, pa);
		break;
	default:
		text = xasprintf("there are not enough boots to tell the memory held under %s from "
				 "that under %s: "
				 "%s at the peak and %s",
				 vb, va, pb, pa);
	}
	free(pa);
	free(pb);
	return text;
}

/* " (a shift under 1.9 ms could not be seen)": only where nothing was shown. Malloc'ed. */
static char *unseen(const struct an_comparison *c, const char *unit)
{
	char text[40];

	if (c->verdict != AN_NO_DIFFERENCE || !(c->detectable > 0) || isinf(c->detectable))
		return xstrdup("");
	return xasprintf(" (with %zu boots a difference under %s could not be seen)", c->nr_boots,
			 an_value_text(text, sizeof(text), c->detectable, unit));
}

/* "WHAT X under b and Y under a: VERDICT"; NULL if not measured. */
static char *clause(const struct an_study *s, const struct an_group *g, size_t v,
		    const char *metric, const char *what)
{
	const struct an_cell *a, *b;
	const struct an_comparison *c = comparison(s, g, metric, v, &a, &b);
	const char *unit = c ? s->metrics.m[an_metrics_find(&s->metrics, metric)].unit : NULL;
	char ta[40], tb[40], by[40], *text, *more;

	if (!c)
		return NULL;
	an_value_text(tb, sizeof(tb), b->median, unit);
	an_value_text(ta, sizeof(ta), a->median, unit);
	if (c->verdict != AN_NO_DIFFERENCE && !strcmp(ta, tb))
		more = xasprintf(" by %s",
				 an_value_text(by, sizeof(by), fabs(c->shift.shift), unit));
	else
		more = unseen(c, unit);
	text = xasprintf("%s %s under %s and %s under %s: %s%s", what, tb, g->variant[v], ta,
			 g->variant[0],
			 c->verdict == AN_NOT_ENOUGH_BOOTS ? "too few boots to tell"
						     : an_verdict_words(c->verdict),
			 more);
	free(more);
	return text;
}

static char *teardown_sentence(const struct an_study *s, const struct an_group *g, size_t v)
{
	char *memory = memory_clause(s, g, v), *text;
	char *held = clause(s, g, v, "spt_held_time_mean_ns", "a page is held for");
	char *destroy = clause(s, g, v, "td_destroy_ns_p50", "destroying a TD takes");

	if (!memory)
		memory = xasprintf("none about memory, the boots of %s and %s have no "
				   "spt_held_peak_pages to compare",
				   g->variant[0], g->variant[v]);
	text = xasprintf("%s; %s; %s.", memory,
			 held ? held : "how long a page is held was not measured",
			 destroy ? destroy : "how long a destroy takes was not measured");
	free(memory);
	free(held);
	free(destroy);
	return text;
}

/* "WHAT; ITS 99TH PERCENTILE; THE LOCK." of the operation @op, NULL if it was not timed. */
static char *fault_sentence(const struct an_study *s, const struct an_group *g, size_t v,
			    const char *op, const char *what)
{
	char *p50_name = xasprintf("%s_ns_p50", op), *p99_name = xasprintf("%s_ns_p99", op);
	char *p50 = clause(s, g, v, p50_name, what), *full = NULL;
	char *p99 = clause(s, g, v, p99_name, "its 99th percentile is");
	char *lock = clause(s, g, v, "pamt_lock_wait_ns_mean", "taking pamt_lock takes on average");

	if (p50)
		full = xasprintf("%s; %s%s%s.", p50,
				 p99 ? p99 : "its 99th percentile was not measured",
				 lock ? "; " : "", lock ? lock : "");
	free(lock);
	free(p50_name);
	free(p99_name);
	free(p50);
	free(p99);
	return full;
}

/* How many pairs, in a group of one variant too: the question is about their number. */
static char *pairs_sentence(const struct an_study *s, const struct an_group *g, size_t v)
{
	const struct an_row *r = an_study_row(s, g, "pamt_pairs_peak");
	char n[40], bytes[40], *text, *full;

	if (!r || !r->cell[v].n)
		return xstrdup("the pairs were not counted.");
	if (!v)
		return xasprintf(
			"%s PAMT pairs (%s) at the peak under %s, median of %zu boots.",
			an_value_text(n, sizeof(n), r->cell[0].median, "pairs"),
			an_bytes_text(bytes, sizeof(bytes), r->cell[0].median * PAMT_PAIR_BYTES),
			g->variant[0], r->cell[0].n);
	text = clause(s, g, v, "pamt_pairs_peak", "PAMT pairs at the peak are");
	full = xasprintf("%s.", text ? text : "the pairs cannot be compared");
	free(text);
	return full;
}

/* A clause for each metric that the job file names, in its order. */
static char *named_sentence(const struct an_study *s, const struct an_group *g, size_t v)
{
	char *all = NULL, *full;
	const json_t *one;
	size_t i;

	json_array_foreach(g->primary, i, one) {
		const char *name = json_string_value(one) ? json_string_value(one) : "?";
		char *what = xasprintf("%s is", name), *text = clause(s, g, v, name, what);

		if (!text)
			text = xasprintf("no boot has the metric %s", name);
		all = an_add_word(all, text, "; ");
		free(text);
		free(what);
	}
	full = xasprintf("%s.", all ? all : "the job file names no primary metric");
	free(all);
	return full;
}

static char *sentence(const struct an_study *s, const struct an_group *g, size_t v)
{
	char *text, *full;

	if (g->primary)
		return named_sentence(s, g, v);
	switch (g->kind) {
	case AN_KIND_TEARDOWN:
		return teardown_sentence(s, g, v);
	case AN_KIND_CONVERT:
		text = clause(s, g, v, "convert_round_ns_p50",
			      "a round trip private-shared-private takes");
		full = text ? xasprintf("%s.", text) : xstrdup("its latency was not measured.");
		free(text);
		return full;
	case AN_KIND_PAIRS:
		return pairs_sentence(s, g, v);
	default:
		text = fault_sentence(s, g, v, "victim_fault", "a victim's fault takes");
		if (!text)
			text = fault_sentence(s, g, v, "fault", "a fault takes");
		return text ? text : xstrdup("the latency of faults was not measured.");
	}
}

static bool has_cost(const struct an_group *g, const char *level)
{
	char *cost = an_level_of(g->levels, "cost");
	bool has = cost && !strcmp(cost, level);

	free(cost);
	return has;
}

/* Where costs were varied about the middle, the other levels are the matter of the sensitivity section. */
static bool answered_elsewhere(const struct an_study *s, const struct an_group *g)
{
	size_t i;

	if (!has_cost(g, "low") && !has_cost(g, "high"))
		return false;
	for (i = 0; i < s->nr_groups; i++)
		if (!strcmp(s->group[i].experiment, g->experiment) &&
		    has_cost(&s->group[i], "mid"))
			return true;
	return false;
}

static const char *kind_word(enum an_kind kind)
{
	static const char *const word[] = {
		[AN_KIND_TEARDOWN] = "Answer",
		[AN_KIND_CONVERT] = "Conversions",
		[AN_KIND_FAULT] = "Faults",
		[AN_KIND_PAIRS] = "Pairs",
	};

	return word[kind];
}

/* The question of the group's job file, NULL if its boots know none. */
static const char *question_of(const struct an_group *g)
{
	return json_text(g->boot[0]->run->header, "question", NULL);
}

/* Has a group before number @i the same question? */
static bool asked_before(const struct an_study *s, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		const char *before = question_of(&s->group[j]);

		if (before && !strcmp(before, question_of(&s->group[i])))
			return true;
	}
	return false;
}

/* What the job files ask, each question once; where no boot knows one, what this project asks. */
static void add_question(json_t *doc, json_t *items, const struct an_study *s)
{
	static const char question[] =
		"KVM can free the page behind a TD's S-EPT table (external_spt) as soon as the "
		"TDX module gives it back (immediate), or from the RCU callback that frees sp->spt "
		"(rcu). How much memory does each hold, for how long, and what does each cost?";
	char *all = NULL;
	size_t i;

	for (i = 0; i < s->nr_groups; i++) {
		const char *asked = question_of(&s->group[i]);

		if (!asked || asked_before(s, i))
			continue;
		an_doc_para(items, "Question (%s): %s", s->group[i].experiment, asked);
		all = an_add_word(all, asked, " ");
	}
	if (!all)
		an_doc_para(items, "Question: %s", question);
	json_object_set_new(doc, "question", json_string(all ? all : question));
	free(all);
}

static void one_answer(json_t *answers, json_t *items, const struct an_study *s,
		       const struct an_group *g, size_t v)
{
	char *text = sentence(s, g, v);

	an_doc_para(items, "%s (%s%s%s; %s): %s", g->primary ? "Answer" : kind_word(g->kind), g->experiment,
		    *g->levels ? ", " : "", g->levels, g->time_base, text);
	json_array_append_new(answers, json_pack("{s:s, s:s, s:s, s:s}", "label", g->label,
						 "time_base", g->time_base, "variant", g->variant[v],
						 "text", text));
	free(text);
}

void an_add_answer(json_t *doc, json_t *items, const struct an_study *s)
{
	json_t *answers = json_array();
	bool answered = false;
	size_t i, v;

	json_object_set_new(doc, "answers", answers);
	add_question(doc, items, s);
	for (i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];

		for (v = g->primary || g->kind != AN_KIND_PAIRS; v < g->nr_variants; v++) {
			answered = true;
			if (!answered_elsewhere(s, g))
				one_answer(answers, items, s, g, v);
		}
	}
	if (answered)
		return;
	an_doc_para(items, "Answer: none. No experiment here has boots that count in two variants; "
			   "see \"Boots\" below for what there is.");
	for (i = 0; i < s->nr_groups; i++)	/* levels of an experiment follow each other */
		if (!i || strcmp(s->group[i].experiment, s->group[i - 1].experiment))
			an_doc_para(items, "Experiment %s has boots of %s only.",
				    s->group[i].experiment, s->group[i].variant[0]);
}
