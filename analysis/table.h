/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_TABLE_H
#define AN_TABLE_H

#include <stdio.h>

#include "study.h"

/* Print the metrics of one experiment: medians per variant, and below them each comparison. */
void an_table_print(FILE *f, const struct an_study *study, const struct an_group *g);

#endif
