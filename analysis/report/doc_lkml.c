// SPDX-License-Identifier: GPL-2.0
/*
 * A report as a mail to a list: the lead and what a reader needs to judge it, in MOST_LINES lines.
 * What does not fit is left out, later tables first, then the figure; a line says so.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "lib/textfmt.h"
#include "doc.h"
#include "doc_summary.h"

#define MOST_LINES 60

static size_t lines_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* Does the lead have a figure? Its name; NULL if not. */
static const char *figure_of(const json_t *lead)
{
	for (size_t i = 0; i < json_array_size(lead); i++) {
		const json_t *item = json_array_get(lead, i);

		if (!strcmp(an_doc_string(item, "type"), "figure"))
			return an_doc_string(item, "name");
	}
	return NULL;
}

static void lines_print(FILE *f, const json_t *lines)
{
	for (size_t i = 0; i < json_array_size(lines); i++)
		print_para(f, 0, 2, "%s", json_string_value(json_array_get(lines, i)));
}

/* The first @most tables of the lead, each below the paragraph that names it; how many there are. */
static size_t tables_print(FILE *f, const json_t *doc, const json_t *lead, size_t most)
{
	size_t n = 0;

	for (size_t i = 1; i < json_array_size(lead); i++) {
		const json_t *item = json_array_get(lead, i);

		if (strcmp(an_doc_string(item, "type"), "summary") || n++ >= most)
			continue;
		fputc('\n', f);
		print_para(f, 0, 0, "%s", an_doc_string(json_array_get(lead, i - 1), "text"));
		an_summary_print(f, doc, an_doc_string(item, "label"));
	}
	return n;
}

static char *mail_text(const json_t *doc, const char *figures, size_t tables, bool figure)
{
	const json_t *mail = json_object_get(doc, "mail");
	const json_t *lead =
		json_object_get(json_array_get(json_object_get(doc, "sections"), 0), "items");
	size_t bytes, all;
	char *text;
	FILE *f = xopen_memstream(&text, &bytes);

	print_para(f, 0, 0, "%s", an_doc_string(doc, "question"));
	fputc('\n', f);
	lines_print(f, json_object_get(mail, "setup"));
	all = tables_print(f, doc, lead, tables);
	if (all)
		print_para(f, 0, 0,
			"(medians over boots; difference with 95 %% interval; none shown: no "
			"difference shown)");
	else
		print_para(f, 0, 0, "No boots to compare.");
	if (all > tables)
		print_para(f, 0, 0, "(%zu more in the whole report)", all - tables);
	if (figure && figure_of(lead))
		an_doc_text_figure(f, figures, figure_of(lead));
	fputc('\n', f);
	lines_print(f, json_object_get(mail, "limits"));
	if (*an_doc_string(mail, "reproduce"))
		print_para(f, 0, 4, "In dpamt-bench, after make kernels tools: %s",
			an_doc_string(mail, "reproduce"));
	fclose(f);
	return text;
}

void an_doc_print_lkml(FILE *f, const json_t *doc, const char *figures)
{
	size_t tables = json_array_size(json_object_get(doc, "answers"));
	bool figure = true;
	char *text = mail_text(doc, figures, tables, figure);

	while (lines_of(text) > MOST_LINES && (figure || tables)) {
		free(text);
		if (tables > 1)
			tables--;
		else if (figure)
			figure = false;
		else
			tables--;
		text = mail_text(doc, figures, tables, figure);
	}
	fputs(text, f);
	free(text);
}
