/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_PLAN_FIG_H
#define PL_PLAN_FIG_H

#include "analysis/figures/figdata.h"
#include "locksim.h"
#include "terms.h"

/*
 * Draw plan-memory, plan-break-even and plan-drain into @dir (PNG, SVG; numbers in @dir/data).
 * Returns 0, or -1 after one line on stderr.
 */
int pl_plan_figures(const struct pl_plan *plan, const struct pl_evidence *e, unsigned long seed,
		    const char *dir);

/* Begin figure @name in @dir/data; pl_fig_end() closes its data and draws it with plots/@name.gp. */
int pl_fig_begin(struct an_fig *fig, const char *dir, const char *name);
int pl_fig_end(struct an_fig *fig, const char *dir);

/* Tell the script the colour and the name of each of @n designs: its variables colours and designs. */
void pl_fig_designs(struct an_fig *fig, const struct pl_design *design, size_t n);

#endif
