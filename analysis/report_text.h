/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_REPORT_TEXT_H
#define AN_REPORT_TEXT_H

#include "study.h"

/*
 * The text report, ASCII, at most 75 columns wide. @figures is the folder with the
 * figures drawn as text (retention-LABEL.txt); a missing one is left out.
 * Returns malloc'ed text, NULL if memory is short.
 */
char *an_report_text(const struct an_study *study, const char *figures);

#endif
