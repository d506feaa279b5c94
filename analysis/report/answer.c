// SPDX-License-Identifier: GPL-2.0
/*
 * The answer in words. Verdicts and numbers of the study choose the words, so unexpected or
 * missing data give other sentences.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json_file.h"
#include "lib/page_size.h"
#include "lib/text.h"
#include "lib/textfmt.h"
#include "answer.h"
#include "answer_cells.h"
#include "doc.h"
#include "setup.h"
#include "facts.h"

const char an_uncarried_words[] = "not told, a tail of several threads in virtual time";

/* A difference between medians of counts need not be whole; nobody wants its decimals. */
static double rounded(double value, const char *unit)
{
	if (*unit_scale_for(value, unit).name)
		return value;
	return value < 10 ? round(10 * value) / 10 : round(value);
}

char *an_value_words(double value, const char *unit)
{
	double bytes_each = !strcmp(unit, "pages") ? PAGE_BYTES :
			    !strcmp(unit, "pairs") ? PAMT_PAIR_BYTES : 0;
	char n[40], bytes[40];

	value_text(n, sizeof(n), rounded(value, unit), unit);
	if (!bytes_each)
		return xstrdup(n);
	return xasprintf("%s (%s)", n, bytes_text(bytes, sizeof(bytes), value * bytes_each));
}

char *an_what_words(const struct an_primary *p, const struct metric *m)
{
	if (!p->what && !m->what)
		return xasprintf("%s is", p->metric);
	return xstrdup(p->what ? p->what : m->what);
}

const char *an_verdict_of(const struct an_group *g, const struct metric *m,
			  const struct an_comparison *c)
{
	if (!an_carried(g, m))
		return an_uncarried_words;
	return c->verdict == AN_NOT_ENOUGH_BOOTS ? "too few boots to tell"
						 : an_verdict_words(c->verdict);
}

/* " (with 7 boots a difference under 1.9 ms could not be seen)", or "" if one was shown; malloc'ed. */
static char *undetectable_text(const struct an_comparison *c, const char *unit)
{
	char text[40];

	if (c->verdict != AN_NO_DIFFERENCE || !(c->detectable > 0) || isinf(c->detectable))
		return xstrdup("");
	return xasprintf(" (with %zu boots a difference under %s could not be seen)", c->nr_boots,
			 value_text(text, sizeof(text), rounded(c->detectable, unit), unit));
}

/* ", which is worse" or ", which is better", of "more" or "less"; "" of other verdicts. */
static const char *judgement(enum an_verdict verdict, enum metric_better better)
{
	if (better == BETTER_UNKNOWN || (verdict != AN_MORE && verdict != AN_LESS))
		return "";
	return (verdict == AN_MORE) == (better == BETTER_MORE) ? ", which is better" :
								  ", which is worse";
}

/* "WHAT X under b and Y under a: VERDICT"; of column 0 "WHAT X under a". */
static char *clause(const struct an_study *s, const struct an_group *g, size_t v,
		    const struct an_primary *p)
{
	const struct an_row *r = an_study_row(s, g, p->metric);
	const struct metric *m = r ? &s->metrics.m[r->metric] : NULL;
	const struct an_cell *a = r ? &r->cell[0] : NULL, *b = r ? &r->cell[v] : NULL;
	const struct an_comparison *c = r ? &r->cmp[v] : NULL;
	char *what, *ta, *tb, by[40], small[16], *text, *more;

	if (!r)
		return xasprintf("no boot has the metric %s", p->metric);
	if (!a->n || !b->n)
		return xasprintf("%s was not measured under %s", p->metric, g->variant[b->n ? 0 : v]);
	what = an_what_words(p, m);
	ta = an_value_words(a->median, m->unit);
	tb = an_value_words(b->median, m->unit);
	if (!v) {
		text = xasprintf("%s %s under %s", what, ta, g->variant[0]);
	} else {
		small_text(small, sizeof(small), c->ratio.ratio);
		if (!an_carried(g, m))
			more = xstrdup("");
		else if (c->verdict > AN_NO_DIFFERENCE && *small && strcmp(ta, tb))
			more = xasprintf(" by %s", small);
		else if (c->verdict > AN_NO_DIFFERENCE && !strcmp(ta, tb))
			more = xasprintf(" by %s", value_text(by, sizeof(by),
								 fabs(c->shift.shift), m->unit));
		else
			more = undetectable_text(c, m->unit);
		text = xasprintf("%s %s under %s and %s under %s: %s%s%s", what, tb, g->variant[v],
				 ta, g->variant[0], an_verdict_of(g, m, c), more,
				 an_carried(g, m) ? judgement(c->verdict, an_better(g, m)) : "");
		free(more);
	}
	free(what);
	free(ta);
	free(tb);
	return text;
}

