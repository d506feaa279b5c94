// SPDX-License-Identifier: GPL-2.0
/*
 * The model of a report: boots into groups, groups into rows, rows into
 * comparisons. JSON and text are two walks over it and cannot disagree.
 *
 * Two families of comparisons are corrected apart from each other: the few primary
 * metrics chosen beforehand (metrics.c), and all others. In one family of dozens,
 * five boots per variant could never show anything (smallest p 0.008).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/util.h"
#include "holm.h"
#include "quantile.h"
#include "study.h"

/* Variants in the order of columns and colours; unknown ones follow by name. */
static const char *const known_variants[] = { "immediate", "rcu", "immediate-irqsave", "rcu-page",
					      "rcu-naive" };

#define NR_KNOWN (sizeof(known_variants) / sizeof(known_variants[0]))

static size_t variant_rank(const char *name)
{
	size_t i;

	for (i = 0; i < NR_KNOWN && strcmp(name, known_variants[i]); i++)
		;
	return i;
}

static int cmp_variant(const void *x, const void *y)
{
	size_t a = variant_rank(x), b = variant_rank(y);

	return a != b ? (a > b) - (a < b) : strcmp(x, y);
}

static struct an_group *group_of(struct an_study *s, const struct an_boot *b)
{
	struct an_group *g;
	size_t i;

	for (i = 0; i < s->nr_groups; i++) {
		g = &s->group[i];
		if (!strcmp(g->experiment, b->experiment) && !strcmp(g->time_base, b->time_base))
			return g;
	}
	s->group = xreallocarray(s->group, s->nr_groups + 1, sizeof(*s->group));
	g = &s->group[s->nr_groups++];
	memset(g, 0, sizeof(*g));
	snprintf(g->experiment, sizeof(g->experiment), "%s", b->experiment);
	snprintf(g->time_base, sizeof(g->time_base), "%s", b->time_base);
	return g;
}

static void add_boot(struct an_study *s, const struct an_boot *b)
{
	struct an_group *g = group_of(s, b);
	size_t i;

	g->boot = xreallocarray(g->boot, g->nr_boots + 1, sizeof(*g->boot));
	g->boot[g->nr_boots++] = b;
	g->converts |= b->has_convert;
	for (i = 0; i < g->nr_variants; i++)
		if (!strcmp(g->variant[i], b->variant))
			return;
	g->variant = xreallocarray(g->variant, g->nr_variants + 1, sizeof(*g->variant));
	memcpy(g->variant[g->nr_variants++], b->variant, AN_LABEL);
}

/* Experiments without conversions first: they carry the question, the others the control. */
static int cmp_group(const void *x, const void *y)
{
	const struct an_group *a = x, *b = y;

	if (a->converts != b->converts)
		return a->converts - b->converts;
	return strcmp(a->experiment, b->experiment) ? strcmp(a->experiment, b->experiment)
						    : strcmp(a->time_base, b->time_base);
}

static bool is_primary(const struct an_group *g, const struct an_metric *m)
{
	return m->role == (g->converts ? AN_PRIMARY_CONVERT : AN_PRIMARY_TEARDOWN);
}

static void fill_cell(const struct an_group *g, size_t variant, size_t metric, struct an_cell *c)
{
	size_t i;

	c->value = xcalloc(g->nr_boots, sizeof(*c->value));
	for (i = 0; i < g->nr_boots; i++) {
		double v = an_boot_value(g->boot[i], metric);

		if (!isnan(v) && !strcmp(g->boot[i]->variant, g->variant[variant]))
			c->value[c->n++] = v;
	}
	an_sort(c->value, c->n);
	c->median = an_quantile(c->value, c->n, 0.50);
	c->q1 = an_quantile(c->value, c->n, 0.25);
	c->q3 = an_quantile(c->value, c->n, 0.75);
}

static bool fill_row(const struct an_group *g, size_t metric, struct an_row *r)
{
	double low = INFINITY, high = -INFINITY;
	size_t v;

	r->metric = metric;
	r->cell = xcalloc(g->nr_variants, sizeof(*r->cell));
	r->cmp = xcalloc(g->nr_variants, sizeof(*r->cmp));
	for (v = 0; v < g->nr_variants; v++) {
		struct an_cell *c = &r->cell[v];

		fill_cell(g, v, metric, c);
		if (c->n) {
			low = fmin(low, c->value[0]);
			high = fmax(high, c->value[c->n - 1]);
		}
	}
	r->constant = low == high;
	return low <= high;
}

static void free_row(struct an_group *g, struct an_row *r)
{
	size_t v;

	for (v = 0; v < g->nr_variants; v++)
		free(r->cell[v].value);
	free(r->cell);
	free(r->cmp);
}

static int compare_row(struct an_study *s, struct an_group *g, struct an_row *r)
{
	const struct an_cell *a = &r->cell[0];
	size_t v;

	for (v = 1; v < g->nr_variants; v++) {
		const struct an_cell *b = &r->cell[v];
		struct an_comparison *c = &r->cmp[v];

		if (an_shift(a->value, a->n, b->value, b->n, AN_LEVEL, &c->shift) ||
		    an_rank_test(a->value, a->n, b->value, b->n, &c->test))
			return fail(-1, "report: out of memory comparing %s",
				    s->metrics.m[r->metric].name);
		c->primary = is_primary(g, &s->metrics.m[r->metric]);
		c->in_family = !isnan(c->test.p) && !c->test.constant;
		c->p_holm = c->test.p;
		s->family[c->primary] += c->in_family;
		if (!isnan(c->shift.low)) {
			s->level_low = fmin(s->level_low, c->shift.level);
			s->level_high = fmax(s->level_high, c->shift.level);
		}
	}
	return 0;
}

