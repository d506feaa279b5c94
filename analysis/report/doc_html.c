// SPDX-License-Identifier: GPL-2.0
/*
 * report.html: the same document for a browser, on a screen or a phone. One file:
 * style and figures are inside, there is no script, and nothing is fetched.
 *
 * The figures come from gnuplot as SVG in black on nothing. Inside the page their
 * black and greys are replaced by the page's own colours, so that they follow light
 * and dark; the colours of the variants stay.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array_size.h"
#include "lib/file.h"
#include "lib/text.h"
#include "lib/textfmt.h"
#include "doc.h"
#include "doc_table.h"

static const char style[] =
	":root{color-scheme:light dark;--bg:#fff;--fg:#1a1a1a;--dim:#5c5c5c;--line:#ddd;"
	"--box:#f5f5f2;--axis:#666;--mark:#0b5}\n"
	"@media(prefers-color-scheme:dark){:root{--bg:#16181a;--fg:#e6e6e6;--dim:#a0a0a0;"
	"--line:#3a3d40;--box:#202326;--axis:#999;--mark:#3d8}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0 auto;padding:1rem;max-width:66rem;background:var(--bg);color:var(--fg);"
	"font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}\n"
	"h1{font-size:1.3rem;margin:.2rem 0 1rem}\n"
	"h2{font-size:1.1rem;margin:2.2rem 0 .6rem;padding-top:.6rem;border-top:1px solid "
	"var(--line)}\n"
	"details{margin-top:1.2rem}summary{margin-bottom:.3rem}p{margin:.5rem 0}ul{margin:.5rem 0;padding-left:1.2rem}\n"
	".lead{background:var(--box);border-left:4px solid var(--axis);padding:.4rem 1rem}\n"
	"nav{font-size:.85rem;color:var(--dim);margin:1rem 0}nav a{color:inherit}\n"
	"dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.6rem 0;"
	"font-size:.9rem}\n"
	"dt{color:var(--dim)}dd{margin:0}\n"
	"pre{background:var(--box);padding:.6rem;overflow-x:auto;font-size:.85rem;"
	"white-space:pre-wrap}\n"
	"figure{margin:1.2rem 0}figure svg{width:100%;height:auto;color:var(--fg)}\n"
	"figcaption{font-size:.85rem;color:var(--dim)}figcaption b{color:var(--fg)}\n"
	".narrow{display:none}\n"
	"table{border-collapse:collapse;width:100%;font-size:.85rem;"
	"font-variant-numeric:tabular-nums}\n"
	"th,td{text-align:left;vertical-align:top;padding:.25rem .5rem .25rem 0;"
	"border-bottom:1px solid var(--line)}\n"
	"th{color:var(--dim);font-weight:normal}td.metric{font-weight:600}\n"
	"td{overflow-wrap:break-word}td.metric{min-width:13rem}\n"
	"td.verdict{font-weight:600}small{color:var(--dim);font-weight:normal}\n"
	"@media(max-width:640px){body{padding:.7rem;font-size:15px}.wide{display:none}"
	".narrow{display:block}dl{grid-template-columns:1fr}dt{margin-top:.3rem}"
	"thead{display:none}table,tbody,tr,td{display:block;width:100%}"
	"td.metric{min-width:0}tr{border-bottom:1px solid var(--line);padding:.3rem 0}"
	"td{border:0;padding:.05rem 0}"
	"td:empty{display:none}td[data-k]::before{content:attr(data-k)' ';color:var(--dim)}}\n"
	"@media print{.narrow{display:none}body{max-width:none}}\n";

static void escaped(FILE *f, const char *text)
{
	for (; *text; text++) {
		if (*text == '&')
			fputs("&amp;", f);
		else if (*text == '<')
			fputs("&lt;", f);
		else if (*text == '>')
			fputs("&gt;", f);
		else if (*text == '"')
			fputs("&quot;", f);
		else
			fputc(*text, f);
	}
}

static void element(FILE *f, const char *tag, const char *text)
{
	fprintf(f, "<%s>", tag);
	escaped(f, text);
	fprintf(f, "</%s>\n", tag);
}

/* What gnuplot writes, and what the page needs in its place. */
static const char *const themed[][2] = {
	{ "black", "currentColor" },
	{ "rgb(102, 102, 102)", "var(--axis)" },
	{ "rgb(102,102,102)", "var(--dim)" },
	{ "rgb(221, 221, 221)", "var(--line)" },
	{ "rgb(  0,   0,   0)", "currentColor" },
};

/*
 * Copy an SVG without its XML prolog. Names of elements are unique in a page: @prefix goes
 * before each id and each reference to one.
 */
