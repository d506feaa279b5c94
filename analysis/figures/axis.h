/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The x axis of figures with a label at each place where something was measured, such as the levels of a
 * factor. Labels must not lie on each other, whatever the levels are.
 */
#ifndef AN_AXIS_H
#define AN_AXIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct an_axis {
	size_t n;	    /* labels, at least 2 */
	const char **label; /* the caller's */
	double *at;	    /* their places, ascending; malloc'ed */
	bool log;	    /* logarithmic */
	bool even;	    /* places are 1, 2, 3, ... */
	double min, max;    /* ends of the axis */
};

/*
 * Axis for @n >= 2 labels in the order to draw them, kept by the caller. @numeric: all are numbers, in ascending
 * order. Then they are to scale, linear or logarithmic, where that leaves room for the labels; in all other
 * cases they stand at even distances.
 */
struct an_axis an_axis_make(const char **label, size_t n, bool numeric);

/* The same to scale, linear, without a look at the labels: for few of them that lie apart. All are numbers. */
struct an_axis an_axis_linear(const char **label, size_t n);

/*
 * Place of column @column of @columns at label @i. Columns stand side by side, because equal values would hide each
 * other.
 */
double an_axis_place(const struct an_axis *a, size_t i, size_t column, size_t columns);

/* The axis as assignments for the scripts of ../../plots, which say what they mean (sweep.gp). */
void an_axis_write(const struct an_axis *a, FILE *f);

void an_axis_free(struct an_axis *a);

#endif
