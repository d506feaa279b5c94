// SPDX-License-Identifier: GPL-2.0
/*
 * Plain text for an 80-column terminal or a mail: paragraphs, numbers with units.
 */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "textfmt.h"
#include "text.h"

#define FIELD_INDENT 16

static void wrap(FILE *f, int first, int rest, const char *text)
{
	int column = 0;
	bool fresh = true; /* nothing but the indent on this line */

	column = fprintf(f, "%*s", first, "");
	while (*text) {
		int n = strcspn(text, " \n\t");

		if (!n) {
			text++;
			continue;
		}
		if (!fresh && column + 1 + n > TEXT_WIDTH) {
			column = fprintf(f, "\n%*s", rest, "") - 1;
			fresh = true;
		}
		if (!fresh) {
			fputc(' ', f);
			column++;
		}
		/* a word longer than a line is cut into lines */
		for (; n; n--, text++) {
			if (column == TEXT_WIDTH)
				column = fprintf(f, "\n%*s", rest, "") - 1;
			fputc(*text > ' ' && *text <= '~' ? *text : '?', f);
			column++;
		}
		fresh = false;
	}
	fputc('\n', f);
}

void print_para(FILE *f, int first, int rest, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	wrap(f, first, rest, text);
	free(text);
}

static void print_in_column(FILE *f, int indent, int column, const char *key, const char *text)
{
	char *wrapped = NULL;
	size_t bytes;
	FILE *m;

	if (indent + (int)strlen(key) >= column) {
		fprintf(f, "%*s%s\n", indent, "", key);
		key = "";
	}
	/* the key takes the place of the first line's indent; wrap() would fold its blanks */
	m = open_memstream(&wrapped, &bytes);
	if (m) {
		wrap(m, column, column, *text ? text : "-");
		fclose(m);
		fprintf(f, "%*s%-*s%s", indent, "", column - indent, key, wrapped + column);
		free(wrapped);
	}
}

void print_keyed(FILE *f, int indent, int column, const char *key, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	print_in_column(f, indent, column, key, text);
	free(text);
}

void print_field(FILE *f, const char *key, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	print_in_column(f, 2, FIELD_INDENT, key, text);
	free(text);
}

void print_heading(FILE *f, const char *fmt, ...)
{
	va_list ap;
	char *text;
	size_t i;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	fprintf(f, "\n%.*s\n", TEXT_WIDTH, text);
	for (i = 0; i < strlen(text) && i < TEXT_WIDTH; i++)
		fputc('-', f);
	fputc('\n', f);
	free(text);
}

struct unit_scale unit_scale_for(double v, const char *unit)
{
	static const struct unit_scale time[] = {
		{ 1, "ns" }, { 1e3, "us" }, { 1e6, "ms" }, { 1e9, "s" }
	};
	static const struct unit_scale area[] = {
		{ 1, "pg-ns" }, { 1e3, "pg-us" }, { 1e6, "pg-ms" }, { 1e9, "pg-s" }
	};
	static const struct unit_scale size[] = {
		{ 1, "B" }, { 1024, "KiB" }, { 1048576, "MiB" }, { 1073741824, "GiB" }
	};
	double each = !strcmp(unit, "ms") ? 1e6 : !strcmp(unit, "us") ? 1e3 : 1;
	const struct unit_scale *s = each > 1 || !strcmp(unit, "ns") ? time
				     : !strcmp(unit, "page_ns")	     ? area
				     : !strcmp(unit, "bytes")	     ? size
								     : NULL;
	size_t i = 0;

	if (!strcmp(unit, "1/s"))
		return (struct unit_scale){ 1, "/s" };
	if (!s)
		return (struct unit_scale){ 1, "" };
	while (i < 3 && fabs(v) * each >= s[i + 1].factor)
		i++;
	return (struct unit_scale){ s[i].factor / each, s[i].name };
}

/*
 * Four digits for measures, three where the unit is long; counts in full as long as they are
 * short, with one decimal where statistics made one.
 */
static void digits(char *buf, size_t bytes, double v, const struct unit_scale *scale, bool sign,
		   bool brief)
{
	int most = brief || strlen(scale->name) > 3 ? 3 : 4;

	if (isnan(v))
		snprintf(buf, bytes, "-");
	else if (!*scale->name && fabs(v) < 1e7)
		snprintf(buf, bytes, sign ? "%+.*g" : "%.*g", fabs(v) < 10 ? 4 : 8,
			 fabs(v) < 10 ? v : round(10 * v) / 10);
	else if (fabs(v / scale->factor) >= (most == 4 ? 1e4 : 999.5))
		snprintf(buf, bytes, sign ? "%+.0f" : "%.0f", v / scale->factor);
	else
		snprintf(buf, bytes, sign ? "%+.*g" : "%.*g", most, v / scale->factor);
}