static void svg_print(FILE *f, const char *svg, const char *prefix)
{
	const char *p = strstr(svg, "<svg");
	size_t i;

	while (p && *p) {
		static const char *const ids[] = { " id=\"", " id='", "href='#", "href=\"#", "url(#" };
		bool done = false;

		for (i = 0; i < ARRAY_SIZE(themed) && !done; i++) {
			size_t n = strlen(themed[i][0]);

			if (!strncmp(p, themed[i][0], n)) {
				fputs(themed[i][1], f);
				p += n;
				done = true;
			}
		}
		for (i = 0; i < ARRAY_SIZE(ids) && !done; i++) {
			size_t n = strlen(ids[i]);

			if (!strncmp(p, ids[i], n)) {
				fprintf(f, "%s%s", ids[i], prefix);
				p += n;
				done = true;
			}
		}
		if (!done)
			fputc(*p++, f);
	}
}

/* The figure @name in one of its widths; false if it is not there. */
static bool width_print(FILE *f, const char *figures, const char *name, const char *width)
{
	char *path = xasprintf("%s/data/%s-%s.svg", figures, name, width);
	char *svg = read_file(path, NULL), *prefix = xasprintf("%s-%s-", name, width);

	if (svg) {
		fprintf(f, "<div class=\"%s\">", width);
		svg_print(f, svg, prefix);
		fputs("</div>\n", f);
	}
	free(prefix);
	free(path);
	free(svg);
	return svg != NULL;
}

static void figure_print(FILE *f, const json_t *item, const char *figures)
{
	const char *name = an_doc_string(item, "name");

	fputs("<figure>\n", f);
	if (!width_print(f, figures, name, "wide") || !width_print(f, figures, name, "narrow"))
		fputs("<p>(It was not drawn.)</p>\n", f);
	fputs("<figcaption><b>", f);
	escaped(f, an_doc_string(item, "title"));
	fputs("</b>. ", f);
	escaped(f, an_doc_string(item, "caption"));
	fputs(".</figcaption></figure>\n", f);
}

static void cell_open(FILE *f, const char *class, const char *key)
{
	fputs("<td", f);
	if (*class)
		fprintf(f, " class=\"%s\"", class);
	if (*key)
		fprintf(f, " data-k=\"%s\"", key);
	fputs(">", f);
}

static void cell(FILE *f, const char *class, const char *key, const char *text)
{
	cell_open(f, class, key);
	escaped(f, text);
	fputs("</td>", f);
}

static void comparison_cells(FILE *f, const json_t *c, const char *unit)
{
	char shift[96], ratio[96], p[16], holm[16], seen[64], line[160];
	double least = an_doc_value(c, "detectable_shift");

	shift_text(shift, sizeof(shift), an_doc_value(c, "shift"), an_doc_value(c, "ci_low"),
		   an_doc_value(c, "ci_high"), unit);
	cell(f, "", "shift", shift);
	ratio_text(ratio, sizeof(ratio), an_doc_value(c, "ratio"), an_doc_value(c, "ratio_low"),
		   an_doc_value(c, "ratio_high"));
	cell(f, "", "ratio", ratio);
	snprintf(line, sizeof(line), "%s, Holm %s", p_text(p, sizeof(p), an_doc_value(c, "p")),
		 p_text(holm, sizeof(holm), an_doc_value(c, "p_holm")));
	cell(f, "", "p", line);
	cell_open(f, "verdict", "");
	escaped(f, an_doc_string(c, "verdict"));
	if (least > 0) {
		fputs(" <small>under ", f);
		escaped(f, value_text(seen, sizeof(seen), least, unit));
		fputs(": could not be seen</small>", f);
	}
	fputs("</td>", f);
}

static void row_print(FILE *f, const struct an_table_row *r)
{
	char text[96], line[160];
	size_t v;

	if (r->constant) {
		value_text(text, sizeof(text), an_doc_value(r->cell[0], "median"), r->unit);
		fputs("<tr>", f);
		cell(f, "metric", "", r->metric);
		cell(f, "", "", "all");
		snprintf(line, sizeof(line), "%s in every boot", text);
		cell(f, "", "", line);
		fputs("<td></td><td></td><td></td><td></td></tr>\n", f);
		return;
	}
	for (v = 0; v < r->nr_cells; v++) {
		const json_t *c = r->cell[v];

		fputs("<tr>", f);
		cell(f, "metric", "", v ? "" : r->metric);
		snprintf(line, sizeof(line), "%s n=%.0f", an_doc_string(c, "variant"),
			 an_doc_value(c, "n_boots"));
		cell(f, "", "", line);
		spread_text(text, sizeof(text), an_doc_value(c, "median"), an_doc_value(c, "q1"),
			    an_doc_value(c, "q3"), r->unit);
		cell(f, "", "median", text);
		if (r->cmp[v])
			comparison_cells(f, r->cmp[v], r->unit);
		else
			fputs("<td></td><td></td><td></td><td></td>", f);
		fputs("</tr>\n", f);
	}
}

