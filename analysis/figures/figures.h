/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_FIGURES_H
#define AN_FIGURES_H

#include <stdbool.h>

#include "analysis/study/study.h"

/* In place of a group's number: the figure is about several groups. */
#define AN_FIG_SENSITIVITY ((size_t)-1)
#define AN_FIG_SWEEP ((size_t)-2)

struct an_figure {
	char *name;		/* of its files: NAME.png, NAME.svg, NAME.txt */
	const char *kind;
	char *title, *caption;
	size_t group;
	bool in_text;		/* also shown in report.txt */
};

struct an_figure_list {
	struct an_figure *figure;
	size_t n;
};

/*
 * Draw all figures of the study into @dir (made if missing): data/NAME.dat and
 * data/NAME.set hold what is drawn. @scripts is the folder of the gnuplot scripts. Those drawn
 * are in @list, which the caller frees. Returns 0, or -1 after one line on stderr per failure.
 */
int an_figures(const struct an_study *study, const char *dir, const char *scripts,
	       struct an_figure_list *list);
void an_figures_free(struct an_figure_list *list);

/* How many figures of the list are about @group. */
size_t an_figures_of(const struct an_figure_list *list, size_t group);

#endif
