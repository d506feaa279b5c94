// SPDX-License-Identifier: GPL-2.0
/*
 * The controls: conversions must free no S-EPT page (negative control), and a variant compared
 * with itself must show no difference (A/A control).
 */
#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "lib/json_file.h"
#include "lib/textfmt.h"
#include "lib/variants.h"
#include "answer.h"
#include "doc.h"
#include "rows.h"

/* The variant of column @v, or the one to which its kernel adds patches of the user's; may be NULL. */
static const struct variant *variant_of(const struct an_group *g, size_t v)
{
	const struct variant *known = variant_find(g->variant[v]);
	size_t i;

	for (i = 0; !known && i < g->nr_boots; i++)
		if (!strcmp(g->boot[i]->column, g->variant[v]))
			known = variant_find(json_text(
				json_object_get(g->boot[i]->run->header, "kernel"), "base", "-"));
	return known;
}

/* Boots, and pages freed while TDs lived, of one variant. */
static void control_variant(json_t *items, const struct an_study *s, const struct an_group *g,
			    size_t v)
{
	const struct an_row *r = an_study_row(s, g, g->primary.control);
	const struct an_row *freed = an_study_row(s, g, "spt_freed_pages");
	const char *name = g->variant[v];
	const struct variant *variant = variant_of(g, v);
	const struct an_cell *c = r ? &r->cell[v] : NULL;
	size_t i, bad = 0;
	char n[40];

	if (!c || !c->n) {
		an_doc_entry(items,
			     "%s: not shown. No boot has both a usable trace and a td_destroy to "
			     "compare with.",
			     name);
		return;
	}
	for (i = 0; i < c->n; i++)
		bad += c->value[i] != 0;
	if (variant && !strcmp(variant->also, "sept-remove")) {
		an_doc_entry(items,
			     "%s: removes S-EPT pages at run time, so it is no control: in the %s "
			     "experiment %s pages (median) are freed before the first td_destroy.",
			     name, g->label, value_text(n, sizeof(n), c->median, "pages"));
		return;
	}
	if (bad) {
		an_doc_entry(items,
			     "%s: VIOLATED. In %zu of %zu boots S-EPT pages were freed while TDs "
			     "lived, up to %s in a boot. What this report says about conversions "
			     "rests on there being none.",
			     name, bad, c->n,
			     value_text(n, sizeof(n), c->value[c->n - 1], "pages"));
		return;
	}
	if (freed && freed->cell[v].n)
		an_doc_entry(items,
			     "%s: in the %s experiment, no S-EPT page is freed while TDs live: 0 "
			     "before the first td_destroy in each of %zu boots. All pages freed "
			     "(median %s) come from the teardown at the end.",
			     name, g->label, c->n,
			     value_text(n, sizeof(n), freed->cell[v].median, "pages"));
	else
		an_doc_entry(items,
			     "%s: in the %s experiment, no S-EPT page is freed while TDs live: 0 "
			     "before the first td_destroy in each of %zu boots.",
			     name, g->label, c->n);
}

void an_add_control(json_t *items, const struct an_study *s)
{
	bool any = false;
	size_t i, v;

	for (i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];

		if (!g->primary.control)
			continue;
		any = true;
		for (v = 0; v < g->nr_variants; v++)
			control_variant(items, s, g, v);
	}
	if (!any)
		an_doc_para(items, "Not run: there are no boots with conversions.");
}

/* Chance of at least @k false alarms among @n comparisons that are independent of each other. */
static double chance(size_t k, size_t n)
{
	return k ? gsl_cdf_binomial_Q(k - 1, AN_ALPHA, n) : 1;
}

