// SPDX-License-Identifier: GPL-2.0
/*
 * Many comparisons in one report: how often would chance alone produce one of
 * them? Holm (1979), "A simple sequentially rejective multiple test procedure".
 * It needs no assumption about how the comparisons hang together. Same numbers
 * as R's p.adjust(p, "holm").
 */
#include <stdlib.h>

#include "holm.h"
#include "quantile.h"

int an_holm(const double *p, size_t n, double *adjusted)
{
	size_t *order = an_ascending(p, n), i;
	double running = 0;

	if (!order)
		return -1;
	for (i = 0; i < n; i++) {
		double q = p[order[i]] * (n - i);

		if (q > running)
			running = q;
		adjusted[order[i]] = running < 1 ? running : 1;
	}
	free(order);
	return 0;
}
