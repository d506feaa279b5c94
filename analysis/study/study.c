// SPDX-License-Identifier: GPL-2.0
/*
 * The model of a report: groups of boots, rows of metrics, comparisons. JSON, text and HTML
 * are printed from it, so they agree.
 *
 * Two families of comparisons are corrected separately: the few primary metrics chosen
 * beforehand (primary.c), and all others. In one family of dozens, five boots per variant
 * could never show anything, because their smallest p is 0.008.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/stats/detect.h"
#include "analysis/stats/holm.h"
#include "lib/array_size.h"
#include "lib/err.h"
#include "lib/json_file.h"
#include "lib/text.h"
#include "lib/variants.h"
#include "study.h"

/* Columns in their order: variants, nothing recorded, levels of cost, of platform; unknown ones follow by name. */
static size_t column_rank(const char *name)
{
	static const char *const levels[] = { "none", "low", "mid", "high", "spr", "gnr" };
	const struct variant *v = variant_find(name);
	size_t i;

	if (v)
		return v - variants;
	for (i = 0; i < ARRAY_SIZE(levels) && strcmp(name, levels[i]); i++)
		;
	return nr_variants + i;
}

static int cmp_variant(const void *x, const void *y)
{
	size_t a = column_rank(x), b = column_rank(y);

	return a != b ? (a > b) - (a < b) : strverscmp(x, y);
}

static struct an_group *group_of(struct an_study *s, const struct an_boot *b)
{
	struct an_group *g;
	size_t i;

	for (i = 0; i < s->nr_groups; i++) {
		g = &s->group[i];
		if (!strcmp(g->experiment, b->run->experiment) && !strcmp(g->time_base, b->run->time_base) &&
		    !strcmp(g->levels, b->stratum))
			return g;
	}
	s->group = xreallocarray(s->group, s->nr_groups + 1, sizeof(*s->group));
	g = &s->group[s->nr_groups++];
	memset(g, 0, sizeof(*g));
	snprintf(g->experiment, sizeof(g->experiment), "%s", b->run->experiment);
	snprintf(g->time_base, sizeof(g->time_base), "%s", b->run->time_base);
	snprintf(g->levels, sizeof(g->levels), "%s", b->stratum);
	return g;
}

static void add_boot(struct an_study *s, const struct an_boot *b)
{
	struct an_group *g = group_of(s, b);
	size_t i;

	if (!g->primary.n) {
		free(g->primary.list);
		an_primaries_of(b->run, &g->primary);
	}
	if (b->aa) {
		g->aa_boot = xreallocarray(g->aa_boot, g->nr_aa_boots + 1, sizeof(*g->aa_boot));
		g->aa_boot[g->nr_aa_boots++] = b;
		return;
	}
	g->boot = xreallocarray(g->boot, g->nr_boots + 1, sizeof(*g->boot));
	g->boot[g->nr_boots++] = b;
	for (i = 0; i < g->nr_variants; i++)
		if (!strcmp(g->variant[i], b->column))
			return;
	g->variant = xreallocarray(g->variant, g->nr_variants + 1, sizeof(*g->variant));
	memcpy(g->variant[g->nr_variants++], b->column, RUN_LABEL);
}

/* Experiments before controls, then by name, time base and levels. */
static int cmp_group(const void *x, const void *y)
{
	const struct an_group *a = x, *b = y;
	int by_name = strverscmp(a->experiment, b->experiment);

	if (!a->primary.control != !b->primary.control)
		return a->primary.control ? 1 : -1;
	if (!by_name)
		by_name = strcmp(a->time_base, b->time_base);
	return by_name ? by_name : strverscmp(a->levels, b->levels);
}

bool an_primary(const struct an_group *g, const struct metric *m)
{
	return an_primaries_find(&g->primary, m->name);
}

enum metric_better an_better(const struct an_group *g, const struct metric *m)
{
	const struct an_primary *p = an_primaries_find(&g->primary, m->name);

