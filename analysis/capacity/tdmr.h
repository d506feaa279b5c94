/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_TDMR_H
#define PL_TDMR_H

#include "scenario.h"

/* Limits of the module, metadata fields 0x9100000100000008 and ...09; all modules known have these. */
#define PL_MAX_TDMRS		64
#define PL_MAX_RESERVED		16	/* reserved areas of a TDMR */

struct pl_tdmr {
	double start_bytes, end_bytes;	/* whole GiB */
	size_t holes;			/* gaps between memory ranges, and between these and its ends */
};

/* Ascending. More than @tdmr has room for are counted in @n alone. */
struct pl_tdmrs {
	struct pl_tdmr tdmr[PL_MAX_TDMRS];
	size_t n;
};

/*
 * The TDMRs of @h, whose ranges have their nodes, as fill_out_tdmrs() of v7.3 makes them: one for
 * each range of a node, out to whole GiB, less what the TDMR before covers.
 */
void pl_tdmrs_of(const struct pl_host *h, struct pl_tdmrs *t);

/*
 * Does the kernel bring TDX and Dynamic PAMT up on @h? Returns NULL, or why not and what would help
 * (malloc'ed).
 */
char *pl_tdx_refusal(const struct pl_host *h);

#endif
