/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_FIGURES_H
#define AN_FIGURES_H

#include "study.h"

/*
 * Draw all figures of the study into @dir (made if missing): data/NAME.dat and
 * data/NAME.set hold what is drawn, NAME.png and NAME.svg the figures, and
 * retention-LABEL.txt the one for report.txt. @scripts is the folder of the
 * gnuplot scripts. Returns 0, or -1 after one line on stderr per failure.
 */
int an_figures(const struct an_study *study, const char *dir, const char *scripts);

#endif
