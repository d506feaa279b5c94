// SPDX-License-Identifier: GPL-2.0
/*
 * Figure: S-EPT pages held over time, per variant: median over boots and the range
 * of all boots, time counted from the first td_destroy of each boot.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "bench/rundir/retention_csv.h"
#include "lib/text.h"
#include "lib/textfmt.h"
#include "figdata.h"

#define BINS 600

/* Zero of the time axis in this boot: the first destroy, or without one the workload's start. */
static int64_t origin(const struct an_boot *b)
{
	return b->has_destroy ? (int64_t)b->first_destroy_ns : 0;
}

/* Window that shows every held page of every boot, with a little room on both sides. */
static bool window(const struct an_group *g, int64_t *from, uint64_t *width_ns)
{
	int64_t first = INT64_MAX, last = INT64_MIN, room;
	size_t i;

	for (i = 0; i < g->nr_boots; i++) {
		const struct an_boot *b = g->boot[i];

		if (!b->has_retention || !b->retention.peak_pages)
			continue;
		first = MIN(first, (int64_t)b->retention.first_held_ns - origin(b));
		last = MAX(last, (int64_t)b->retention.last_ns - origin(b));
	}
	if (first > last)
		return false;
	room = (last - first) / 25 + 1;
	*from = first - room;
	*width_ns = (uint64_t)(last - first + 2 * room) / BINS + 1;
	return true;
}

/* One block of the data file; *top becomes at least its highest value. */
static void write_variant(struct an_fig *fig, const struct an_group *g, size_t v, int64_t from,
			  uint64_t width, const struct unit_scale *unit, double *top)
{
	double *bins = xcalloc(g->nr_boots * BINS, sizeof(*bins)),
	       *column = xcalloc(g->nr_boots, sizeof(*column));
	size_t i, t, n = 0;

	for (i = 0; i < g->nr_boots; i++) {
		const struct an_boot *b = g->boot[i];
		char *why;

		if (strcmp(b->column, g->variant[v]) || !b->has_retention)
			continue;
		if (!retention_csv_bins(b->run->dir, origin(b) + from, width, BINS, bins + n * BINS,
					&why))
			n++;
		free(why);
	}
	fprintf(fig->dat,
		"# %s: time since the first destroy [%s], pages held: median, min, max of %zu "
		"boots\n",
		g->variant[v], unit->name, n);
	for (t = 0; n && t < BINS; t++) {
		struct an_band b;

		for (i = 0; i < n; i++)
			column[i] = bins[i * BINS + t];
		b = an_band(column, n);
		fprintf(fig->dat, "%.6g %.6g %.6g %.6g\n",
			((double)from + (double)width * t) / unit->factor, b.median, b.min, b.max);
		*top = fmax(*top, b.max);
		fig->blank &= !(b.median > 0);
	}
	an_fig_end_block(fig, !n, "-1e30 1 1 1\n");
	free(bins);
	free(column);
}

/* A letter per variant for the figure in text: its first one that is not taken. */
static void write_letters(struct an_fig *fig, const struct an_group *g)
{
	char taken[27] = "";
	size_t v, n = 0;

	fprintf(fig->set, "letters = '");
	for (v = 0; v < g->nr_variants; v++) {
		const char *p = g->variant[v];

		while (*p && (strchr(taken, *p) || *p == '-' || *p == '.' || *p == '_'))
			p++;
		if (n < sizeof(taken) - 1)
			taken[n++] = *p ? *p : '+';
		fprintf(fig->set, "%s%c", v ? " " : "", *p ? *p : '+');
	}
	fprintf(fig->set, "'\n");
}

static int write_retention(struct an_fig *fig, const char *dir, const struct an_study *s,
			const struct an_group *g)
{
	struct unit_scale unit;
	uint64_t width;
	double top = 1;
	int64_t from;
	size_t v;

	(void)s;
	if (!window(g, &from, &width))
		return 0;
	if (an_fig_open(fig, dir, "retention", g,
			"S-EPT pages held between RECLAIM and free",
			"line: median of the boots, band: their range; largest value in each time "
			"bin"))
		return -1;
	fig->blank = true;	/* boots that hold a page at different moments have a median of 0 */
	unit = unit_scale_for((double)width * BINS, "ns");
	for (v = 0; v < g->nr_variants; v++)
		write_variant(fig, g, v, from, width, &unit, &top);
	write_letters(fig, g);
	fprintf(fig->set, "time_unit = '%s'\nx_min = %.6g\nx_max = %.6g\ny_max = %.6g\n", unit.name,
		from / unit.factor, ((double)from + (double)width * BINS) / unit.factor, top);
	return an_fig_close(fig) ? -1 : 1;
}

FIGURE(retention) = {
	.name = "retention",
	.place = 10,
	.in_text_of = "spt_held_peak_pages",
	.write = write_retention,
};