static int make_group(struct an_study *s, struct an_group *g)
{
	int primary;
	size_t m;

	qsort(g->variant, g->nr_variants, sizeof(*g->variant), cmp_variant);
	g->row = xcalloc(s->metrics.n, sizeof(*g->row));
	for (primary = 1; primary >= 0; primary--) {
		for (m = 0; m < s->metrics.n; m++) {
			struct an_row *r = &g->row[g->nr_rows];

			if (is_primary(g, &s->metrics.m[m]) != primary)
				continue;
			if (!fill_row(g, m, r)) {
				free_row(g, r);
				continue;
			}
			g->nr_rows++;
			if (compare_row(s, g, r))
				return -1;
		}
	}
	return 0;
}

/* Call @fn on every comparison of the study. */
static void each_comparison(struct an_study *s,
			    void (*fn)(struct an_study *, struct an_row *, size_t, void *),
			    void *arg)
{
	size_t i, j, v;

	for (i = 0; i < s->nr_groups; i++)
		for (j = 0; j < s->group[i].nr_rows; j++)
			for (v = 1; v < s->group[i].nr_variants; v++)
				fn(s, &s->group[i].row[j], v, arg);
}

struct family {
	bool primary, back; /* back: take the adjusted values home */
	double *p, *adjusted;
	size_t n;
};

static void family_step(struct an_study *s, struct an_row *r, size_t v, void *arg)
{
	struct an_comparison *c = &r->cmp[v];
	struct family *f = arg;

	(void)s;
	if (!c->in_family || c->primary != f->primary)
		return;
	if (f->back)
		c->p_holm = f->adjusted[f->n];
	else
		f->p[f->n] = c->test.p;
	f->n++;
}

static void judge(struct an_study *s, struct an_row *r, size_t v, void *arg)
{
	struct an_comparison *c = &r->cmp[v];
	struct an_verdict_in in = {
		.n_a = r->cell[0].n,
		.n_b = r->cell[v].n,
		.u = c->test.u,
		.p_holm = c->p_holm,
		.p_smallest = c->test.p_smallest,
		.is_latency = s->metrics.m[r->metric].latency,
		.family = c->in_family ? s->family[c->primary] : 1,
	};

	(void)arg;
	c->verdict = an_verdict(&in);
}

static int correct(struct an_study *s)
{
	int primary;

	for (primary = 0; primary < 2; primary++) {
		size_t n = s->family[primary];
		struct family f = { .primary = primary };

		f.p = xcalloc(n + 1, sizeof(*f.p));
		f.adjusted = xcalloc(n + 1, sizeof(*f.adjusted));
		each_comparison(s, family_step, &f);
		if (an_holm(f.p, n, f.adjusted))
			return fail(-1, "report: out of memory correcting %zu comparisons", n);
		f.back = true;
		f.n = 0;
		each_comparison(s, family_step, &f);
		free(f.p);
		free(f.adjusted);
	}
	each_comparison(s, judge, NULL);
	return 0;
}

static void label_groups(struct an_study *s)
{
	size_t i, j;

	for (i = 0; i < s->nr_groups; i++) {
		struct an_group *g = &s->group[i];
		bool twice = false;

		for (j = 0; j < s->nr_groups; j++)
			twice |= j != i && !strcmp(s->group[j].experiment, g->experiment);
		snprintf(g->label, sizeof(g->label), "%s%s%s", g->experiment, twice ? "-" : "",
			 twice ? g->time_base : "");
	}
}

int an_study_make(const char *dir, struct an_study *s)
{
	size_t i;

	memset(s, 0, sizeof(*s));
	s->level_low = NAN;
	s->level_high = NAN;
	an_metrics_init(&s->metrics);
	if (an_runs_load(dir, &s->runs))
		return -1;
	for (i = 0; i < s->runs.nr_boots; i++)
		if (!s->runs.boot[i].excluded)
			an_boot_measure(&s->metrics, &s->runs.boot[i], &s->runs);
	for (i = 0; i < s->runs.nr_boots; i++)
		if (!s->runs.boot[i].excluded)
			add_boot(s, &s->runs.boot[i]);
	if (s->nr_groups)
		qsort(s->group, s->nr_groups, sizeof(*s->group), cmp_group);
	label_groups(s);
	for (i = 0; i < s->nr_groups; i++)
		if (make_group(s, &s->group[i]))
			return -1;
	return correct(s);
}

void an_study_free(struct an_study *s)
{
	size_t i, j;

	for (i = 0; i < s->nr_groups; i++) {
		struct an_group *g = &s->group[i];

		for (j = 0; j < g->nr_rows; j++)
			free_row(g, &g->row[j]);
		free(g->row);
		free(g->variant);
		free(g->boot);
	}
	free(s->group);
	an_metrics_free(&s->metrics);
	an_runs_free(&s->runs);
	memset(s, 0, sizeof(*s));
}

const struct an_row *an_study_row(const struct an_study *s, const struct an_group *g,
				  const char *name)
{
	int id = an_metrics_find(&s->metrics, name);
	size_t i;

	for (i = 0; i < g->nr_rows; i++)
		if (id >= 0 && g->row[i].metric == (size_t)id)
			return &g->row[i];
	return NULL;
}
