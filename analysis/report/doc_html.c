// SPDX-License-Identifier: GPL-2.0
/*
 * report.html: the same document for a browser, on a screen or a phone. One file:
 * style, figures and the script that sorts tables are inside, and nothing is fetched.
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
#include "doc_summary.h"
#include "doc_table.h"

static const char style[] =
	":root{color-scheme:light dark;--bg:#fff;--fg:#1a1a1a;--dim:#5c5c5c;--line:#ddd;"
	"--box:#f5f5f2;--axis:#666;--mark:#0b5}\n"
	"@media(prefers-color-scheme:dark){:root{--bg:#16181a;--fg:#e6e6e6;--dim:#a0a0a0;"
	"--line:#3a3d40;--box:#202326;--axis:#999;--mark:#3d8}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0 auto;padding:1rem;max-width:80rem;background:var(--bg);color:var(--fg);"
	"font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}\n"
	"h1{font-size:1.3rem;margin:.2rem 0 1rem}\n"
	"h2{font-size:1.1rem;margin:2.2rem 0 .6rem;padding-top:.6rem;border-top:1px solid "
	"var(--line)}\n"
	"p,ul,dl,pre,figure,nav{max-width:66rem}\n"
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
	".scroll{overflow:auto;max-height:85vh;margin:.6rem 0}\n"
	"table{border-collapse:separate;border-spacing:0;font-size:.85rem;"
	"font-variant-numeric:tabular-nums;overflow-wrap:normal}\n"
	"th,td{text-align:left;vertical-align:top;padding:.25rem .8rem .25rem 0;white-space:nowrap;"
	"border-bottom:1px solid var(--line)}\n"
	"thead th{color:var(--dim);font-weight:normal;position:sticky;top:0;z-index:1;"
	"background:var(--bg);cursor:pointer}.lead thead th{background:var(--box)}\n"
	"thead th:first-child{left:0;z-index:2}\n"
	"th[aria-sort]::after{content:' \\2195'}th[aria-sort=ascending]::after{content:' \\2191'}"
	"th[aria-sort=descending]::after{content:' \\2193'}\n"
	"td.metric{font-weight:600;position:sticky;left:0;background:var(--bg)}"
	".lead td.metric{background:var(--box)}\n"
	"th.v,td.v{border-left:1px solid var(--line);padding-left:.5rem}\n"
	"td.verdict{font-weight:600}small{color:var(--dim);font-weight:normal}\n"
	"summary{cursor:pointer}summary h2{display:inline;border:0;padding:0;margin:0}"
	"details.part{margin:0;padding:.7rem 0;border-top:1px solid var(--line)}\n"
	"@media(max-width:640px){body{padding:.7rem;font-size:15px}.wide{display:none}"
	".narrow{display:block}dl{grid-template-columns:1fr}dt{margin-top:.3rem}"
	"table{font-size:.78rem}td.metric{white-space:normal;max-width:8.5rem}"
	".lead th,.lead td{white-space:normal;padding-right:.4rem}.lead th.v,.lead td.v{padding-left:.3rem}"
	".lead{padding:.4rem .3rem}.lead table{font-size:.72rem}}\n"
	"@media print{.narrow{display:none}.wide{display:block}body{max-width:none;font-size:11px}"
	".scroll{max-height:none;overflow:visible}nav{display:none}table{font-size:8px}"
	"td{white-space:normal}thead th,td.metric{position:static}tr,figure{break-inside:avoid}}\n";

/* Numbers are sorted by data-v, texts by themselves; empty cells come last. One row is not sorted. */
static const char script[] =
	"document.querySelectorAll('thead th').forEach(th=>{"
	"const body=th.closest('table').tBodies[0];"
	"if(body.rows.length<2){th.style.cursor='auto';return}th.tabIndex=0;"
	"const go=()=>{const c=th.cellIndex,"
	"up=th.getAttribute('aria-sort')!=='ascending',v=r=>{const d=r.cells[c];"
	"return d?d.dataset.v!==undefined?+d.dataset.v:d.textContent:''};"
	"[...body.rows].sort((a,b)=>{const x=v(a),y=v(b);"
	"if(x===''||y==='')return(x==='')-(y==='');const o=typeof x===typeof y?"
	"typeof x==='number'?x-y:x.localeCompare(y):typeof x==='number'?-1:1;return up?o:-o})"
	".forEach(r=>body.append(r));"
	"th.parentNode.querySelectorAll('th').forEach(o=>o.setAttribute('aria-sort','none'));"
	"th.setAttribute('aria-sort',up?'ascending':'descending')};"
	"th.setAttribute('aria-sort','none');th.onclick=go;th.onkeydown=e=>{if(e.key==='Enter')go()}});\n"
	"const unfold=()=>{const e=location.hash&&document.getElementById(location.hash.slice(1));"
	"if(e&&e.tagName==='DETAILS'){e.open=true;e.scrollIntoView()}};"
	"onhashchange=unfold;unfold();\n"
	"const all=()=>document.querySelectorAll('details').forEach(d=>d.open=true);"
	"onbeforeprint=all;matchMedia('print').onchange=e=>{if(e.matches)all()};\n";