	return p && p->better != BETTER_UNKNOWN ? p->better : m->better;
}

/*
 * Did several threads, aggressors' and antagonists' included, do the work of @b? Assumed of runs whose
 * result.json does not say how many.
 */
static bool several_threads(const struct an_boot *b)
{
	return json_integer_value(json_object_get(b->run->result, "threads")) != 1 ||
	       json_array_size(json_object_get(b->run->header, "antagonists"));
}

bool an_carried(const struct an_group *g, const struct metric *m)
{
	static const char *const tails[] = { "_ns_p90", "_ns_p99", "_ns_p999", "_ns_max" };

	if (strcmp(g->time_base, "simulated-virtual") || !several_threads(g->boot[0]))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(tails); i++) {
		size_t n = strlen(m->name), k = strlen(tails[i]);

		if (n > k && !strcmp(m->name + n - k, tails[i]) && strncmp(m->name, "spt_held", 8))
			return false;
	}
	return true;
}

bool an_by_variant(const struct an_group *g)
{
	for (size_t i = 0; i < g->nr_boots; i++)
		if (strcmp(g->boot[i]->column, g->boot[i]->run->variant))
			return false;
	return true;
}

size_t an_group_boots(const struct an_group *g, size_t v)
{
	size_t i, n = 0;

	for (i = 0; i < g->nr_boots; i++)
		n += !strcmp(g->boot[i]->column, g->variant[v]);
	return n;
}

/* The values of @metric in those of the @n boots that are in @column (NULL: in all). */
static void fill_cell(const struct an_boot *const *boot, size_t n, const char *column,
		      size_t metric, struct an_cell *c)
{
	size_t i;

	c->value = xcalloc(n ? n : 1, sizeof(*c->value));
	for (i = 0; i < n; i++) {
		double v = an_boot_value(boot[i], metric);

		if (!isnan(v) && (!column || !strcmp(boot[i]->column, column)))
			c->value[c->n++] = v;
	}
	an_cell_summarise(c);
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

		fill_cell(g->boot, g->nr_boots, g->variant[v], metric, c);
		if (c->n) {
			low = fmin(low, c->value[0]);
			high = fmax(high, c->value[c->n - 1]);
		}
	}
	fill_cell(g->aa_boot, g->nr_aa_boots, NULL, metric, &r->aa_cell);
	r->constant = low == high;
	return low <= high;
}

static void free_row(struct an_group *g, struct an_row *r)
{
	size_t v;

	for (v = 0; v < g->nr_variants; v++)
		free(r->cell[v].value);
	free(r->aa_cell.value);
	free(r->cell);
	free(r->cmp);
}

/*
 * Differences of @metric between the @nb boots @b and the boots of column @a in the same block;
 * @column (NULL: any) is that of b.
 */
static size_t block_differences(const struct an_group *g, const char *a,
				const struct an_boot *const *b, size_t nb, const char *column,
				size_t metric, double *diff)
{
	size_t i, j, n = 0;

	for (i = 0; i < nb; i++) {
		double vb = an_boot_value(b[i], metric);

		if (isnan(vb) || b[i]->run->block < 0 || (column && strcmp(b[i]->column, column)))
			continue;
		for (j = 0; j < g->nr_boots; j++) {
			double va = an_boot_value(g->boot[j], metric);

			if (!isnan(va) && g->boot[j]->run->block == b[i]->run->block &&
			    g->boot[j]->run->source == b[i]->run->source && !strcmp(g->boot[j]->column, a)) {
				diff[n++] = vb - va;
				break;
			}
		}
	}
	return n;
}