/* A clause for each primary metric, in their order. */
static char *sentence(const struct an_study *s, const struct an_group *g, size_t v)
{
	char *all = NULL, *full;

	if (!g->primary.n)
		return xstrdup("none. Neither the job file nor the workload names a primary metric.");
	for (size_t i = 0; i < g->primary.n; i++) {
		char *text = clause(s, g, v, &g->primary.list[i]);

		all = text_add(all, text, "; ");
		free(text);
	}
	full = v ? xasprintf("%s.", all) :
		   xasprintf("%s (median of %zu boots, all of %s).", all, an_group_boots(g, 0),
			     g->variant[0]);
	free(all);
	return full;
}

static bool has_cost(const struct an_group *g, const char *level)
{
	char *cost = an_level_of(g->levels, "cost");
	bool has = cost && !strcmp(cost, level);

	free(cost);
	return has;
}

bool an_answered_elsewhere(const struct an_study *s, const struct an_group *g)
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

/* The question of the group's job file; NULL if its headers have none. */
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

/* The questions of the job files, each once; if there are none, the question of this project. */
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
		all = text_add(all, asked, " ");
	}
	if (!all)
		an_doc_para(items, "Question: %s", question);
	json_object_set_new(doc, "question", json_string(all ? all : question));
	free(all);
	all = an_own_variants(s);
	if (all)
		an_doc_para(items, "Your own: %s.", all);
	free(all);
}

/* "; platform spr" of the group's boots; "" where a factor's level says it, or no boot knows. */
static char *platform_of(const struct an_group *g)
{
	char *level = an_level_of(g->levels, "platform"), *names = NULL, *text;

	for (size_t i = 0; !level && i < g->nr_boots; i++) {
		const char *name = json_text(g->boot[i]->run->header, "platform", NULL);

		if (name && (!names || !an_has_word(names, name)))
			names = text_add(names, name, ", ");
	}
	text = names ? xasprintf("; platform %s", names) : xstrdup("");
	free(names);
	free(level);
	return text;
}

static void add_answer(json_t *items, const struct an_group *g, const char *where, const char *text)
{
	char *platform = platform_of(g);

	an_doc_para(items, "Answer (%s%s%s; %s%s): %s", g->experiment, *where ? ", " : "", where,
		    g->time_base, platform, text);
	free(platform);
}

/* Is @g answered, with others, in a sentence for all? The first of them prints it. */
static bool answer_cells(json_t *items, const struct an_study *s, const struct an_group *g,
			 size_t v)
{
	struct an_cells cells;
	char *where, *text;

	if (!an_cells_of(&cells, s, g))
		return false;
	if (cells.group[0] == g) {
		where = xasprintf("%zu cells", cells.n);
		text = an_cells_sentence(s, &cells, v);
		add_answer(items, g, where, text);
		free(where);
		free(text);
	}
	free(cells.group);
	return true;
}

static void one_answer(json_t *answers, json_t *items, const struct an_study *s,
		       const struct an_group *g, size_t v)
{
	char *text = sentence(s, g, v);

	if (!answer_cells(items, s, g, v))
		add_answer(items, g, g->levels, text);
	json_array_append_new(answers,
			      json_pack("{s:s, s:s, s:s, s:s}", "label", g->label, "time_base",
					g->time_base, "variant", g->variant[v], "text", text));
	free(text);
}

void an_add_answer(json_t *doc, json_t *items, const struct an_study *s)
{
	json_t *answers = json_array();
	size_t i, v;

	json_object_set_new(doc, "answers", answers);
	add_question(doc, items, s);
	for (i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];

		/* one variant has nothing to be compared with; its values are the answer */
		for (v = g->nr_variants > 1; v < g->nr_variants; v++)
			if (!an_answered_elsewhere(s, g))
				one_answer(answers, items, s, g, v);
	}
	if (!s->nr_groups)
		an_doc_para(items, "Answer: none. No boot counts; see \"Boots\" below for what there is.");
}