static void table_print(FILE *f, const json_t *doc, const char *label)
{
	struct an_table t;
	int part;
	size_t i;

	an_table_make(doc, label, &t);
	for (part = 1; part >= 0; part--) {
		bool any = false;

		for (i = 0; i < t.nr_rows; i++)
			any |= t.row[i].primary == part;
		if (!any)
			continue;
		fputs(part ? "<p><b>Primary, chosen beforehand</b></p>\n"
			   : "<details open><summary><b>Others</b></summary>\n",
		      f);
		fputs("<table><thead><tr><th>metric<th>variant<th>median [quartiles]<th>shift from ", f);
		escaped(f, an_doc_string(t.row[0].cell[0], "variant"));
		fputs(" [interval]<th>ratio [interval]<th>p<th>verdict</tr></thead><tbody>\n", f);
		for (i = 0; i < t.nr_rows; i++)
			if (t.row[i].primary == part)
				row_print(f, &t.row[i]);
		fputs(part ? "</tbody></table>\n" : "</tbody></table></details>\n", f);
	}
	an_table_free(&t);
}

/* The element that holds consecutive items of @type; NULL if they stand alone. */
static const char *holder(const char *type)
{
	return !strcmp(type, "entry") ? "ul" : !strcmp(type, "field") ? "dl" : NULL;
}

static void item_print(FILE *f, const json_t *doc, const json_t *item, const char *figures)
{
	const char *type = an_doc_string(item, "type"), *text = an_doc_string(item, "text");

	if (!strcmp(type, "para")) {
		element(f, "p", text);
	} else if (!strcmp(type, "entry")) {
		element(f, "li", text);
	} else if (!strcmp(type, "command")) {
		element(f, "pre", text);
	} else if (!strcmp(type, "field")) {
		element(f, "dt", an_doc_string(item, "key"));
		element(f, "dd", *text ? text : "-");
	} else if (!strcmp(type, "table")) {
		table_print(f, doc, an_doc_string(item, "label"));
	} else if (!strcmp(type, "figure")) {
		figure_print(f, item, figures);
	}
}

static void items_print(FILE *f, const json_t *doc, const json_t *items, const char *figures)
{
	const char *open = NULL;
	size_t i;

	for (i = 0; i < json_array_size(items); i++) {
		const json_t *item = json_array_get(items, i);
		const char *want = holder(an_doc_string(item, "type"));

		if (open && (!want || strcmp(open, want)))
			fprintf(f, "</%s>\n", open);
		if (want && (!open || strcmp(open, want)))
			fprintf(f, "<%s>\n", want);
		open = want;
		item_print(f, doc, item, figures);
	}
	if (open)
		fprintf(f, "</%s>\n", open);
}

void an_doc_print_html(FILE *f, const json_t *doc, const char *figures)
{
	const json_t *sections = json_object_get(doc, "sections");
	size_t i;

	fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<title>dpamt-bench: ",
	      f);
	escaped(f, an_doc_string(doc, "kind"));
	fprintf(f, "</title>\n<style>\n%s</style></head><body>\n<h1>dpamt-bench: ", style);
	escaped(f, an_doc_string(doc, "kind"));
	fputs("</h1>\n", f);
	for (i = 0; i < json_array_size(sections); i++) {
		const json_t *s = json_array_get(sections, i);
		const char *title = an_doc_string(s, "title");
		size_t j;

		fprintf(f, "<section id=\"s%zu\"%s>\n", i, *title ? "" : " class=\"lead\"");
		if (*title)
			element(f, "h2", title);
		items_print(f, doc, json_object_get(s, "items"), figures);
		fputs("</section>\n", f);
		if (i)
			continue;
		fputs("<nav>", f);
		for (j = 1; j < json_array_size(sections); j++) {
			fprintf(f, "%s<a href=\"#s%zu\">", j > 1 ? " &middot; " : "", j);
			escaped(f, an_doc_string(json_array_get(sections, j), "title"));
			fputs("</a>", f);
		}
		fputs("</nav>\n", f);
	}
	fputs("</body></html>\n", f);
}
