// SPDX-License-Identifier: GPL-2.0
#include "axis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"

/* Numbers that differ by this factor are to scale on a logarithmic axis, if at all. */
#define LOG_FACTOR    8
/* Characters of labels beside each other that the axis of the smallest panel has room for. */
#define PANEL_CHARS   24
/* Characters between two labels. */
#define BETWEEN_CHARS 0.6
/* Characters of the first and of the last label that may stand out beyond the axis. */
#define OUTSIDE_CHARS 3

/* Share of the axis from one column to the next at the same label. */
#define BESIDE	    0.012
#define BESIDE_EVEN 0.04
/* Share of the distance between even labels that all columns at one take, at most. */
#define ALL_BESIDE  0.5

/* Where @x is along the axis, 0 to 1. */
static double share(const struct an_axis *a, double x)
{
	return a->log ? log(x / a->min) / log(a->max / a->min) : (x - a->min) / (a->max - a->min);
}

/* Length of the axis, in characters, at which no label touches another; infinite if two are at one place. */
static double chars_needed(const struct an_axis *a)
{
	double first = strlen(a->label[0]) / 2.0, last = strlen(a->label[a->n - 1]) / 2.0;
	double needed = fmax((first - OUTSIDE_CHARS) / share(a, a->at[0]),
			     (last - OUTSIDE_CHARS) / (1 - share(a, a->at[a->n - 1])));

	for (size_t i = 1; i < a->n; i++) {
		double chars =
			(strlen(a->label[i - 1]) + strlen(a->label[i])) / 2.0 + BETWEEN_CHARS;

		needed = fmax(needed, chars / (share(a, a->at[i]) - share(a, a->at[i - 1])));
	}
	return fmax(needed, 0);
}

static struct an_axis axis_of(const char **label, size_t n)
{
	return (struct an_axis){ .n = n, .label = label, .at = xcalloc(n, sizeof(double)) };
}

static void put_to_scale(struct an_axis *a)
{
	double low, high, room;

	for (size_t i = 0; i < a->n; i++)
		a->at[i] = strtod(a->label[i], NULL);
	low = a->at[0];
	high = a->at[a->n - 1];
	room = (high - low) * 0.08;
	a->min = a->log ? low / 1.3 : low - room;
	a->max = a->log ? high * 1.3 : high + room;
}

static void put_evenly(struct an_axis *a)
{
	for (size_t i = 0; i < a->n; i++)
		a->at[i] = (double)i + 1;
	a->log = false;
	a->even = true;
	a->min = 0.4;
	a->max = (double)a->n + 0.6;
}

struct an_axis an_axis_linear(const char **label, size_t n)
{
	struct an_axis a = axis_of(label, n);

	put_to_scale(&a);
	return a;
}

struct an_axis an_axis_make(const char **label, size_t n, bool numeric)
{
	struct an_axis a = axis_of(label, n);

	if (numeric) {
		double low = strtod(label[0], NULL), high = strtod(label[n - 1], NULL);

		numeric = high > low && isfinite(high);
		a.log = low > 0 && high / low >= LOG_FACTOR;
		put_to_scale(&a);
	}
	if (!numeric || chars_needed(&a) > PANEL_CHARS)
		put_evenly(&a);
	return a;
}

double an_axis_place(const struct an_axis *a, size_t i, size_t column, size_t columns)
{
	double from_middle = (double)column - ((double)columns - 1) / 2;

	if (columns < 2)
		return a->at[i];
	if (a->even)
		return a->at[i] +
		       fmin(BESIDE_EVEN * (a->max - a->min), ALL_BESIDE / ((double)columns - 1)) *
			       from_middle;
	if (a->log)
		return a->at[i] * pow(a->at[a->n - 1] / a->at[0], BESIDE * from_middle);
	return a->at[i] + (a->at[a->n - 1] - a->at[0]) * BESIDE * from_middle;
}

void an_axis_write(const struct an_axis *a, FILE *f)
{
	size_t longest = 0;

	fprintf(f, "x_log = %d\nx_min = %.6g\nx_max = %.6g\nx_tics = \"", a->log, a->min, a->max);
	for (size_t i = 0; i < a->n; i++) {
		size_t n = strlen(a->label[i]);

		fprintf(f, "%s'%s' %.9g", i ? ", " : "", a->label[i], a->at[i]);
		longest = n > longest ? n : longest;
	}
	fprintf(f, "\"\nx_labels = '");
	for (size_t i = 0; i < a->n; i++)
		fprintf(f, "%s%s", i ? " " : "", a->label[i]);
	fprintf(f, "'\nx_longest = %zu\nx_chars = %.6g\n", longest, chars_needed(a));
}

void an_axis_free(struct an_axis *a)
{
	free(a->at);
	a->at = NULL;
}