static json_t *aa_object(const struct an_study *s)
{
	const struct an_aa *aa = &s->aa;
	json_t *rows = json_array();
	size_t i, j;

	for (i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];

		for (j = 0; j < g->nr_rows; j++)
			if (g->row[j].aa_cell.n)
				json_array_append_new(rows, an_aa_row(s, g, &g->row[j]));
	}
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "groups", (json_int_t)aa->groups,
			 "boots_of_second_sets", (json_int_t)aa->boots, "metrics_compared",
			 (json_int_t)aa->compared, "differ_uncorrected", (json_int_t)aa->differ_raw,
			 "differ_holm", (json_int_t)aa->differ_holm, "share_uncorrected",
			 an_doc_number(aa->compared ? (double)aa->differ_raw / aa->compared : NAN),
			 "comparisons", rows);
}

/* Which metrics were the false alarms, so that one can look at them. */
static void add_alarms(json_t *items, const struct an_study *s)
{
	size_t i, j;

	for (i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];

		for (j = 0; j < g->nr_rows; j++) {
			const struct an_row *r = &g->row[j];
			const char *unit = s->metrics.m[r->metric].unit;
			char shift[96], p[16];

			if (!r->aa_cell.n || !r->aa.in_family || r->aa.p > AN_ALPHA)
				continue;
			shift_text(shift, sizeof(shift), r->aa.shift.shift, r->aa.shift.low,
				   r->aa.shift.high, unit);
			an_doc_entry(items, "false alarm: %s, %s: %s, p %s", g->label,
				     s->metrics.m[r->metric].name, shift,
				     p_text(p, sizeof(p), r->aa.p));
		}
	}
}

/* Could any comparison of the control have differed, with as many boots as there are? */
static bool could_differ(const struct an_study *s)
{
	size_t i, j;

	for (i = 0; i < s->nr_groups; i++)
		for (j = 0; j < s->group[i].nr_rows; j++)
			if (s->group[i].row[j].aa.in_family &&
			    s->group[i].row[j].aa.p_smallest <= AN_ALPHA)
				return true;
	return false;
}

void an_add_aa(json_t *doc, json_t *items, const struct an_study *s)
{
	const struct an_aa *aa = &s->aa;
	const char *meaning;

	json_object_set_new(doc, "aa", aa_object(s));
	if (!aa->boots) {
		an_doc_para(items,
			    "No A/A boots (job key `aa`): how often this method sees a "
			    "difference where there is none was not measured in these runs.");
		return;
	}
	if (!aa->compared) {
		an_doc_para(
			items,
			"%zu boots of the same variant were made a second time with other seeds; "
			"every metric is the same in all of them, so there was nothing that could "
			"raise a false alarm.",
			aa->boots);
		return;
	}
	an_doc_para(items,
		    "%zu boots of the same variant were made a second time with other seeds and "
		    "compared with the first set: of %zu metrics that vary at all, %zu (%.1f %%) "
		    "differ at a nominal %g %% uncorrected, and %zu (%.1f %%) after Holm's "
		    "correction "
		    "over these %zu.",
		    aa->boots, aa->compared, aa->differ_raw, 100.0 * aa->differ_raw / aa->compared,
		    100 * AN_ALPHA, aa->differ_holm, 100.0 * aa->differ_holm / aa->compared,
		    aa->compared);
	if (!could_differ(s))
		meaning = "With so few boots no comparison could have differed, so this says "
			  "nothing: four boots in each set are the least.";
	else if (aa->differ_holm)
		meaning =
			"A difference between a variant and itself survived the correction, so "
			"something besides the variant moves these metrics: do not trust verdicts "
			"on them in this report.";
	else if (chance(aa->differ_raw, aa->compared) < 0.01)
		meaning =
			"That is more than the nominal share by more than chance explains, if "
			"the metrics were independent; metrics of one boot hang together, so they "
			"err together too. Take uncorrected p values below with care; the verdicts "
			"are corrected.";
	else
		meaning =
			"That is no more than the nominal level allows. It proves little: metrics of "
			"one boot depend on each other, and this is one pair of sets. "
			"analysis/README.md has the same over many pairs.";
	an_doc_para(items, "%s", meaning);
	add_alarms(items, s);
}