static char *value_print(char *buf, size_t bytes, double v, const char *unit, bool brief)
{
	struct unit_scale s = unit_scale_for(v, unit);
	char d[32];

	digits(d, sizeof(d), v, &s, false, brief);
	snprintf(buf, bytes, "%s%s%s", d, isnan(v) || !*s.name ? "" : " ", isnan(v) ? "" : s.name);
	return buf;
}

char *value_text(char *buf, size_t bytes, double v, const char *unit)
{
	return value_print(buf, bytes, v, unit, false);
}

char *value_brief(char *buf, size_t bytes, double v, const char *unit)
{
	return value_print(buf, bytes, v, unit, true);
}

static char *with_range(char *buf, size_t bytes, double v, double low, double high,
			const char *unit, bool sign, bool brief)
{
	/* one scale for all three: that of the largest */
	struct unit_scale s =
		unit_scale_for(sign ? fmax(fabs(v), fmax(fabs(low), fabs(high))) : v, unit);
	char d[32], l[32], h[32];

	if (isnan(v)) {
		snprintf(buf, bytes, "-");
		return buf;
	}
	digits(d, sizeof(d), v, &s, sign, brief);
	digits(l, sizeof(l), low, &s, sign, brief);
	digits(h, sizeof(h), high, &s, sign, brief);
	if (isnan(low))
		snprintf(buf, bytes, "%s%s%s [no interval]", d, *s.name ? " " : "", s.name);
	else
		snprintf(buf, bytes, "%s%s%s [%s..%s]", d, *s.name ? " " : "", s.name, l, h);
	return buf;
}

char *spread_text(char *buf, size_t bytes, double median, double q1, double q3, const char *unit)
{
	return with_range(buf, bytes, median, q1, q3, unit, false, false);
}

char *shift_text(char *buf, size_t bytes, double v, double low, double high, const char *unit)
{
	return with_range(buf, bytes, v, low, high, unit, true, false);
}

char *shift_brief(char *buf, size_t bytes, double v, double low, double high, const char *unit)
{
	return with_range(buf, bytes, v, low, high, unit, true, true);
}

char *fixed_shift_text(char *buf, size_t bytes, double v, const char *unit)
{
	struct unit_scale s = unit_scale_for(v, unit);
	char d[32];

	digits(d, sizeof(d), v, &s, true, false);
	snprintf(buf, bytes, "%s%s%s in every boot", d, *s.name ? " " : "", s.name);
	return buf;
}

char *small_text(char *buf, size_t bytes, double ratio)
{
	double percent = 100 * fabs(ratio - 1);

	if (percent > 0 && percent < 10)
		snprintf(buf, bytes, "%.2g %%", percent);
	else
		snprintf(buf, bytes, "%s", "");
	return buf;
}

/* As many digits as tell it from 1: 2059, 1.003 */
static void ratio_digits(char *buf, size_t bytes, double v)
{
	snprintf(buf, bytes, v >= 1000 || v == 1 ? "%.0f" : "%.4g", v);
}

char *ratio_text(char *buf, size_t bytes, double v, double low, double high)
{
	char d[32], l[32], h[32];

	if (isnan(v)) {
		snprintf(buf, bytes, "-");
		return buf;
	}
	ratio_digits(d, sizeof(d), v);
	if (isnan(low)) {
		snprintf(buf, bytes, "%s [no interval]", d);
		return buf;
	}
	ratio_digits(l, sizeof(l), low);
	ratio_digits(h, sizeof(h), high);
	snprintf(buf, bytes, "%s [%s..%s]", d, l, isnan(high) ? "inf" : h);
	return buf;
}

char *p_text(char *buf, size_t bytes, double p)
{
	if (isnan(p))
		snprintf(buf, bytes, "-");
	else if (p < 0.0001)
		snprintf(buf, bytes, "<0.0001");
	else
		snprintf(buf, bytes, "%.2g", p);
	return buf;
}

char *bytes_text(char *buf, size_t bytes, double v)
{
	return value_text(buf, bytes, v, "bytes");
}
