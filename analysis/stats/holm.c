// SPDX-License-Identifier: GPL-2.0
/*
 * Corrects p values for the number of comparisons in a report: Holm (1979), "A simple
 * sequentially rejective multiple test procedure". It makes no assumption on how the
 * comparisons depend on each other. Same numbers as R's p.adjust(p, "holm").
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
