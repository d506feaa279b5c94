/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_REPORT_DOC_H
#define AN_REPORT_DOC_H

#include <jansson.h>

#include "analysis/figures/figures.h"
#include "analysis/study/study.h"

/* The report on @study with the @figures drawn, as a document (doc.h). */
json_t *an_report_doc(const struct an_study *study, const struct an_figure_list *figures);

/*
 * The comparison of sets of runs, by @by ("variant", "dir", ...): what differs in their headers,
 * and the tables.
 */
json_t *an_compare_doc(const struct an_study *study, const char *by);

#endif
