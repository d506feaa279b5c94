// SPDX-License-Identifier: GPL-2.0
/*
 * Walks an option table to print --help, the manual page, and candidates for completion.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "text.h"
#include "textfmt.h"

/* Meaning, range and default of a row; malloc'ed. */
static char *meaning(const struct opt *o)
{
	char *range = o->type == OPT_UINT || o->type == OPT_BYTES || o->type == OPT_MIB ?
		      xasprintf(" (%" PRIu64 "..%" PRIu64 ")", o->min, o->max) :
		      o->type == OPT_REAL ? xasprintf(" (%g..%g)", o->real_min, o->real_max) :
		      xstrdup("");
	char *text = xasprintf("%s%s%s%s%s", o->help, range, o->def && o->def[0] ? " [" : "",
			       o->def ? o->def : "", o->def && o->def[0] ? "]" : "");

	free(range);
	return text;
}

void opts_help(FILE *to, const struct opt *table)
{
	for (const struct opt *o = table; o && o->name; o++) {
		char *text;

		if (o->type == OPT_HEADING) {
			fprintf(to, "%s%s\n", o == table ? "" : "\n", o->name);
			continue;
		}
		text = meaning(o);
		fprintf(to, "  %s%s%s%s\n", o->type == OPT_KEY ? "" : "--", o->name,
			o->choices ? " " : "", o->choices ? o->choices : "");
		print_para(to, 6, 6, "%s", text);
		free(text);
	}
}

void mdoc_text(FILE *to, const char *text)
{
	static const struct escape escapes[] = {
		{ '\\', "\\e" }, { '-', "\\-" }, { '`', "\\(ga" }, { '\'', "\\(aq" }, { 0 }
	};

	/* A zero-width character keeps a dot from being a request. */
	if (*text == '.' || *text == '\'')
		fputs("\\&", to);
	print_escaped(to, text, escapes);
	fputc('\n', to);
}

void opts_mdoc(FILE *to, const struct opt *o)
{
	bool open = false;

	for (; o && o->name; o++) {
		char *text;

		if (o->type == OPT_HEADING) {
			fprintf(to, "%s.Pp\n%s\n", open ? ".El\n" : "", o->name);
			open = false;
			continue;
		}
		if (!open)
			fputs(".Bl -tag -width Ds\n", to);
		open = true;
		text = meaning(o);
		fprintf(to, ".It %s %s", o->type == OPT_KEY ? "Cm" : "Fl Fl", o->name);
		if (o->choices)
			fprintf(to, " Ar %s", o->choices);
		fputc('\n', to);
		mdoc_text(to, text);
		free(text);
	}
	if (open)
		fputs(".El\n", to);
}

/* Print the values in a form such as "a|b|NAME"; words in capitals are not values. */
static void print_values(FILE *to, const struct opt *o)
{
	const char *word;
	size_t len;

	if (o->values)
		o->values(to);
	if (o->values || !strchr(o->choices, '|'))
		return;
	for (uint64_t i = 0; (word = opt_choice(o->choices, i, &len)); i++)
		if (strcspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") >= len)
			fprintf(to, "%.*s\n", (int)len, word);
}

static void print_names(FILE *to, const struct opt *o)
{
	for (; o && o->name; o++)
		if (o->type != OPT_HEADING)
			fprintf(to, "--%s\n", o->name);
}

bool opts_complete(FILE *to, const struct opt *table, const struct opt *common, char *const *words)
{
	const struct opt *last = NULL;
	bool value = false;

	/* bash makes three words of --name=value */
	for (; words[1]; words++) {
		if (!strcmp(words[0], "="))
			continue;
		if (value || strncmp(words[0], "--", 2)) {
			value = false;
			continue;
		}
		last = opts_find((struct opt *)table, (struct opt *)common, words[0] + 2,
				 strlen(words[0] + 2));
		value = last && last->type != OPT_FLAG;
	}
	if (value) {
		print_values(to, last);
	} else if (words[0][0] == '-') {
		print_names(to, table);
		print_names(to, common);
	} else {
		return opt_takes_more(last);
	}
	return true;
}
