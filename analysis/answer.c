// SPDX-License-Identifier: GPL-2.0
/*
 * The answer in words. Every word that could be wrong is chosen by a verdict or a
 * number of the study; data that contradict what everybody expects, or that are
 * missing, produce other sentences and not the expected ones with odd numbers.
 */
#include <math.h>
#include <stdlib.h>

#include "../bench/util.h"
#include "answer.h"
#include "textfmt.h"

#define SPT_BYTES 4096 /* one S-EPT page */

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
			 an_bytes_text(bytes, sizeof(bytes), pages * SPT_BYTES));
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

/* "WHAT X under b and Y under a: VERDICT"; NULL if not measured. */
static char *clause(const struct an_study *s, const struct an_group *g, size_t v,
		    const char *metric, const char *what)
{
	const struct an_cell *a, *b;
	const struct an_comparison *c = comparison(s, g, metric, v, &a, &b);
	char ta[40], tb[40];

	if (!c)
		return NULL;
	return xasprintf("%s %s under %s and %s under %s: %s.", what,
			 an_value_text(tb, sizeof(tb), b->median, "ns"), g->variant[v],
			 an_value_text(ta, sizeof(ta), a->median, "ns"), g->variant[0],
			 an_verdict_words(c->verdict));
}

static void answer_teardown(FILE *f, const struct an_study *s, const struct an_group *g, size_t v)
{
	char *memory = memory_clause(s, g, v);
	char *held = clause(s, g, v, "spt_held_time_mean_ns", "A page is held for");
	char *destroy = clause(s, g, v, "td_destroy_ns_p50", "Destroying a TD takes");

	if (!memory)
		memory = xasprintf("none about memory, the boots of %s and %s have no "
				   "spt_held_peak_pages to compare",
				   g->variant[0], g->variant[v]);
	an_para(f, 0, 0, "Answer (%s): %s. %s %s", g->label, memory,
		held ? held : "How long a page is held was not measured.",
		destroy ? destroy : "How long a destroy takes was not measured.");
	free(memory);
	free(held);
	free(destroy);
}

static void answer_convert(FILE *f, const struct an_study *s, const struct an_group *g, size_t v)
{
	char *text = clause(s, g, v, "convert_round_ns_p50",
			    "A round trip private-shared-private takes");

	an_para(f, 0, 0, "Conversions (%s): %s", g->label,
		text ? text : "their latency was not measured.");
	free(text);
}

void an_answer_print(FILE *f, const struct an_study *s)
{
	bool answered = false;
	size_t i, v;

	an_para(f, 0, 0,
		"Question: KVM can free the page behind a TD's S-EPT table (external_spt) as soon "
		"as the "
		"TDX module gives it back (immediate), or from the RCU callback that frees sp->spt "
		"(rcu). How much "
		"memory does each hold, for how long, and what does each cost?");
	fputc('\n', f);
	for (i = 0; i < s->nr_groups; i++)
		for (v = 1; v < s->group[i].nr_variants; v++)
			if (!s->group[i].converts) {
				answer_teardown(f, s, &s->group[i], v);
				answered = true;
			}
	if (!answered) {
		an_para(f, 0, 0,
			"Answer: none. These runs hold no experiment without conversions in which "
			"two "
			"variants have boots that count; see \"Boots\" below for what there is.");
		for (i = 0; i < s->nr_groups; i++)
			if (!s->group[i].converts)
				an_para(f, 0, 0, "Experiment %s has boots of %s only.",
					s->group[i].label, s->group[i].variant[0]);
	}
	for (i = 0; i < s->nr_groups; i++)
		for (v = 1; v < s->group[i].nr_variants; v++)
			if (s->group[i].converts)
				answer_convert(f, s, &s->group[i], v);
}

/* Boots, and pages freed while TDs lived, of one variant. */
static void control_variant(FILE *f, const struct an_study *s, const struct an_group *g, size_t v)
{
	const struct an_row *r = an_study_row(s, g, "spt_freed_during_churn_pages");
	const struct an_row *freed = an_study_row(s, g, "spt_freed_pages");
	const char *name = g->variant[v];
	const struct an_cell *c = r ? &r->cell[v] : NULL;
	size_t i, bad = 0;
	char n[40];

	if (!c || !c->n) {
		an_para(f, 0, 2,
			"%s: not shown. No boot has both a usable trace and a td_destroy to "
			"compare with.",
			name);
		return;
	}
	for (i = 0; i < c->n; i++)
		bad += c->value[i] != 0;
	if (bad) {
		an_para(f, 0, 2,
			"%s: VIOLATED. In %zu of %zu boots S-EPT pages were freed while TDs lived, "
			"up to %s in "
			"a boot. What this report says about conversions rests on there being "
			"none.",
			name, bad, c->n, an_value_text(n, sizeof(n), c->value[c->n - 1], "pages"));
		return;
	}
	if (freed && freed->cell[v].n)
		an_para(f, 0, 2,
			"%s: in the %s experiment, no S-EPT page is freed while TDs live: 0 before "
			"the first "
			"td_destroy in each of %zu boots. All pages freed (median %s) come from "
			"the teardown at the end.",
			name, g->label, c->n,
			an_value_text(n, sizeof(n), freed->cell[v].median, "pages"));
	else
		an_para(f, 0, 2,
			"%s: in the %s experiment, no S-EPT page is freed while TDs live: 0 before "
			"the first "
			"td_destroy in each of %zu boots.",
			name, g->label, c->n);
}

void an_control_print(FILE *f, const struct an_study *s)
{
	bool any = false;
	size_t i, v;

	for (i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];

		if (!g->converts)
			continue;
		any = true;
		for (v = 0; v < g->nr_variants; v++)
			control_variant(f, s, g, v);
	}
	if (!any)
		an_para(f, 0, 0, "Not run: there are no boots with conversions.");
}
