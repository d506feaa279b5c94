/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LIB_TEXTFMT_H
#define LIB_TEXTFMT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Columns of report.txt: fits a mail that is quoted once or twice. */
#define TEXT_WIDTH 75

/*
 * Print a paragraph: wrapped at TEXT_WIDTH, the first line indented by @first blanks,
 * the others by @rest. What is not printable ASCII becomes '?'.
 */
void print_para(FILE *f, int first, int rest, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * Print @key behind @indent blanks, and the text wrapped in its own column, which begins at @column. A key that
 * reaches into the column has a line of its own. No text is "-".
 */
void print_keyed(FILE *f, int indent, int column, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* The same as a report has it: "  key           text". */
void print_field(FILE *f, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Print a section heading, underlined, after an empty line. */
void print_heading(FILE *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A multiple of a base unit: one @name is @factor base units. */
struct unit_scale {
	double factor;
	const char *name;
};

/*
 * The scale in which @v, a number of @unit (pages, pairs, bytes, calls, ns, us, ms, page_ns),
 * reads best.
 */
struct unit_scale unit_scale_for(double v, const char *unit);

/*
 * The functions below write into @buf and return it.
 * Value with its unit: "16.31 ms", "2053" (pages, pairs and calls are named by the metric);
 * "-" for NaN.
 */
char *value_text(char *buf, size_t bytes, double v, const char *unit);
/* The same with a sign: "+2.2 ms" */
char *shift_text(char *buf, size_t bytes, double v, double low, double high, const char *unit);
/* Both with three digits, for narrow tables. */
char *value_brief(char *buf, size_t bytes, double v, const char *unit);
char *shift_brief(char *buf, size_t bytes, double v, double low, double high, const char *unit);
/* A difference that is the same between all boots, so that it has no interval: "+1026 in every boot". */
char *fixed_shift_text(char *buf, size_t bytes, double v, const char *unit);

/* How small a difference is: "0.85 %"; "" for a ratio that differs by 10 % or more, or not at all. */
char *small_text(char *buf, size_t bytes, double ratio);
/* "16.31 ms [16.28..16.35]" */
char *spread_text(char *buf, size_t bytes, double median, double q1, double q3, const char *unit);
/* "0.997 [0.99..1.003]", "2059 [2059..2059]"; "-" for NaN, "inf" for no upper end */
char *ratio_text(char *buf, size_t bytes, double v, double low, double high);
/* "0.0079" */
char *p_text(char *buf, size_t bytes, double p);
/* Bytes as KiB, MiB or GiB. */
char *bytes_text(char *buf, size_t bytes, double v);

#endif
