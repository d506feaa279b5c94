// SPDX-License-Identifier: GPL-2.0
/*
 * What perf stat counted, in the columns that its readers know. Intervals and verdicts are those of the
 * metrics' comparisons, which rest on ranks; the columns are means, as perf's are.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>

#include "analysis/study/perf_stat_metrics.h"
#include "lib/json_file.h"
#include "lib/text.h"
#include "lib/textfmt.h"
#include "doc.h"
#include "perf_columns.h"
#include "rows.h"

#define PREFIX "perf_"

static bool is_perf(const struct metric *m)
{
	return !strncmp(m->name, PREFIX, strlen(PREFIX));
}

static const struct an_row *next_row(const struct an_study *s, const struct an_group *g, size_t *i)
{
	while (*i < g->nr_rows && !is_perf(&s->metrics.m[g->row[*i].metric]))
		(*i)++;
	return *i < g->nr_rows ? &g->row[(*i)++] : NULL;
}

static bool group_has(const struct an_study *s, const struct an_group *g)
{
	size_t i = 0;

	return next_row(s, g, &i);
}

static const struct an_missing_count *next_missing(const struct an_study *s, size_t *i)
{
	const struct an_metrics *set = &s->metrics;

	while (*i < set->nr_missing && strcmp(set->missing[*i].program, AN_PERF_STAT))
		(*i)++;
	return *i < set->nr_missing ? &set->missing[(*i)++] : NULL;
}

bool an_has_perf(const struct an_study *s)
{
	size_t missing = 0;

	for (size_t i = 0; i < s->nr_groups; i++)
		if (group_has(s, &s->group[i]))
			return true;
	return next_missing(s, &missing);
}

/* What a count is divided by: the operation whose throughput the workload gives, or TDs destroyed. */
static double operations(const struct an_boot *b, const char **op)
{
	const json_t *rate = json_object_get(b->run->result, "throughput");
	const json_t *destroy =
		json_object_get(json_object_get(b->run->result, "ops"), "td_destroy");

	*op = json_text(rate, "op", "td_destroy");
	return json_number(json_text(rate, "op", NULL) ? rate : destroy, "count", NAN);
}

/* A count of some boots. */
struct column {
	double mean, per_op, error_percent; /* NaN: not known */
	const char *op;
	size_t n;
};

static struct column column_of(const struct an_group *g, const char *variant, size_t metric)
{
	struct column c = { NAN, NAN, NAN, "", 0 };
	double *value = xcalloc(g->nr_boots, sizeof(*value)), per_op = 0;

	for (size_t i = 0; i < g->nr_boots; i++) {
		double v = an_boot_value(g->boot[i], metric);

		if (strcmp(g->boot[i]->column, variant) || isnan(v))
			continue;
		per_op += v / operations(g->boot[i], &c.op);
		value[c.n++] = v;
	}
	if (c.n) {
		c.mean = gsl_stats_mean(value, 1, c.n);
		c.per_op = per_op / (double)c.n;
	}
	/* as perf: the standard deviation of the mean */
	if (c.n > 1 && c.mean > 0)
		c.error_percent = 100 * gsl_stats_sd(value, 1, c.n) / sqrt((double)c.n) / c.mean;
	free(value);
	return c;
}

/* With commas between thousands, as perf prints it. */
static char *grouped(char *buf, size_t bytes, double v, int decimals)
{
	char plain[64];
	size_t n, at = 0;

	snprintf(plain, sizeof(plain), "%.*f", decimals, v);
	n = strcspn(plain, ".");
	for (size_t i = 0; plain[i] && at + 2 < bytes; i++) {
		if (i && i < n && !((n - i) % 3) && plain[i - 1] != '-')
			buf[at++] = ',';
		buf[at++] = plain[i];
	}
	buf[at] = '\0';
	return buf;
}

