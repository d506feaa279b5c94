// SPDX-License-Identifier: GPL-2.0
/*
 * The table of an experiment in 75 columns: a line of medians and quartiles per
 * metric, under it a line per comparison. What is the same in every boot takes
 * one line.
 */
#include <stdlib.h>
#include <string.h>

#include "../bench/util.h"
#include "table.h"
#include "textfmt.h"

#define NAME_COLUMNS 26
#define CELL_COLUMNS 24
#define CELLS_PER_LINE 2
#define SHIFT_COLUMNS 32

static size_t boots_of(const struct an_group *g, size_t v)
{
	size_t i, n = 0;

	for (i = 0; i < g->nr_boots; i++)
		n += !strcmp(g->boot[i]->variant, g->variant[v]);
	return n;
}

/*
 * Cells behind @name, two per line, each in its column; where a cell or the name
 * is too long for that, the next one goes to a line of its own.
 */
static void cells_print(FILE *f, const char *name, char *const *cell, size_t n)
{
	size_t i, column = fprintf(f, "%s", name);

	for (i = 0; i < n; i++) {
		size_t at = NAME_COLUMNS + (i % CELLS_PER_LINE) * CELL_COLUMNS,
		       len = strlen(cell[i]);

		if (n == 1 && column >= at)
			at = column + 1;
		else if (at + len > AN_WIDTH)
			at = len < AN_WIDTH ? AN_WIDTH - len : 0;
		if (column >= at || (i && i % CELLS_PER_LINE == 0)) {
			fputc('\n', f);
			column = 0;
		}
		column += fprintf(f, "%*s%s", (int)(at - column), "", cell[i]);
	}
	fputc('\n', f);
}

static void comparison_print(FILE *f, const struct an_group *g, size_t v,
			     const struct an_comparison *c, const char *unit)
{
	char shift[96], p[16], holm[16];
	const char *words = an_verdict_words(c->verdict);
	int column;

	if (g->nr_variants > 2)
		column = fprintf(f, "  %s: ", g->variant[v]);
	else
		column = fprintf(f, "  ");
	an_shift_text(shift, sizeof(shift), c->shift.shift, c->shift.low, c->shift.high, unit);
	an_p_text(p, sizeof(p), c->test.p);
	an_p_text(holm, sizeof(holm), c->p_holm);
	column += fprintf(f, "%s", shift);
	if (column > SHIFT_COLUMNS - 2) {
		fputc('\n', f);
		column = 0;
	}
	fprintf(f, "%*sp %-7s Holm %-7s %s\n", SHIFT_COLUMNS - column, "", p, holm, words);
}

static void row_print(FILE *f, const struct an_study *s, const struct an_group *g,
		      const struct an_row *r)
{
	const struct an_metric *m = &s->metrics.m[r->metric];
	char **cell = xcalloc(g->nr_variants, sizeof(*cell)), text[96];
	size_t v, missing = 0;

	for (v = 0; v < g->nr_variants; v++)
		missing += r->cell[v].n != boots_of(g, v);
	if (r->constant && !missing) {
		cell[0] = xasprintf("%s in every boot",
				    an_value_text(text, sizeof(text), r->cell[0].median, m->unit));
		cells_print(f, m->name, cell, 1);
		free(cell[0]);
		free(cell);
		return;
	}
	for (v = 0; v < g->nr_variants; v++) {
		const struct an_cell *c = &r->cell[v];

		an_spread_text(text, sizeof(text), c->median, c->q1, c->q3, m->unit);
		cell[v] =
			c->n == boots_of(g, v) ? xstrdup(text) : xasprintf("%s n=%zu", text, c->n);
	}
	cells_print(f, m->name, cell, g->nr_variants);
	for (v = 0; v < g->nr_variants; v++)
		free(cell[v]);
	free(cell);
	for (v = 1; v < g->nr_variants; v++)
		comparison_print(f, g, v, &r->cmp[v], m->unit);
}

static void head_print(FILE *f, const struct an_group *g)
{
	char **cell = xcalloc(g->nr_variants, sizeof(*cell));
	size_t v;

	for (v = 0; v < g->nr_variants; v++)
		cell[v] = xasprintf("%.17s n=%zu", g->variant[v], boots_of(g, v));
	cells_print(f, "metric", cell, g->nr_variants);
	for (v = 0; v < g->nr_variants; v++)
		free(cell[v]);
	free(cell);
	if (g->nr_variants == 2)
		fprintf(f, "  shift %.14s - %.14s [interval]\n", g->variant[1], g->variant[0]);
	else if (g->nr_variants > 2)
		fprintf(f, "  shift VARIANT - %.14s [interval]\n", g->variant[0]);
	fprintf(f, "%.*s\n", AN_WIDTH,
		"-----------------------------------------------------------------------------");
}

static bool primary(const struct an_study *s, const struct an_group *g, const struct an_row *r)
{
	return s->metrics.m[r->metric].role ==
	       (g->converts ? AN_PRIMARY_CONVERT : AN_PRIMARY_TEARDOWN);
}

void an_table_print(FILE *f, const struct an_study *s, const struct an_group *g)
{
	int part;
	size_t i;

	fprintf(f, "\nMedians over boots [first quartile..third quartile]\n");
	head_print(f, g);
	for (part = 1; part >= 0; part--) {
		fprintf(f, part ? "Primary, chosen beforehand:\n" : "Others:\n");
		for (i = 0; i < g->nr_rows; i++)
			if (primary(s, g, &g->row[i]) == part)
				row_print(f, s, g, &g->row[i]);
	}
}
