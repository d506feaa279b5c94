// SPDX-License-Identifier: GPL-2.0
/*
 * The table of an experiment in 75 columns: a line of medians and quartiles per
 * metric, under it a line per comparison, and for metrics chosen beforehand one
 * more with the ratio and what could not have been seen. What is the same in every
 * boot takes one line.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "lib/textfmt.h"
#include "doc_summary.h"
#include "doc_table.h"
#include "doc.h"
#include "facts.h"

#define NAME_COLUMNS 26
#define CELL_COLUMNS 24
#define CELLS_PER_LINE 2
#define SHIFT_COLUMNS 32

static const json_t *comparison_of(const json_t *doc, const char *label, const char *metric,
				   const char *variant)
{
	const json_t *rows = json_object_get(doc, "comparisons");
	size_t i;

	for (i = 0; i < json_array_size(rows); i++) {
		const json_t *r = json_array_get(rows, i);

		if (!strcmp(an_doc_string(r, "label"), label) &&
		    !strcmp(an_doc_string(r, "metric"), metric) &&
		    !strcmp(an_doc_string(r, "variant_b"), variant))
			return r;
	}
	return NULL;
}

void an_table_make(const json_t *doc, const char *label, struct an_table *t)
{
	const json_t *rows = json_object_get(doc, "metrics");
	struct an_table_row *r = NULL;
	size_t i;

	memset(t, 0, sizeof(*t));
	for (i = 0; i < json_array_size(rows); i++) {
		const json_t *m = json_array_get(rows, i);

		if (strcmp(an_doc_string(m, "label"), label))
			continue;
		/* rows of one metric follow each other */
		if (!r || strcmp(r->metric, an_doc_string(m, "metric"))) {
			t->row = xreallocarray(t->row, t->nr_rows + 1, sizeof(*t->row));
			r = &t->row[t->nr_rows++];
			memset(r, 0, sizeof(*r));
			r->metric = an_doc_string(m, "metric");
			r->unit = an_doc_string(m, "unit");
			r->primary = json_is_true(json_object_get(m, "primary"));
			r->carried = !json_is_false(json_object_get(m, "carried"));
			r->constant = json_is_true(json_object_get(m, "same_in_all_boots"));
		}
		r->cell = xreallocarray(r->cell, r->nr_cells + 1, sizeof(*r->cell));
		r->cmp = xreallocarray(r->cmp, r->nr_cells + 1, sizeof(*r->cmp));
		r->cell[r->nr_cells] = m;
		r->cmp[r->nr_cells] =
			comparison_of(doc, label, r->metric, an_doc_string(m, "variant"));
		if (++r->nr_cells > t->nr_variants)
			t->nr_variants = r->nr_cells;
	}
}

void an_table_free(struct an_table *t)
{
	while (t->nr_rows) {
		struct an_table_row *r = &t->row[--t->nr_rows];

		free(r->cell);
		free(r->cmp);
	}
	free(t->row);
	memset(t, 0, sizeof(*t));
}

bool an_row_fixed(const struct an_table_row *r, size_t v)
{
	return json_is_true(json_object_get(r->cell[0], "same_in_its_boots")) &&
	       json_is_true(json_object_get(r->cell[v], "same_in_its_boots"));
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
		else if (at + len > TEXT_WIDTH)
			at = len < TEXT_WIDTH ? TEXT_WIDTH - len : 0;
		if (column >= at || (i && i % CELLS_PER_LINE == 0)) {
			fputc('\n', f);
			column = 0;
		}
		column += fprintf(f, "%*s%s", (int)(at - column), "", cell[i]);
	}
	fputc('\n', f);
}

static void ratio_print(FILE *f, const json_t *c, const char *unit)
{
	double seen = an_doc_value(c, "detectable_shift");
	char ratio[96], text[64], *line;
	size_t bytes;
	FILE *m = xopen_memstream(&line, &bytes);

	ratio_text(ratio, sizeof(ratio), an_doc_value(c, "ratio"), an_doc_value(c, "ratio_low"),
		   an_doc_value(c, "ratio_high"));
	fprintf(m, "ratio %s", ratio);
	if (seen > 0)
		fprintf(m, "; under %s: could not be seen",
			value_text(text, sizeof(text), seen, unit));
	else if (!isnan(seen))
		fputs("; any shift would be seen", m);
	fclose(m);
	print_para(f, 2, 4, "%s", line);
	free(line);
}

