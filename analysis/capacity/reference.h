/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_REFERENCE_H
#define PL_REFERENCE_H

#include "evidence.h"

/* Schema dpamt-bench/plan-reference, version 1; its place in a checkout, as path_in_checkout() wants it. */
#define PL_REFERENCE	"analysis/capacity/reference.json"

/*
 * The reference fit: what the models need of measured boots, installed with the program, so that a
 * plan needs no measurement of one's own.
 *
 * Write the boots of @e to @path. They must be of one kernel release and one time base, which boots
 * need not share that are only about replacements. Returns 0, or
 * -1 after one line on stderr.
 */
int pl_reference_write(const struct pl_evidence *e, const char *path);

/*
 * Read @path into @e, with or without boots that are only about replacements; e->source says what it is.
 * Without such a file @e is empty. Returns 0, or -1 after one line on stderr if it is damaged.
 */
int pl_reference_load(const char *path, bool replacements, struct pl_evidence *e);

#endif
