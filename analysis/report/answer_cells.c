// SPDX-License-Identifier: GPL-2.0
/*
 * The answer of an experiment with many cells, in one sentence a variant: the smallest and the
 * largest value over the cells, and in how many of them which verdict was given.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "lib/textfmt.h"
#include "answer.h"
#include "answer_cells.h"
#include "facts.h"

#define MAX_VERDICTS 8

struct tally {
	const char *words[MAX_VERDICTS];
	size_t times[MAX_VERDICTS], n;
};

static void count(struct tally *t, const char *words)
{
	size_t i = 0;

	while (i < t->n && strcmp(t->words[i], words))
		i++;
	if (i == MAX_VERDICTS)
		return;
	t->words[i] = words;
	t->times[i]++;
	t->n += i == t->n;
}

/* "more in each cell", "more in 3 cells, no difference shown in 1" */
static char *tally_text(const struct tally *t)
{
	char *all = NULL;

	if (t->n == 1)
		return xasprintf("%s in each cell", t->words[0]);
	for (size_t i = 0; i < t->n; i++) {
		char *one = xasprintf("%s in %zu%s", t->words[i], t->times[i],
				      i			 ? ""
				      : t->times[i] == 1 ? " cell"
							 : " cells");

		all = text_add(all, one, ", ");
		free(one);
	}
	return all;
}

static char *range_text(double low, double high, const char *unit)
{
	char *a = an_value_words(low, unit), *b = an_value_words(high, unit), *text;

	text = strcmp(a, b) ? xasprintf("%s to %s", a, b) : xstrdup(a);
	free(a);
	free(b);
	return text;
}

/* "WHAT X to Y under b, X to Y under a: VERDICTS" */
static char *clause(const struct an_study *s, const struct an_cells *cells, size_t v,
		    const struct an_primary *p)
{
	double low[2] = { INFINITY, INFINITY }, high[2] = { -INFINITY, -INFINITY };
	double seen_low = INFINITY, seen_high = -INFINITY;
	const struct an_group *first = cells->group[0];
	const struct metric *m = NULL;
	struct tally verdicts = { 0 };
	char *range[2], *tally, *what, *unseen, *text;

	for (size_t i = 0; i < cells->n; i++) {
		const struct an_group *g = cells->group[i];
		const struct an_row *r = an_study_row(s, g, p->metric);
		const struct an_cell *cell[2];

		if (!r || !r->cell[0].n || !r->cell[v].n) {
			count(&verdicts, "not measured");
			continue;
		}
		m = &s->metrics.m[r->metric];
		cell[0] = &r->cell[0];
		cell[1] = &r->cell[v];
		for (size_t side = 0; side < 2; side++) {
			low[side] = fmin(low[side], cell[side]->median);
			high[side] = fmax(high[side], cell[side]->median);
		}
		if (!v)
			continue;
		count(&verdicts, an_verdict_of(g, m, &r->cmp[v]));
		if (an_carried(g, m) && r->cmp[v].verdict == AN_NO_DIFFERENCE &&
		    isfinite(r->cmp[v].detectable) && r->cmp[v].detectable > 0) {
			seen_low = fmin(seen_low, r->cmp[v].detectable);
			seen_high = fmax(seen_high, r->cmp[v].detectable);
		}
	}
	if (!m)
		return xasprintf("%s was not measured", p->metric);
	what = an_what_words(p, m);
	range[0] = range_text(low[0], high[0], m->unit);
	range[1] = range_text(low[1], high[1], m->unit);
	if (v) {
		tally = tally_text(&verdicts);
		if (isfinite(seen_low)) {
			char *least = range_text(seen_low, seen_high, m->unit);

			unseen = xasprintf(" (differences under %s could not be seen)", least);
			free(least);
		} else {
			unseen = xstrdup("");
		}
		text = xasprintf("%s %s under %s and %s under %s: %s%s", what, range[1],
				 first->variant[v], range[0], first->variant[0], tally, unseen);
		free(tally);
		free(unseen);
	} else {
		text = xasprintf("%s %s under %s", what, range[0], first->variant[0]);
	}
	free(what);
	free(range[0]);
	free(range[1]);
	return text;
}

char *an_cells_sentence(const struct an_study *s, const struct an_cells *cells, size_t v)
{
	const struct an_primaries *primary = &cells->group[0]->primary;
	char *all = NULL, *full;

	for (size_t i = 0; i < primary->n; i++) {
		char *text = clause(s, cells, v, &primary->list[i]);

		all = text_add(all, text, "; ");
		free(text);
	}
	full = xasprintf("%s.", all ? all : "no primary metric is named");
	free(all);
	return full;
}

static bool same_columns(const struct an_group *a, const struct an_group *b)
{
	if (a->nr_variants != b->nr_variants)
		return false;
	for (size_t v = 0; v < a->nr_variants; v++)
		if (strcmp(a->variant[v], b->variant[v]))
			return false;
	return true;
}

bool an_cells_of(struct an_cells *cells, const struct an_study *s, const struct an_group *g)
{
	cells->group = xcalloc(s->nr_groups, sizeof(*cells->group));
	cells->n = 0;
	for (size_t i = 0; i < s->nr_groups; i++) {
		const struct an_group *other = &s->group[i];

		if (!strcmp(other->experiment, g->experiment) &&
		    !strcmp(other->time_base, g->time_base) && same_columns(other, g) &&
		    !an_answered_elsewhere(s, other))
			cells->group[cells->n++] = other;
	}
	if (cells->n >= AN_MANY_CELLS && g->primary.n)
		return true;
	free(cells->group);
	cells->group = NULL;
	return false;
}