static void comparison_print(FILE *f, const struct an_table *t, const struct an_table_row *r,
			     size_t v)
{
	char shift[96], p[16], holm[16], text[80];
	const json_t *c = r->cmp[v];
	const char *verdict = json_is_false(json_object_get(c, "carried"))
				      ? "not told"
				      : an_row_verdict(text, sizeof(text), c);
	int column;

	if (t->nr_variants > 2)
		column = fprintf(f, "  %s: ", an_doc_string(c, "variant_b"));
	else
		column = fprintf(f, "  ");
	if (an_row_fixed(r, v)) {
		fixed_shift_text(shift, sizeof(shift), an_doc_value(c, "shift"), r->unit);
		column += fprintf(f, "%s", shift);
		fprintf(f, "%*s%s\n", column < SHIFT_COLUMNS ? SHIFT_COLUMNS - column : 2, "",
			verdict);
		return;
	}
	shift_text(shift, sizeof(shift), an_doc_value(c, "shift"), an_doc_value(c, "ci_low"),
		   an_doc_value(c, "ci_high"), r->unit);
	p_text(p, sizeof(p), an_doc_value(c, "p"));
	p_text(holm, sizeof(holm), an_doc_value(c, "p_holm"));
	column += fprintf(f, "%s", shift);
	if (column > SHIFT_COLUMNS - 2) {
		fputc('\n', f);
		column = 0;
	}
	fprintf(f, "%*sp %-7s Holm %-7s %s\n", SHIFT_COLUMNS - column, "", p, holm, verdict);
	if (r->primary)
		ratio_print(f, c, r->unit);
}

static void row_print(FILE *f, const struct an_table *t, const struct an_table_row *r)
{
	char **cell = xcalloc(r->nr_cells, sizeof(*cell)), text[96];
	size_t v;

	if (r->constant) {
		cell[0] = xasprintf("%s in every boot",
				    value_text(text, sizeof(text),
					       an_doc_value(r->cell[0], "median"), r->unit));
		cells_print(f, r->metric, cell, 1);
		free(cell[0]);
		free(cell);
		return;
	}
	for (v = 0; v < r->nr_cells; v++) {
		const json_t *c = r->cell[v];
		double n = an_doc_value(c, "n_boots");

		spread_text(text, sizeof(text), an_doc_value(c, "median"), an_doc_value(c, "q1"),
			    an_doc_value(c, "q3"), r->unit);
		cell[v] = n == an_doc_value(c, "n_boots_of_variant")
				  ? xstrdup(text)
				  : xasprintf("%s n=%.0f", text, n);
	}
	cells_print(f, r->metric, cell, r->nr_cells);
	for (v = 0; v < r->nr_cells; v++)
		free(cell[v]);
	free(cell);
	for (v = 1; v < r->nr_cells; v++)
		if (r->cmp[v])
			comparison_print(f, t, r, v);
}

/* A name in a cell of the heading. */
#define HEAD_CHARS (CELL_COLUMNS - 1)

static void head_print(FILE *f, const struct an_table *t)
{
	const struct an_table_row *r = &t->row[0];
	char **name = xcalloc(r->nr_cells, sizeof(*name)), **boots = xcalloc(r->nr_cells, sizeof(*boots));
	size_t v;

	for (v = 0; v < r->nr_cells; v++) {
		name[v] = xasprintf("%.*s", HEAD_CHARS, an_doc_string(r->cell[v], "variant"));
		boots[v] = xasprintf("n=%.0f", an_doc_value(r->cell[v], "n_boots_of_variant"));
	}
	cells_print(f, "metric", name, r->nr_cells);
	cells_print(f, "  boots", boots, r->nr_cells);
	if (r->nr_cells >= 2)
		fprintf(f, "  shift %s - %s [interval]\n", r->nr_cells == 2 ? name[1] : "VARIANT",
			name[0]);
	fprintf(f, "%.*s\n", TEXT_WIDTH,
		"-----------------------------------------------------------------------------");
	for (v = 0; v < r->nr_cells; v++) {
		free(name[v]);
		free(boots[v]);
	}
	free(name);
	free(boots);
}

char *an_table_uncarried(const struct an_table *t)
{
	char *names = NULL;
	size_t i;

	for (i = 0; i < t->nr_rows; i++)
		if (!t->row[i].carried)
			names = text_add(names, t->row[i].metric, ", ");
	return names;
}

static void uncarried_print(FILE *f, const struct an_table *t)
{
	char *names = an_table_uncarried(t);

	if (names) {
		fputc('\n', f);
		print_para(f, 0, 0, AN_UNCARRIED " %s.", names);
	}
	free(names);
}

void an_table_print(FILE *f, const json_t *doc, const char *label)
{
	struct an_table t;
	int part;
	size_t i;

	an_table_make(doc, label, &t);
	uncarried_print(f, &t);
	fprintf(f, "\nMedians over boots [first quartile..third quartile]\n");
	if (t.nr_rows)
		head_print(f, &t);
	for (part = 1; part >= 0; part--) {
		bool any = false;

		for (i = 0; i < t.nr_rows; i++) {
			if (t.row[i].primary != part || (!part && !t.row[i].carried))
				continue;
			if (!any)
				fprintf(f, part ? "Primary, chosen beforehand:\n" : "Others:\n");
			any = true;
			row_print(f, &t, &t.row[i]);
		}
	}
	an_table_free(&t);
}
