/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_REPLACE_H
#define PL_REPLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "evidence.h"

/*
 * What must be free for a TD to be replaced the moment its memory is closed: the least headroom that
 * boots tried at which, and at all above it, few replacements waited for memory.
 */
struct pl_replace {
	char variant[PL_NAME], time_base[PL_NAME], shortage[PL_NAME];
	size_t boots, replacements;	/* replacements: at the threshold */
	double sept_pages, tds;		/* of each TD; replaced at once */
	double bytes, low_bytes, high_bytes;	/* high: INFINITY above all that were tried */
	bool at_most;			/* nothing smaller was tried */
};

/*
 * Fit to the boots of @variant in @e that replaced TDs nearest in size to @sept_pages. Returns 0, or -1
 * with *missing = what is missing and how to measure it (malloc'ed): then there is no number.
 */
int pl_replace_fit(const struct pl_evidence *e, const char *variant, double sept_pages,
		   struct pl_replace *r, char **missing);

#endif