static int compare_row(struct an_study *s, struct an_group *g, struct an_row *r)
{
	double *diff = xcalloc(g->nr_boots + g->nr_aa_boots + 1, sizeof(*diff));
	size_t v, blocks;
	int err = 0;

	for (v = 1; v < g->nr_variants && !err; v++) {
		struct an_comparison *c = &r->cmp[v];

		blocks = block_differences(g, g->variant[0], g->boot, g->nr_boots, g->variant[v],
					   r->metric, diff);
		err = an_contrast(&r->cell[0], &r->cell[v], diff, blocks, c);
		c->primary = an_primary(g, &s->metrics.m[r->metric]);
		s->family[c->primary] += c->in_family;
		if (!isnan(c->shift.low)) {
			s->level_low = fmin(s->level_low, c->shift.level);
			s->level_high = fmax(s->level_high, c->shift.level);
		}
	}
	if (r->aa_cell.n && !err) {
		blocks = block_differences(g, g->variant[g->aa_variant], g->aa_boot, g->nr_aa_boots,
					   NULL, r->metric, diff);
		err = an_contrast(&r->cell[g->aa_variant], &r->aa_cell, diff, blocks, &r->aa);
	}
	free(diff);
	return err ? fail("report: out of memory comparing %s",
			  s->metrics.m[r->metric].name)
		   : 0;
}

/* Use the second set of the first variant that has one; ignore those of other variants. */
static void find_aa_variant(struct an_group *g)
{
	size_t v, i, n = 0;

	for (v = 0; v < g->nr_variants; v++) {
		for (i = n = 0; i < g->nr_aa_boots; i++)
			if (!strcmp(g->aa_boot[i]->column, g->variant[v]))
				g->aa_boot[n++] = g->aa_boot[i];
		if (n)
			break;
	}
	g->aa_variant = v;
	g->nr_aa_boots = n;
}

