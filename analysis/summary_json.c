// SPDX-License-Identifier: GPL-2.0
/*
 * summary.json: the numbers of the report for scripts.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../bench/util.h"
#include "summary_json.h"

/* Numbers without a value are null; whole ones are written as integers. */
static json_t *number(double v)
{
	if (isnan(v) || isinf(v))
		return json_null();
	if (v == rint(v) && fabs(v) < 9e15)
		return json_integer((json_int_t)v);
	return json_real(v);
}

static void add_metrics(const struct an_study *s, const struct an_group *g, json_t *rows)
{
	size_t i, v;

	for (i = 0; i < g->nr_rows; i++) {
		const struct an_metric *m = &s->metrics.m[g->row[i].metric];

		for (v = 0; v < g->nr_variants; v++) {
			const struct an_cell *c = &g->row[i].cell[v];

			json_array_append_new(
				rows, json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:o, s:o}",
						"experiment", g->experiment, "metric", m->name,
						"unit", m->unit, "time_base", g->time_base,
						"variant", g->variant[v], "n_boots",
						(json_int_t)c->n, "median", number(c->median), "q1",
						number(c->q1), "q3", number(c->q3)));
		}
	}
}

static void add_comparisons(const struct an_study *s, const struct an_group *g, json_t *rows)
{
	size_t i, v;

	for (i = 0; i < g->nr_rows; i++) {
		const struct an_row *r = &g->row[i];
		const struct an_metric *m = &s->metrics.m[r->metric];

		for (v = 1; v < g->nr_variants; v++) {
			const struct an_comparison *c = &r->cmp[v];
			const char *method = !c->test.exact ? "normal" : "exact";

			json_array_append_new(
				rows,
				json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:I, "
					  "s:I,"
					  " s:o, s:o, s:o, s:s, s:s, s:I, s:s}",
					  "experiment", g->experiment, "metric", m->name, "unit",
					  m->unit, "time_base", g->time_base, "variant_a",
					  g->variant[0], "variant_b", g->variant[v], "shift",
					  number(c->shift.shift), "ci_low", number(c->shift.low),
					  "ci_high", number(c->shift.high), "p", number(c->test.p),
					  "n_a", (json_int_t)r->cell[0].n, "n_b",
					  (json_int_t)r->cell[v].n, "ci_level",
					  number(isnan(c->shift.low) ? NAN : c->shift.level),
					  "p_smallest", number(c->test.p_smallest), "p_holm",
					  number(c->p_holm), "p_method", method, "family",
					  c->primary ? "primary" : "secondary", "family_size",
					  (json_int_t)s->family[c->primary], "verdict",
					  an_verdict_words(c->verdict)));
		}
	}
}

/* One row per line: as easy for grep and diff as for a parser. */
static char *one_row_per_line(const json_t *rows)
{
	char *text = NULL;
	size_t bytes, i;
	FILE *f = open_memstream(&text, &bytes);

	if (!f)
		return NULL;
	fputs("[", f);
	for (i = 0; i < json_array_size(rows); i++) {
		fputs(i ? ",\n " : "\n ", f);
		json_dumpf(json_array_get(rows, i), f, JSON_REAL_PRECISION(12));
	}
	fputs("\n]\n", f);
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

int an_summary_write(const struct an_study *s, const char *path)
{
	json_t *rows = json_array();
	char *text;
	size_t i;
	int err;

	for (i = 0; i < s->nr_groups; i++)
		add_metrics(s, &s->group[i], rows);
	for (i = 0; i < s->nr_groups; i++)
		add_comparisons(s, &s->group[i], rows);
	text = one_row_per_line(rows);
	json_decref(rows);
	if (!text)
		return fail(-1, "report: out of memory writing %s", path);
	err = write_file(path, text, strlen(text));
	if (err)
		fail(-1, "report: cannot write %s: %s", path, strerror(errno));
	free(text);
	return err;
}
