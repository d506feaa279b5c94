/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_FIGDATA_H
#define AN_FIGDATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "analysis/study/study.h"

/* The two data files of a figure being written. */
struct an_fig {
	char *name;		/* "retention-teardown" */
	char *base;		/* path of the data files without ".dat" and ".set" */
	char *title, *caption;	/* what it shows; time base and how to read it */
	bool blank;		/* lines that a figure in text could not show */
	FILE *dat;		/* columns, one block per thing drawn */
	FILE *set;		/* gnuplot assignments: names, units, ranges, caption */
};

/* Make both files of figure @name, empty, in @dir/data. Returns 0, or -1 after one line on stderr. */
int an_fig_create(struct an_fig *fig, const char *dir, const char *name);

/*
 * Begin figure @kind of group @g below @dir/data, with what every script needs in
 * the .set file: label, fig_title, caption (time base and @how to read the figure), variants,
 * nr_variants, boots (of each variant). Returns 0, or -1 after one line on stderr.
 */
int an_fig_open(struct an_fig *fig, const char *dir, const char *kind, const struct an_group *g,
		const char *title, const char *how);
/* The same under another label than @g's: figures over several groups, with @g's columns. */
int an_fig_open_named(struct an_fig *fig, const char *dir, const char *kind, const char *label,
		      const struct an_group *g, const char *title, const char *how);

/*
 * End a column's block in the data file. gnuplot warns of a block without points, as of boots that did
 * not record what is drawn: @empty puts @unseen into it, a point outside of the axes.
 */
void an_fig_end_block(struct an_fig *fig, bool empty, const char *unseen);

/*
 * Finish the data files. Returns 0, or -1 after one line on stderr. Frees nothing but the
 * streams.
 */
int an_fig_close(struct an_fig *fig);
void an_fig_free(struct an_fig *fig);

/*
 * Run script @kind.gp of @scripts for all forms of the figure: NAME.png, NAME.svg and NAME.txt
 * in @dir, and for the HTML report data/NAME-wide.svg and data/NAME-narrow.svg. 0, or -1 after
 * one line on stderr.
 */
int an_fig_draw(const struct an_fig *fig, const char *dir, const char *scripts, const char *kind);

/* Median, least and largest of @n values, which it sorts. All 0 if n is 0. */
struct an_band {
	double median, min, max;
};
struct an_band an_band(double *v, size_t n);

/* A figure that is drawn of every group that has the data. */
struct an_figure_kind {
	const char *name;	/* also its script: plots/NAME.gp */
	unsigned int place;	/* in the report, ascending */
	/* metric where it is primary report.txt shows the figure, too; NULL: nowhere */
	const char *in_text_of;
	/*
	 * Write the data. 1: written; 0: the boots have nothing to draw; -1: failed, after one line
	 * on stderr.
	 */
	int (*write)(struct an_fig *fig, const char *dir, const struct an_study *s,
		     const struct an_group *g);
};

/*
 * Define a figure and put it on the list of all: FIGURE(held) = { .name = "held", ... };
 * The linker collects the pointers in the section "figures".
 */
#define FIGURE(id) \
	static const struct an_figure_kind id##_kind; \
	static const struct an_figure_kind *const id##_entry \
		__attribute__((used, section("figures"))) = &id##_kind; \
	static const struct an_figure_kind id##_kind

/* What is drawn of a sweep: medians of a metric, or its ratio to the first column. */
struct an_sweep_figure {
	const char *kind;		/* also the script's name */
	const char *title;
	bool ratio; /* to the first variant */
};

int an_fig_sweep(struct an_fig *fig, const char *dir, const struct an_study *s,
		 const struct an_sweep *w, const struct an_sweep_figure *f);

#endif
