// SPDX-License-Identifier: GPL-2.0
/*
 * Many comparisons in one report: how often would chance alone produce one of
 * them? Holm (1979), "A simple sequentially rejective multiple test procedure".
 * It needs no assumption about how the comparisons hang together. Same numbers
 * as R's p.adjust(p, "holm").
 */
#include <stdlib.h>

#include "holm.h"

struct item {
	double p;
	size_t at;
};

static int cmp_item(const void *x, const void *y)
{
	const struct item *a = x, *b = y;

	return (a->p > b->p) - (a->p < b->p);
}

int an_holm(const double *p, size_t n, double *adjusted)
{
	struct item *order;
	double running = 0;
	size_t i;

	if (!n)
		return 0;
	order = calloc(n, sizeof(*order));
	if (!order)
		return -1;
	for (i = 0; i < n; i++)
		order[i] = (struct item){ p[i], i };
	qsort(order, n, sizeof(*order), cmp_item);
	for (i = 0; i < n; i++) {
		double q = order[i].p * (n - i);

		if (q > running)
			running = q;
		adjusted[order[i].at] = running < 1 ? running : 1;
	}
	free(order);
	return 0;
}
