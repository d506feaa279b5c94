/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_CONTENTION_PARAMS_H
#define PL_CONTENTION_PARAMS_H

#include <stddef.h>
#include <stdio.h>

#include "lib/options.h"

/* What the contention model is made of; units and sources are in the table. */
enum pl_param {
	PL_P_FAULT, PL_P_TEARDOWN, PL_P_ALLOC, PL_P_RESET, PL_P_FREE, PL_P_CACHE, PL_P_HOLD,
	PL_P_HANDOFF, PL_P_LINE_HANDOFF, PL_P_ADD, PL_P_REMOVE, PL_P_SEAMCALL_PERCENT,
	PL_P_FAULTING, PL_P_TEARING, PL_P_OVERLAP, PL_P_CROWD, PL_P_REGION_VCPUS,
	PL_P_LINE_REGIONS, PL_P_BATCH, PL_P_ZONE_PAGE, PL_P_ZONES, PL_NR_PARAMS
};

struct pl_range3 {
	double low, mid, high;
};

struct pl_param_info {
	const char *name;		/* ends in its unit, if it has one */
	struct pl_range3 range;
	/* "measured" by somebody, "derived" from such a figure, "code" of the kernel, "assumed" */
	const char *source;
	const char *help;
};

extern const struct pl_param_info pl_params[PL_NR_PARAMS];

/* The same table for help and the manual page. */
extern struct opt pl_param_keys[];

/* The table's ranges. */
void pl_params_init(struct pl_range3 box[PL_NR_PARAMS]);

/*
 * Set one from "NAME=VALUE" or "NAME=LOW:MID:HIGH"; numbers may lie outside the table's range.
 * Returns 0, or -1 with *error = what is wrong, malloc'ed.
 */
int pl_params_set(struct pl_range3 box[PL_NR_PARAMS], const char *text, char **error);

/* A line per parameter, at most 80 columns wide. */
void pl_params_print(FILE *f, const struct pl_range3 box[PL_NR_PARAMS]);

#endif
