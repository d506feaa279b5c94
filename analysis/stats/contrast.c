// SPDX-License-Identifier: GPL-2.0
/*
 * Compares one metric in two groups of boots. study.c adds what depends on the report's other
 * comparisons.
 */
#include <math.h>

#include "contrast.h"
#include "quantile.h"

void an_cell_summarise(struct an_cell *c)
{
	an_sort(c->value, c->n);
	c->median = an_quantile(c->value, c->n, 0.50);
	c->q1 = an_quantile(c->value, c->n, 0.25);
	c->q3 = an_quantile(c->value, c->n, 0.75);
	c->ci = an_quantile_interval(c->value, c->n, 0.50, AN_LEVEL);
}

int an_contrast(const struct an_cell *a, const struct an_cell *b, const double *diff, size_t blocks,
		struct an_comparison *c)
{
	if (an_shift(a->value, a->n, b->value, b->n, AN_LEVEL, &c->shift) ||
	    an_ratio(a->value, a->n, b->value, b->n, AN_LEVEL, &c->ratio) ||
	    an_rank_test(a->value, a->n, b->value, b->n, &c->rank) ||
	    an_block_test(diff, blocks, true, &c->block))
		return -1;
	c->nr_boots = a->n < b->n ? a->n : b->n;
	c->in_family = !isnan(c->rank.p) && !c->rank.constant;
	c->p = c->p_holm = c->rank.p;
	c->p_smallest = c->rank.p_smallest;
	c->detectable = NAN;
	return 0;
}

void an_contrast_choose(struct an_comparison *c, size_t na, size_t nb, size_t family, bool clock)
{
	c->by_block = clock && c->in_family && c->block.blocks == na && na == nb &&
		      c->block.p_smallest * family <= AN_ALPHA;
	c->p = c->by_block ? c->block.p : c->rank.p;
	c->p_smallest = c->by_block ? c->block.p_smallest : c->rank.p_smallest;
	c->p_holm = c->p;
}
