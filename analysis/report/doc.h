/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_DOC_H
#define AN_DOC_H

#include <stdio.h>

#include <jansson.h>

/*
 * A report as a document, schema "dpamt-bench/report": what is written to report.json, and all
 * that the printers of text and HTML see. Its keys are described in analysis/README.md.
 *
 * A section is {"title", "items"}; the functions below append one item to @items. Texts are
 * plain UTF-8 without markup or line breaks.
 */
#define AN_DOC_VERSION 1

/* New document of @kind ("report" or "compare"). */
json_t *an_doc_new(const char *kind);

/* Append a section; returns its items (borrowed). The first one, with an empty title, leads. */
json_t *an_doc_section(json_t *doc, const char *title_fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* A text of a type below: */
void an_doc_text(json_t *items, const char *type, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* A paragraph. */
#define an_doc_para(items, ...)	   an_doc_text(items, "para", __VA_ARGS__)
/* An entry of a list. */
#define an_doc_entry(items, ...)   an_doc_text(items, "entry", __VA_ARGS__)
/* A line to be typed into a shell. */
#define an_doc_command(items, ...) an_doc_text(items, "command", __VA_ARGS__)
/* A line of a table that is laid out already: its blanks count. Consecutive ones belong together. */
#define an_doc_line(items, ...)	   an_doc_text(items, "line", __VA_ARGS__)
/* A named fact; consecutive ones make a list. An empty key goes on with the one above. */
void an_doc_field(json_t *items, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The rows of "metrics" and "comparisons" that have this label. */
void an_doc_table(json_t *items, const char *label);
/* The primary ones of them. */
void an_doc_summary(json_t *items, const char *label);
/* A figure of plots/; in_text: shown in report.txt as well. */
void an_doc_figure(json_t *items, const char *name, const char *title, const char *caption,
		   int in_text);

/* Number for JSON: whole ones as integers; NaN and infinity, which JSON lacks, as null. */
json_t *an_doc_number(double v);

/* Number at @key of @object; NaN if it is null or missing. */
double an_doc_value(const json_t *object, const char *key);
/* Text at @key; "" if there is none. */
const char *an_doc_string(const json_t *object, const char *key);

/*
 * Print the document. @figures is the folder with the figures: NAME.txt, and data/NAME-wide.svg
 * and data/NAME-narrow.svg for HTML. A note stands in place of a missing figure. The text is ASCII, at
 * most 75 columns; the HTML is one file that needs no other and no network.
 */
void an_doc_print_json(FILE *f, const json_t *doc);
void an_doc_print_text(FILE *f, const json_t *doc, const char *figures);
void an_doc_print_html(FILE *f, const json_t *doc, const char *figures);
/* What goes into a mail to a list: at most 60 lines of text, made of "mail" of a report. */
void an_doc_print_lkml(FILE *f, const json_t *doc, const char *figures);

/* Copy the figure NAME.txt of @figures in TEXT_WIDTH columns; says so if it was not drawn. */
void an_doc_text_figure(FILE *f, const char *figures, const char *name);

#endif
