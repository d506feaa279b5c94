/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_FIGDATA_H
#define AN_FIGDATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "study.h"

/* The two data files of a figure being written. */
struct an_fig {
	char *name;		/* "retention-teardown" */
	char *base;		/* path of the data files without ".dat" and ".set" */
	FILE *dat;		/* columns, one block per thing drawn */
	FILE *set;		/* gnuplot assignments: names, units, ranges, caption */
};

/*
 * Begin figure @kind of group @g below @dir/data, with what every script needs in
 * the .set file: label, variants, nr_variants, boots (of each variant), caption
 * (time base and @how to read the figure). Returns 0, or -1 after one line on stderr.
 */
int an_fig_open(struct an_fig *fig, const char *dir, const char *kind,
		const struct an_group *g, const char *how);

/*
 * Finish the data files. Returns 0, or -1 after one line on stderr. Frees nothing but the
 * streams.
 */
int an_fig_close(struct an_fig *fig);
void an_fig_free(struct an_fig *fig);

/*
 * Run script @kind.gp of @scripts: @format is "png", "svg" or "text". 0, or -1 after one line
 * on stderr.
 */
int an_fig_draw(const struct an_fig *fig, const char *dir, const char *scripts,
		const char *kind, const char *format);

/* Median, smallest and largest of @n values; sorts them. All 0 if n is 0. */
struct an_band {
	double median, min, max;
};
struct an_band an_band(double *v, size_t n);

/*
 * Writers of one kind of figure each. 1: data written; 0: the boots have nothing
 * to draw; -1: failed, after one line on stderr.
 */
int an_fig_retention(struct an_fig *fig, const char *dir, const struct an_group *g);
int an_fig_destroy(struct an_fig *fig, const char *dir, const struct an_group *g);
int an_fig_convert(struct an_fig *fig, const char *dir, const struct an_group *g);
int an_fig_held(struct an_fig *fig, const char *dir, const struct an_group *g);

#endif