static void add_count(json_t *rows, json_t *items, const struct an_group *g, const char *variant,
		      const struct metric *m, const struct column *c)
{
	bool is_time = !strcmp(m->unit, "ns");
	double scale = is_time ? 1e-6 : 1;
	char count[48], per_op[48] = "-", error[24] = "";

	if (!c->n)
		return;
	grouped(count, sizeof(count), scale * c->mean, is_time ? 2 : 0);
	if (isfinite(c->per_op))
		grouped(per_op, sizeof(per_op), scale * c->per_op, 2);
	if (isfinite(c->error_percent))
		snprintf(error, sizeof(error), "( +-%6.2f%% )", c->error_percent);
	an_doc_line(items, "%14s %12s  %-13s  %s%s", count, per_op, error, m->name + strlen(PREFIX),
		    is_time ? " [msec]" : "");
	json_array_append_new(rows,
			      json_pack("{s:s, s:s, s:s, s:s, s:i, s:o, s:s, s:o, s:o}", "label",
					g->label, "variant", variant, "event",
					m->name + strlen(PREFIX), "unit", m->unit, "n_boots",
					(int)c->n, "mean", an_doc_number(c->mean), "operation",
					c->op, "per_operation", an_doc_number(c->per_op),
					"error_percent", an_doc_number(c->error_percent)));
}

static void add_counts(json_t *doc, json_t *items, const struct an_study *s,
		       const struct an_group *g, size_t v)
{
	const struct an_row *r;
	size_t i = 0, boots = 0;
	const char *op = "";

	for (size_t k = 0; k < g->nr_boots; k++) {
		if (strcmp(g->boot[k]->column, g->variant[v]))
			continue;
		boots++;
		operations(g->boot[k], &op);
	}
	an_doc_line(items, " %s, %zu boots", g->variant[v], boots);
	an_doc_line(items, "%14s %12s  %-13s  %s", "count", "per op", "      +-", "event");
	while ((r = next_row(s, g, &i))) {
		struct column c = column_of(g, g->variant[v], r->metric);

		add_count(json_object_get(doc, "perf_stat"), items, g, g->variant[v],
			  &s->metrics.m[r->metric], &c);
	}
}

static void add_differences(json_t *items, const struct an_study *s, const struct an_group *g,
			    size_t v)
{
	const struct an_row *r;
	size_t i = 0;

	an_doc_line(items, " %s - %s, median of differences [%.0f %% interval]", g->variant[v],
		    g->variant[0], 100 * AN_LEVEL);
	while ((r = next_row(s, g, &i))) {
		const struct metric *m = &s->metrics.m[r->metric];
		const struct an_comparison *c = &r->cmp[v];
		char shift[96] = "the same in every boot";

		if (!r->cell[0].n || !r->cell[v].n)
			continue;
		if (!r->constant)
			shift_text(shift, sizeof(shift), c->shift.shift, c->shift.low, c->shift.high,
				   m->unit);
		an_doc_line(items, " %26s  %-21s  %s", shift,
			    r->constant ? "" : an_verdict_words(c->verdict),
			    m->name + strlen(PREFIX));
	}
}

void an_add_perf(json_t *doc, json_t *items, const struct an_study *s)
{
	const struct an_missing_count *m;
	size_t missing = 0;

	json_object_set_new(doc, "perf_stat", json_array());
	an_doc_para(items,
		    "Means over boots of what perf stat -a counted around the whole command. per op: "
		    "divided by the operations of a boot, named with each experiment. +- as perf stat -r gives it: "
		    "the standard error of the mean.");
	for (size_t i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];
		const char *op = "operation";

		if (!group_has(s, g))
			continue;
		operations(g->boot[0], &op);
		an_doc_para(items, "%s%s%s (%s; op: %s):", g->experiment, *g->levels ? ", " : "",
			    g->levels, g->time_base, op);
		for (size_t v = 0; v < g->nr_variants; v++)
			add_counts(doc, items, s, g, v);
		for (size_t v = 1; v < g->nr_variants; v++)
			add_differences(items, s, g, v);
	}
	if (next_missing(s, &missing))
		an_doc_para(items, "Events without a count:");
	missing = 0;
	while ((m = next_missing(s, &missing))) {
		char why[64];

		snprintf(why, sizeof(why), "<%s>", m->why);
		an_doc_line(items, " %-17.40s %s, %zu boots", why, m->what, m->boots);
	}
}