static int make_group(struct an_study *s, struct an_group *g)
{
	int primary;
	size_t m;

	if (g->nr_variants && !s->columns_as_given)
		qsort(g->variant, g->nr_variants, sizeof(*g->variant), cmp_variant);
	find_aa_variant(g);
	g->row = xcalloc(s->metrics.n, sizeof(*g->row));
	for (primary = 1; primary >= 0; primary--) {
		for (m = 0; m < s->metrics.n; m++) {
			struct an_row *r = &g->row[g->nr_rows];

			if (an_primary(g, &s->metrics.m[m]) != primary)
				continue;
			if (!fill_row(g, m, r)) {
				free_row(g, r);
				memset(r, 0, sizeof(*r));
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
			    void (*fn)(struct an_study *, struct an_group *, struct an_row *,
				       size_t, void *),
			    void *arg)
{
	size_t i, j, v;

	for (i = 0; i < s->nr_groups; i++)
		for (j = 0; j < s->group[i].nr_rows; j++)
			for (v = 1; v < s->group[i].nr_variants; v++)
				fn(s, &s->group[i], &s->group[i].row[j], v, arg);
}

static void choose(struct an_study *s, struct an_group *g, struct an_row *r, size_t v, void *arg)
{
	struct an_comparison *c = &r->cmp[v];

	(void)arg;
	an_contrast_choose(c, r->cell[0].n, r->cell[v].n, s->family[c->primary],
			   strcmp(g->time_base, "simulated-virtual"));
	s->nr_by_block += c->by_block;
}

struct family {
	bool primary, back; /* back: store the adjusted values in the comparisons */
	double *p, *adjusted;
	size_t n;
};

static void family_step(struct an_study *s, struct an_group *g, struct an_row *r, size_t v,
			void *arg)
{
	struct an_comparison *c = &r->cmp[v];
	struct family *f = arg;

	(void)s;
	(void)g;
	if (!c->in_family || c->primary != f->primary)
		return;
	if (f->back)
		c->p_holm = f->adjusted[f->n];
	else
		f->p[f->n] = c->p;
	f->n++;
}

static void judge(struct an_study *s, struct an_group *g, struct an_row *r, size_t v, void *arg)
{
	struct an_comparison *c = &r->cmp[v];
	const struct an_cell *a = &r->cell[0], *b = &r->cell[v];
	struct an_verdict_in in = {
		.n_a = a->n,
		.n_b = b->n,
		.u = c->rank.u,
		.p_holm = c->p_holm,
		.p_smallest = c->p_smallest,
		.is_latency = s->metrics.m[r->metric].latency,
		.family = c->in_family ? s->family[c->primary] : 1,
	};

	(void)arg;
	(void)g;
	c->verdict = an_verdict(&in);
	if (c->in_family)
		c->detectable =
			an_detectable(a->value, a->n, b->value, b->n, AN_ALPHA / in.family);
}

static int correct(struct an_study *s)
{
	int primary, err = 0;

	each_comparison(s, choose, NULL);
	for (primary = 0; primary < 2 && !err; primary++) {
		size_t n = s->family[primary];
		struct family f = { .primary = primary };

		f.p = xcalloc(n + 1, sizeof(*f.p));
		f.adjusted = xcalloc(n + 1, sizeof(*f.adjusted));
		each_comparison(s, family_step, &f);
		if (an_holm(f.p, n, f.adjusted))
			err = fail("report: out of memory correcting %zu comparisons", n);
		f.back = true;
		f.n = 0;
		each_comparison(s, family_step, &f);
		free(f.p);
		free(f.adjusted);
	}
	each_comparison(s, judge, NULL);
	return err;
}

static void label_groups(struct an_study *s)
{
	size_t i, j;

	for (i = 0; i < s->nr_groups; i++) {
		struct an_group *g = &s->group[i];
		bool twice = false;
		char *p;

		for (j = 0; j < s->nr_groups; j++)
			twice |= j != i && !strcmp(s->group[j].experiment, g->experiment) &&
				 !strcmp(s->group[j].levels, g->levels);
		snprintf(g->label, sizeof(g->label), "%s%s%s%s%s", g->experiment,
			 *g->levels ? "-" : "", g->levels, twice ? "-" : "",
			 twice ? g->time_base : "");
		for (p = g->label; *p; p++)
			if (*p == ' ' || *p == '=')
				*p = '-';
	}
}

/* A group that has only a second set has nothing to compare it with. */
static void drop_groups_without_boots(struct an_study *s)
{
	size_t i, n = 0;

	for (i = 0; i < s->nr_groups; i++) {
		if (s->group[i].nr_boots) {
			s->group[n++] = s->group[i];
		} else {
			free(s->group[i].aa_boot);
			free(s->group[i].primary.list);
		}
	}
	s->nr_groups = n;
}

int an_study_make(struct an_study *s)
{
	size_t i;

	s->level_low = NAN;
	s->level_high = NAN;
	an_metrics_init(&s->metrics);
	if (!s->boot) {
		s->boot = an_boots_make(&s->runs);
		an_boots_compare_as_asked(s->boot, s->runs.nr_runs);
	}
	an_boots_exclude_repeats(s->boot, s->runs.nr_runs);
	for (i = 0; i < s->runs.nr_runs; i++)
		if (!s->boot[i].excluded)
			an_boot_measure(&s->metrics, &s->boot[i], &s->runs);
	for (i = 0; i < s->runs.nr_runs; i++)
		if (!s->boot[i].excluded)
			add_boot(s, &s->boot[i]);
	drop_groups_without_boots(s);
	if (s->nr_groups)
		qsort(s->group, s->nr_groups, sizeof(*s->group), cmp_group);
	label_groups(s);
	for (i = 0; i < s->nr_groups; i++)
		if (make_group(s, &s->group[i]))
			return -1;
	an_sweeps_find(s);
	if (an_aa_judge(s))
		return fail("report: out of memory judging the A/A control");
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
		free(g->aa_boot);
		free(g->primary.list);
	}
	an_sweeps_free(s);
	free(s->group);
	an_metrics_free(&s->metrics);
	an_boots_free(s->boot, s->runs.nr_runs);
	loaded_runs_free(&s->runs);
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
