// SPDX-License-Identifier: GPL-2.0
/*
 * The table that is read first: the primary metrics, a variant beside the one that it is compared
 * with, in one line each.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "lib/textfmt.h"
#include "answer.h"
#include "doc.h"
#include "doc_summary.h"
#include "doc_table.h"

enum { NAME, BASE, OTHER, DIFFERENCE, VERDICT, NR_COLUMNS };

struct line {
	char *cell[NR_COLUMNS];
};

/* False only where it says so: rows of older documents do not. */
static bool carried(const json_t *row)
{
	return !json_is_false(json_object_get(row, "carried"));
}

static bool shown(const json_t *c)
{
	const char *verdict = an_doc_string(c, "verdict");

	return strcmp(verdict, an_verdict_words(AN_NO_DIFFERENCE)) &&
	       strcmp(verdict, an_verdict_words(AN_NOT_ENOUGH_BOOTS));
}

char *an_row_verdict(char *buf, size_t bytes, const json_t *c)
{
	char small[16];

	if (!carried(c)) {
		snprintf(buf, bytes, "%s", an_uncarried_words);
		return buf;
	}
	small_text(small, sizeof(small), an_doc_value(c, "ratio"));
	snprintf(buf, bytes, "%s%s%s", an_doc_string(c, "verdict"), shown(c) && *small ? ", " : "",
		 shown(c) ? small : "");
	return buf;
}

/* The same in few columns; the head of the table explains the words. */
static char *brief_verdict(const json_t *c)
{
	char text[80];

	if (!c)
		return xstrdup("-");
	if (!carried(c))
		return xstrdup("not told");
	if (shown(c)) {
		small_text(text, sizeof(text), an_doc_value(c, "ratio"));
		return xasprintf("%s%s%s", an_doc_string(c, "verdict"), *text ? " " : "", text);
	}
	return xstrdup(strcmp(an_doc_string(c, "verdict"), an_verdict_words(AN_NO_DIFFERENCE))
			       ? "few boots"
			       : "none shown");
}

static void fill(struct line *l, const struct an_table_row *r, size_t v)
{
	const json_t *c = r->cmp[v];
	char text[96];

	l->cell[NAME] = xstrdup(r->metric);
	l->cell[BASE] = xstrdup(
		value_brief(text, sizeof(text), an_doc_value(r->cell[0], "median"), r->unit));
	l->cell[OTHER] = v ? xstrdup(value_brief(text, sizeof(text),
						    an_doc_value(r->cell[v], "median"), r->unit))
			   : xstrdup("");
	l->cell[VERDICT] = !v ? xstrdup("") : r->constant ? xstrdup("equal") : brief_verdict(c);
	if (v && r->constant) {
		l->cell[DIFFERENCE] = xstrdup("same in every boot");
		return;
	}
	if (c && an_row_fixed(r, v)) {
		l->cell[DIFFERENCE] = xstrdup(
			fixed_shift_text(text, sizeof(text), an_doc_value(c, "shift"), r->unit));
		return;
	}
	l->cell[DIFFERENCE] = c ? xstrdup(shift_brief(text, sizeof(text), an_doc_value(c, "shift"),
						      an_doc_value(c, "ci_low"),
						      an_doc_value(c, "ci_high"), r->unit))
				: xstrdup("");
}

/*
 * The heading of a table. Names of variants that are wider than their column are written one after
 * the other, without the words for the columns behind them.
 */
static void head_print(FILE *f, const struct an_table_row *r, size_t v, const size_t *width,
		       int name_width)
{
	const char *base = an_doc_string(r->cell[0], "variant");
	const char *other = v ? an_doc_string(r->cell[v], "variant") : "";

	fprintf(f, "%-*s ", name_width, "metric");
	if (!v)
		fprintf(f, "%s\n", base);
	else if (strlen(base) > width[BASE])
		fprintf(f, "%s | %s\n", base, other);
	else if (strlen(other) > width[OTHER])
		fprintf(f, "%-*s %s\n", (int)width[BASE], base, other);
	else
		fprintf(f, "%-*s %-*s %-*s verdict\n", (int)width[BASE], base, (int)width[OTHER],
			other, (int)width[DIFFERENCE], "difference [interval]");
}

static void line_print(FILE *f, const struct line *l, const size_t *width, int name_width)
{
	char *out;
	size_t bytes, end, c;
	FILE *m;

	/* where the table is too wide, the name has a line of its own */
	if (name_width < (int)width[NAME])
		fprintf(f, "%s\n", l->cell[NAME]);
	m = xopen_memstream(&out, &bytes);
	fprintf(m, "%-*s", name_width, name_width < (int)width[NAME] ? "" : l->cell[NAME]);
	for (c = BASE; c < NR_COLUMNS; c++)
		fprintf(m, " %-*s", (int)width[c], l->cell[c]);
	fclose(m);
	for (end = strlen(out); end && out[end - 1] == ' '; end--)
		out[end - 1] = '\0';
	fprintf(f, "%s\n", out);
	free(out);
}

void an_summary_print(FILE *f, const json_t *doc, const char *label)
{
	size_t v, first, base, i, c, n = 0, width[NR_COLUMNS] = { 0 }, total = NR_COLUMNS - 1;
	struct line *line;
	struct an_table t;
	int name_width;

	an_table_make(doc, label, &t);
	first = t.nr_variants > 1;
	line = xcalloc(t.nr_rows * (t.nr_variants + 1) + 1, sizeof(*line));
	width[DIFFERENCE] = first ? strlen("difference [interval]") : 0;
	for (v = first; v < t.nr_variants; v++)
		for (i = 0; i < t.nr_rows; i++)
			if (t.row[i].primary)
				fill(&line[n++], &t.row[i], v);
	for (i = 0; i < n; i++)
		for (c = 0; c < NR_COLUMNS; c++)
			if (strlen(line[i].cell[c]) > width[c])
				width[c] = strlen(line[i].cell[c]);
	for (c = 0; c < NR_COLUMNS; c++)
		total += width[c];
	base = t.nr_rows ? strlen(an_doc_string(t.row[0].cell[0], "variant")) : 0;
	if (base > width[BASE] && total + base - width[BASE] <= TEXT_WIDTH) {
		total += base - width[BASE];
		width[BASE] = base;
	}
	name_width = total > TEXT_WIDTH ? (int)strlen("metric") : (int)width[NAME];
	n = 0;
	for (v = first; v < t.nr_variants; v++) {
		bool head = false;

		for (i = 0; i < t.nr_rows; i++) {
			if (!t.row[i].primary)
				continue;
			if (!head)
				head_print(f, &t.row[i], v, width, name_width);
			head = true;
			line_print(f, &line[n], width, name_width);
			for (c = 0; c < NR_COLUMNS; c++)
				free(line[n].cell[c]);
			n++;
		}
	}
	free(line);
	an_table_free(&t);
}