static void escaped(FILE *f, const char *text)
{
	static const struct escape escapes[] = {
		{ '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" }, { 0 }
	};

	print_escaped(f, text, escapes);
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

/* A name, which a narrow screen may break behind an underscore. */
static void name_cell(FILE *f, const char *name)
{
	fputs("<td class=\"metric\">", f);
	while (*name) {
		size_t n = strcspn(name, "_");
		char *part;

		n += name[n] == '_';
		part = xstrndup(name, n);
		escaped(f, part);
		free(part);
		name += n;
		if (*name)
			fputs("<wbr>", f);
	}
	fputs("</td>", f);
}

/* A cell; @v is what it is sorted by, NaN: its text. */
static void cell(FILE *f, const char *class, double v, const char *text)
{
	fputs("<td", f);
	if (*class)
		fprintf(f, " class=\"%s\"", class);
	if (!isnan(v))
		fprintf(f, " data-v=\"%.10g\"", v);
	fputs(">", f);
	escaped(f, text);
	fputs("</td>", f);
}

static void comparison_cells(FILE *f, const struct an_table_row *r, size_t v, bool full)
{
	const json_t *c = r->cmp[v];
	const char *unit = r->unit;
	char text[96], holm[16], p[16], *line;
	double least = an_doc_value(c, "detectable_shift");
	bool fixed = an_row_fixed(r, v);

	if (fixed)
		fixed_shift_text(text, sizeof(text), an_doc_value(c, "shift"), unit);
	else
		shift_text(text, sizeof(text), an_doc_value(c, "shift"), an_doc_value(c, "ci_low"),
			   an_doc_value(c, "ci_high"), unit);
	cell(f, "", an_doc_value(c, "shift"), text);
	if (full && fixed) {
		fputs("<td></td><td></td>", f);
	} else if (full) {
		ratio_text(text, sizeof(text), an_doc_value(c, "ratio"),
			      an_doc_value(c, "ratio_low"), an_doc_value(c, "ratio_high"));
		cell(f, "", an_doc_value(c, "ratio"), text);
		line = xasprintf("%s, Holm %s", p_text(p, sizeof(p), an_doc_value(c, "p")),
				 p_text(holm, sizeof(holm), an_doc_value(c, "p_holm")));
		cell(f, "", an_doc_value(c, "p"), line);
		free(line);
	}
	fputs("<td class=\"verdict\">", f);
	escaped(f, an_row_verdict(text, sizeof(text), c));
	if (least > 0 && full && !fixed) {
		fputs(" <small>under ", f);
		escaped(f, value_text(text, sizeof(text), least, unit));
		fputs(": could not be seen</small>", f);
	}
	fputs("</td>", f);
}

static void row_print(FILE *f, const struct an_table_row *r, size_t nr_variants, bool full)
{
	char text[96], *line;
	size_t v;

	fputs("<tr>", f);
	name_cell(f, r->metric);
	for (v = 0; v < nr_variants; v++) {
		const json_t *c = v < r->nr_cells ? r->cell[v] : NULL;
		double n = an_doc_value(c, "n_boots"), median = an_doc_value(c, "median");

		if (!c) {
			fputs(v ? "<td class=\"v\"></td><td></td><td></td>" : "<td></td>", f);
			fputs(v && full ? "<td></td><td></td>" : "", f);
			continue;
		}
		if (full)
			spread_text(text, sizeof(text), median, an_doc_value(c, "q1"),
				       an_doc_value(c, "q3"), r->unit);
		else
			value_text(text, sizeof(text), median, r->unit);
		line = n == an_doc_value(c, "n_boots_of_variant") ? xstrdup(text)
								  : xasprintf("%s n=%.0f", text, n);
		cell(f, v ? "v" : "", median, line);
		free(line);
		if (v && r->cmp[v] && !r->constant)
			comparison_cells(f, r, v, full);
		else if (v)
			fprintf(f, "<td></td>%s<td>%s</td>", full ? "<td></td><td></td>" : "",
				r->constant ? "same in every boot" : "");
	}
	fputs("</tr>\n", f);
}

/* The variants side by side: the primary metrics in a few columns, or those that are not, in full. */
static void part_print(FILE *f, const struct an_table *t, bool primary, bool full)
{
	const struct an_table_row *head = NULL;
	size_t i, v;

	for (i = 0; i < t->nr_rows; i++)
		if (t->row[i].primary == primary && (!head || t->row[i].nr_cells > head->nr_cells))
			head = &t->row[i];
	if (!head)
		return;
	fputs("<div class=\"scroll\"><table><thead><tr><th>metric", f);
	for (v = 0; v < head->nr_cells; v++) {
		fputs(v ? "<th class=\"v\">" : "<th>", f);
		escaped(f, an_doc_string(head->cell[v], "variant"));
		fprintf(f, " <small>n=%.0f</small>",
			an_doc_value(head->cell[v], "n_boots_of_variant"));
		if (v)
			fprintf(f, "<th>difference [interval]%s<th>verdict",
				full ? "<th>ratio [interval]<th>p" : "");
	}
	fputs("</tr></thead><tbody>\n", f);
	for (i = 0; i < t->nr_rows; i++)
		if (t->row[i].primary == primary && (primary || t->row[i].carried))
			row_print(f, &t->row[i], head->nr_cells, full);
	fputs("</tbody></table></div>\n", f);
}

static void summary_print(FILE *f, const json_t *doc, const char *label)
{
	struct an_table t;

	an_table_make(doc, label, &t);
	part_print(f, &t, true, false);
	an_table_free(&t);
}

static void table_print(FILE *f, const json_t *doc, const char *label)
{
	struct an_table t;
	char *names;

	an_table_make(doc, label, &t);
	fputs("<p>Medians over boots [first quartile..third quartile]; a click on a heading sorts. "
	      "<b>Primary, chosen beforehand</b></p>\n",
	      f);
	part_print(f, &t, true, true);
	fputs("<p><b>Others</b></p>\n", f);
	part_print(f, &t, false, true);
	names = an_table_uncarried(&t);
	if (names) {
		char *line = xasprintf(AN_UNCARRIED " %s.", names);

		element(f, "p", line);
		free(line);
	}
	free(names);
	an_table_free(&t);
}

/* The element that holds consecutive items of @type; NULL if they stand alone. */
static const char *holder(const char *type)
{
	return !strcmp(type, "entry")	? "ul"
	       : !strcmp(type, "field") ? "dl"
	       : !strcmp(type, "line")	? "pre"
					: NULL;
}

static void item_print(FILE *f, const json_t *doc, const json_t *item, const char *figures)
{
	const char *type = an_doc_string(item, "type"), *text = an_doc_string(item, "text");

	if (!strcmp(type, "para")) {
		element(f, "p", text);
	} else if (!strcmp(type, "entry")) {
		element(f, "li", text);
	} else if (!strcmp(type, "line")) {
		escaped(f, text);
		fputc('\n', f);
	} else if (!strcmp(type, "command")) {
		element(f, "pre", text);
	} else if (!strcmp(type, "field")) {
		element(f, "dt", an_doc_string(item, "key"));
		element(f, "dd", *text ? text : "-");
	} else if (!strcmp(type, "table")) {
		table_print(f, doc, an_doc_string(item, "label"));
	} else if (!strcmp(type, "summary")) {
		summary_print(f, doc, an_doc_string(item, "label"));
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

		if (i) {
			fprintf(f, "<details class=\"part\" id=\"s%zu\"><summary><h2>", i);
			escaped(f, title);
			fputs("</h2></summary>\n", f);
		} else {
			fputs("<section class=\"lead\">\n", f);
		}
		items_print(f, doc, json_object_get(s, "items"), figures);
		fputs(i ? "</details>\n" : "</section>\n", f);
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
	fprintf(f, "<script>\n%s</script>\n</body></html>\n", script);
}
