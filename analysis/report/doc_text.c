// SPDX-License-Identifier: GPL-2.0
/*
 * report.txt: what a maintainer reads in a terminal, and what is pasted into a mail.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/text.h"
#include "lib/textfmt.h"
#include "doc.h"
#include "doc_summary.h"
#include "doc_table.h"

/* gnuplot begins a figure with a form feed. */
void an_doc_text_figure(FILE *f, const char *figures, const char *name)
{
	char *path = xasprintf("%s/%s.txt", figures, name);
	char *text = read_file(path, NULL), *line, *save;

	free(path);
	if (!text) {
		print_para(f, 2, 2, "(no figure %s: it was not drawn)", name);
		return;
	}
	fputc('\n', f);
	for (line = strtok_r(text, "\n\f", &save); line; line = strtok_r(NULL, "\n\f", &save)) {
		size_t n = strlen(line);

		while (n && line[n - 1] == ' ')
			n--;
		if (n)
			fprintf(f, "%.*s\n", n < TEXT_WIDTH ? (int)n : TEXT_WIDTH, line);
	}
	free(text);
}

static void item_print(FILE *f, const json_t *doc, const json_t *item, const char *figures)
{
	const char *type = an_doc_string(item, "type"), *text = an_doc_string(item, "text");

	if (!strcmp(type, "para"))
		print_para(f, 0, 0, "%s", text);
	else if (!strcmp(type, "entry"))
		print_para(f, 0, 2, "- %s", text);
	else if (!strcmp(type, "command"))
		print_para(f, 2, 6, "%s", text);
	else if (!strcmp(type, "line"))
		fprintf(f, "%.*s\n", TEXT_WIDTH, text);
	else if (!strcmp(type, "field"))
		print_field(f, an_doc_string(item, "key"), "%s", text);
	else if (!strcmp(type, "table"))
		an_table_print(f, doc, an_doc_string(item, "label"));
	else if (!strcmp(type, "summary"))
		an_summary_print(f, doc, an_doc_string(item, "label"));
	else if (!strcmp(type, "figure") && json_is_true(json_object_get(item, "in_text")))
		an_doc_text_figure(f, figures, an_doc_string(item, "name"));
}

void an_doc_print_text(FILE *f, const json_t *doc, const char *figures)
{
	const json_t *sections = json_object_get(doc, "sections");
	size_t i, j;

	for (i = 0; i < json_array_size(sections); i++) {
		const json_t *s = json_array_get(sections, i), *items = json_object_get(s, "items");

		if (i == 1)
			fprintf(f,
				"\n======== The rest: other metrics, controls, conditions, method ========\n");
		if (*an_doc_string(s, "title"))
			print_heading(f, "%s", an_doc_string(s, "title"));
		for (j = 0; j < json_array_size(items); j++) {
			/* in the section that leads, paragraphs stand apart */
			if (j && !i)
				fputc('\n', f);
			item_print(f, doc, json_array_get(items, j), figures);
		}
	}
}
