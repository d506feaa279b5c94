// SPDX-License-Identifier: GPL-2.0
/*
 * The numbers of a report for scripts: flat rows, one per metric and variant and one
 * per comparison. The printers of tables read the same rows.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rows.h"
#include "doc.h"

#define NUMBER(o, key, v) json_object_set_new(o, key, an_doc_number(v))
#define COUNT(o, key, v) json_object_set_new(o, key, json_integer(v))
#define TEXT(o, key, v) json_object_set_new(o, key, json_string(v))

static json_t *better_word(enum metric_better better)
{
	return better == BETTER_UNKNOWN ? json_null() :
					  json_string(better == BETTER_LESS ? "less" : "more");
}

static json_t *row(const struct an_study *s, const struct an_group *g, const struct an_row *r)
{
	const struct metric *m = &s->metrics.m[r->metric];

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "label", g->label, "experiment",
			 g->experiment, "levels", g->levels, "time_base", g->time_base, "metric",
			 m->name, "unit", m->unit);
}

static void add_metrics(json_t *rows, const struct an_study *s, const struct an_group *g)
{
	size_t i, v, complete;

	for (i = 0; i < g->nr_rows; i++) {
		const struct an_row *r = &g->row[i];

		for (complete = v = 0; v < g->nr_variants; v++)
			complete += r->cell[v].n == an_group_boots(g, v);
		for (v = 0; v < g->nr_variants; v++) {
			const struct an_cell *c = &r->cell[v];
			json_t *o = row(s, g, r);

			TEXT(o, "variant", g->variant[v]);
			json_object_set_new(o, "primary",
					    json_boolean(an_primary(g, &s->metrics.m[r->metric])));
			json_object_set_new(o, "better",
					    better_word(an_better(g, &s->metrics.m[r->metric])));
			json_object_set_new(o, "carried",
					    json_boolean(an_carried(g, &s->metrics.m[r->metric])));
			json_object_set_new(o, "same_in_all_boots",
					    json_boolean(r->constant &&
							 complete == g->nr_variants));
			json_object_set_new(o, "same_in_its_boots", json_boolean(an_one_value(c)));
			COUNT(o, "n_boots", c->n);
			COUNT(o, "n_boots_of_variant", an_group_boots(g, v));
			NUMBER(o, "median", c->median);
			NUMBER(o, "q1", c->q1);
			NUMBER(o, "q3", c->q3);
			NUMBER(o, "median_ci_low", c->ci.low);
			NUMBER(o, "median_ci_high", c->ci.high);
			NUMBER(o, "median_ci_level", c->n > 1 ? c->ci.level : NAN);
			json_array_append_new(rows, o);
		}
	}
}

static void add_comparison(json_t *o, const struct an_comparison *c, size_t na, size_t nb)
{
	COUNT(o, "n_a", na);
	COUNT(o, "n_b", nb);
	NUMBER(o, "shift", c->shift.shift);
	NUMBER(o, "ci_low", c->shift.low);
	NUMBER(o, "ci_high", c->shift.high);
	NUMBER(o, "ci_level", isnan(c->shift.low) ? NAN : c->shift.level);
	NUMBER(o, "ratio", c->ratio.ratio);
	NUMBER(o, "ratio_low", c->ratio.low);
	NUMBER(o, "ratio_high", c->ratio.high);
	TEXT(o, "test", c->by_block ? "blocks" : "ranks");
	NUMBER(o, "p", c->p);
	NUMBER(o, "p_smallest", c->p_smallest);
	NUMBER(o, "p_holm", c->p_holm);
	TEXT(o, "p_method",
	     c->by_block ? c->block.exact ? "exact" : "drawn"
			 : c->rank.exact ? "exact" : "normal");
	NUMBER(o, "p_ranks", c->rank.p);
	NUMBER(o, "p_blocks", c->block.p);
	COUNT(o, "n_blocks", c->block.blocks);
}

static void add_comparisons(json_t *rows, const struct an_study *s, const struct an_group *g)
{
	size_t i, v;

	for (i = 0; i < g->nr_rows; i++) {
		const struct an_row *r = &g->row[i];

		for (v = 1; v < g->nr_variants; v++) {
			const struct an_comparison *c = &r->cmp[v];
			json_t *o = row(s, g, r);

			TEXT(o, "variant_a", g->variant[0]);
			TEXT(o, "variant_b", g->variant[v]);
			add_comparison(o, c, r->cell[0].n, r->cell[v].n);
			NUMBER(o, "detectable_shift", c->detectable);
			TEXT(o, "family", c->primary ? "primary" : "secondary");
			COUNT(o, "family_size", s->family[c->primary]);
			TEXT(o, "verdict", an_verdict_words(c->verdict));
			json_object_set_new(o, "carried",
					    json_boolean(an_carried(g, &s->metrics.m[r->metric])));
			json_array_append_new(rows, o);
		}
	}
}

json_t *an_aa_row(const struct an_study *s, const struct an_group *g, const struct an_row *r)
{
	json_t *o = row(s, g, r);

	TEXT(o, "variant", g->variant[g->aa_variant]);
	add_comparison(o, &r->aa, r->cell[g->aa_variant].n, r->aa_cell.n);
	return o;
}

void an_rows_add(json_t *doc, const struct an_study *s)
{
	size_t i;

	for (i = 0; i < s->nr_groups; i++) {
		add_metrics(json_object_get(doc, "metrics"), s, &s->group[i]);
		add_comparisons(json_object_get(doc, "comparisons"), s, &s->group[i]);
	}
}

void an_rows_print_csv(FILE *f, const json_t *doc, const char *key)
{
	const json_t *rows = json_object_get(doc, key), *first = json_array_get(rows, 0);
	const char *name, *sep = "";
	json_t *v;
	size_t i;

	/* all rows have the keys of the first; loaded_run.c refuses names with commas or quotes */
	json_object_foreach((json_t *)first, name, v)
	{
		fprintf(f, "%s%s", sep, name);
		sep = ",";
	}
	if (first)
		fputc('\n', f);
	for (i = 0; i < json_array_size(rows); i++) {
		sep = "";
		json_object_foreach(json_array_get(rows, i), name, v)
		{
			fputs(sep, f);
			if (json_is_string(v))
				fputs(json_string_value(v), f);
			else if (!json_is_null(v))
				json_dumpf(v, f, JSON_ENCODE_ANY | JSON_REAL_PRECISION(12));
			sep = ",";
		}
		fputc('\n', f);
	}
}
