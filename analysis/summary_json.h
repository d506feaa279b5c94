/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_SUMMARY_JSON_H
#define AN_SUMMARY_JSON_H

#include "study.h"

/*
 * Write the study to @path: an array of metric rows, then comparison rows (keys in
 * analysis/README.md; what has no value is null). 0, or -1 after one line on stderr.
 */
int an_summary_write(const struct an_study *study, const char *path);

#endif
