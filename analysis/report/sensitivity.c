// SPDX-License-Identifier: GPL-2.0
/*
 * Does the outcome depend on the assumed costs of the simulated TDX module? Lists for each
 * primary metric the verdict at each cost level that was run, and whether they agree.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "lib/textfmt.h"
#include "answer.h"
#include "doc.h"

/* Column of variant @name in @g, or 0 if it has none. */
static size_t column_of(const struct an_group *g, const char *name)
{
	size_t v;

	for (v = 1; v < g->nr_variants && strcmp(g->variant[v], name); v++)
		;
	return v < g->nr_variants ? v : 0;
}

static bool shown(enum an_verdict v)
{
	return v != AN_NOT_ENOUGH_BOOTS && v != AN_NO_DIFFERENCE;
}

/* "holds at low, mid and high", "flips: ...", from the verdicts at @n levels. */
static const char *outcome(const enum an_verdict *v, size_t n)
{
	size_t i, nr_shown = 0;
	bool same = true;

	for (i = 0; i < n; i++) {
		nr_shown += shown(v[i]);
		same &= v[i] == v[0];
		if (v[i] == AN_NOT_ENOUGH_BOOTS)
			return "undecided: not enough boots";
	}
	if (same)
		return nr_shown ? "holds" : "holds (no difference shown at any level)";
	return nr_shown < n ? "shown at some levels only" : "flips";
}

static void add_metric(json_t *list, json_t *items, const struct an_study *s,
		       const struct an_sweep *w, size_t metric, const char *variant)
{
	const struct metric *m = &s->metrics.m[metric];
	enum an_verdict *verdict = xcalloc(w->n, sizeof(*verdict));
	json_t *levels = json_array();
	char *text = NULL, *one;
	const char *word;
	size_t i, n = 0;

	for (i = 0; i < w->n; i++) {
		const struct an_group *g = &s->group[w->group[i]];
		const struct an_row *r = an_study_row(s, g, m->name);
		size_t v = column_of(g, variant);
		const struct an_comparison *c = r && v ? &r->cmp[v] : NULL;
		char ratio[96];

		if (!c || !r->cell[0].n || !r->cell[v].n)
			continue;
		verdict[n++] = c->verdict;
		ratio_text(ratio, sizeof(ratio), c->ratio.ratio, c->ratio.low, c->ratio.high);
		one = xasprintf("%s: %s, ratio %s", w->level[i], an_verdict_words(c->verdict),
				ratio);
		text = text_add(text, one, "; ");
		free(one);
		json_array_append_new(levels,
				      json_pack("{s:s, s:s, s:o, s:o, s:o}", "level", w->level[i],
						"verdict", an_verdict_words(c->verdict), "ratio",
						an_doc_number(c->ratio.ratio), "ratio_low",
						an_doc_number(c->ratio.low), "ratio_high",
						an_doc_number(c->ratio.high)));
	}
	if (n >= 2) {
		char *others = an_levels_without(s->group[w->group[0]].levels, w->factor);

		word = outcome(verdict, n);
		an_doc_entry(items, "%s%s%s, %s, %s against %s: %s (%s).",
			     s->group[w->group[0]].experiment, *others ? ", " : "", others,
			     m->name, variant,
			     s->group[w->group[0]].variant[0], word, text);
		free(others);
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:O}", "experiment",
					s->group[w->group[0]].experiment, "metric", m->name,
					"variant_a", s->group[w->group[0]].variant[0], "variant_b",
					variant, "outcome", word, "levels", levels));
	}
	json_decref(levels);
	free(verdict);
	free(text);
}

void an_add_sensitivity(json_t *doc, json_t *items, const struct an_study *s)
{
	json_t *list = json_array();
	size_t i, m, v;

	json_object_set_new(doc, "sensitivity", list);
	for (i = 0; i < s->nr_sweeps; i++) {
		const struct an_sweep *w = &s->sweep[i];
		const struct an_group *g = &s->group[w->group[0]];

		if (strcmp(w->factor, "cost"))
			continue;
		for (m = 0; m < s->metrics.n; m++)
			for (v = 1; an_primary(g, &s->metrics.m[m]) && v < g->nr_variants; v++)
				add_metric(list, items, s, w, m, g->variant[v]);
	}
	if (!json_array_size(list))
		an_doc_para(items, "These runs have one level of the simulated module's costs (job "
				   "key `factor.cost = low mid high` for all three), so whether the "
				   "outcome holds from low to high costs is not shown.");
}
