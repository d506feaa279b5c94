/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_CONTENTION_DESIGN_H
#define PL_CONTENTION_DESIGN_H

#include <stdio.h>

#include "locksim.h"

#define PL_MAX_DESIGNS 16

/*
 * The designs that are compared: one of each kind that the kernel variants have (lib/variants.c;
 * the first variant of a kind names it), then those that nobody built. Returns how many.
 */
size_t pl_designs(struct pl_design out[PL_MAX_DESIGNS]);

/* The design of kernel variant @name, or the proposed one of that name; -1 if there is neither. */
int pl_design_find(const char *name, struct pl_design *d);

/* Print what pl_design_find() knows, a name a line. */
void pl_design_names(FILE *to);

#endif
