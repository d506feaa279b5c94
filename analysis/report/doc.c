// SPDX-License-Identifier: GPL-2.0
/*
 * Builds a report as a JSON document, from which text and HTML are printed. So all forms say
 * the same.
 */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "doc.h"

json_t *an_doc_new(const char *kind)
{
	return json_pack("{s:s, s:i, s:s, s:[], s:[], s:[], s:[]}", "schema", "dpamt-bench/report",
			 "version", AN_DOC_VERSION, "kind", kind, "metrics", "comparisons",
			 "figures", "sections");
}

/* @text as JSON, or "(not UTF-8)" if JSON cannot hold it. Frees @text. */
static json_t *string(char *text)
{
	json_t *s = json_string(text);

	free(text);
	return s ? s : json_string("(not UTF-8)");
}

json_t *an_doc_section(json_t *doc, const char *fmt, ...)
{
	json_t *items = json_array();
	va_list ap;

	va_start(ap, fmt);
	json_array_append_new(
		json_object_get(doc, "sections"),
		json_pack("{s:o, s:o}", "title", string(xvasprintf(fmt, ap)), "items", items));
	va_end(ap);
	return items;
}

void an_doc_text(json_t *items, const char *type, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	json_array_append_new(
		items, json_pack("{s:s, s:o}", "type", type, "text", string(xvasprintf(fmt, ap))));
	va_end(ap);
}

void an_doc_field(json_t *items, const char *key, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	json_array_append_new(items, json_pack("{s:s, s:s, s:o}", "type", "field", "key", key,
					       "text", string(xvasprintf(fmt, ap))));
	va_end(ap);
}

void an_doc_table(json_t *items, const char *label)
{
	json_array_append_new(items, json_pack("{s:s, s:s}", "type", "table", "label", label));
}

void an_doc_summary(json_t *items, const char *label)
{
	json_array_append_new(items, json_pack("{s:s, s:s}", "type", "summary", "label", label));
}

void an_doc_figure(json_t *items, const char *name, const char *title, const char *caption,
		   int in_text)
{
	json_array_append_new(items, json_pack("{s:s, s:s, s:s, s:s, s:b}", "type", "figure",
					       "name", name, "title", title, "caption", caption,
					       "in_text", in_text));
}

json_t *an_doc_number(double v)
{
	if (isnan(v) || isinf(v))
		return json_null();
	if (v == rint(v) && fabs(v) < 9e15)
		return json_integer((json_int_t)v);
	return json_real(v);
}

double an_doc_value(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_number(v) ? json_number_value(v) : NAN;
}

const char *an_doc_string(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

/* Tables one row per line: as easy for grep and diff as for a parser. */
static void print_rows(FILE *f, const json_t *rows)
{
	size_t i;

	fputs("[", f);
	for (i = 0; i < json_array_size(rows); i++) {
		fputs(i ? ",\n  " : "\n  ", f);
		json_dumpf(json_array_get(rows, i), f, JSON_REAL_PRECISION(12));
	}
	fputs(i ? "\n ]" : "]", f);
}

void an_doc_print_json(FILE *f, const json_t *doc)
{
	const char *key, *sep = "{";
	json_t *v;

	json_object_foreach((json_t *)doc, key, v)
	{
		fprintf(f, "%s\n \"%s\": ", sep, key);
		if (json_is_array(v) && json_is_object(json_array_get(v, 0)))
			print_rows(f, v);
		else
			json_dumpf(v, f, JSON_REAL_PRECISION(12) | JSON_ENCODE_ANY);
		sep = ",";
	}
	fputs("\n}\n", f);
}
