// SPDX-License-Identifier: GPL-2.0
/*
 * Figure: how long a page is held between RECLAIM and free, from the kernel's own
 * log2 histogram: share of a boot's pages per bucket, mean over boots.
 */
#include <math.h>
#include <string.h>

#include "figdata.h"

static double share(const struct an_boot *b, uint64_t low_ns)
{
	double all = 0, here = 0;
	size_t i;

	for (i = 0; i < b->nr_buckets; i++) {
		all += b->bucket[i].count;
		if (b->bucket[i].low_ns == low_ns)
			here += b->bucket[i].count;
	}
	return all > 0 ? 100 * here / all : 0;
}

/*
 * Write the bar of variant @v of @of in the bucket from @low_ns. The variants stand side by side
 * within a bucket, on a log axis. Such an axis has no 0, so the bucket below 1 ns is drawn from 0.5
 * to 1.
 */
static void write_bar(struct an_fig *fig, uint64_t low_ns, size_t v, size_t of, double percent)
{
	double low = low_ns ? low_ns : 0.5;

	fprintf(fig->dat, "%.6g %.6g %.6g\n", low * exp2((v + 0.08) / of),
		low * exp2((v + 0.92) / of), percent);
}

static int write_held(struct an_fig *fig, const char *dir, const struct an_study *s,
			const struct an_group *g)
{
	double low_end = INFINITY, high_end = 0;
	size_t i, j, v;
	int bit;

	(void)s;
	for (i = 0; i < g->nr_boots; i++) {
		for (j = 0; j < g->boot[i]->nr_buckets; j++) {
			low_end = fmin(low_end, g->boot[i]->bucket[j].low_ns);
			high_end = fmax(high_end, 2.0 * g->boot[i]->bucket[j].low_ns);
		}
	}
	if (isinf(low_end))
		return 0;
	if (an_fig_open(fig, dir, "held-time", g, "How long an S-EPT page is held",
			"mean over boots of the share in each bucket"))
		return -1;
	for (v = 0; v < g->nr_variants; v++) {
		bool any = false;

		fprintf(fig->dat, "# %s: bar from, to [ns], percent of a boot's pages\n",
			g->variant[v]);
		for (bit = -1; bit < 63; bit++) {
			uint64_t low = bit < 0 ? 0 : UINT64_C(1) << bit;
			double sum = 0;
			size_t n = 0;

			for (i = 0; i < g->nr_boots; i++) {
				if (strcmp(g->boot[i]->column, g->variant[v]) ||
				    !g->boot[i]->nr_buckets)
					continue;
				sum += share(g->boot[i], low);
				n++;
			}
			if (sum > 0) {
				write_bar(fig, low, v, g->nr_variants, sum / n);
				any = true;
			}
		}
		an_fig_end_block(fig, !any, "1e30 2e30 1\n");
	}
	fprintf(fig->set, "x_min = %.6g\nx_max = %.6g\n", low_end > 0 ? low_end : 0.5,
		high_end > 0 ? high_end : 1);
	return an_fig_close(fig) ? -1 : 1;
}

FIGURE(held_time) = {
	.name = "held-time",
	.place = 40,
	.write = write_held,
};
