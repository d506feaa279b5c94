// SPDX-License-Identifier: GPL-2.0
/*
 * Figure: in which pieces a host's memory is, after so many lifetimes of TDs. A panel per quantity, a line
 * per variant.
 */
#include <math.h>
#include <stdlib.h>

#include "analysis/study/ages.h"
#include "lib/array_size.h"
#include "lib/text.h"
#include "axis.h"
#include "figdata.h"

#define PANELS 6

/* Share of the axis between neighbours at one number: equal values must not hide each other. */
#define BESIDE 0.008

static bool drawn(const struct an_age_series *s, size_t t, size_t q)
{
	return !s->time[t].gone && an_age_point(s, t, q)->n;
}

/* The largest value of a panel; -1 if it has none. */
static double top_of(const struct an_age_series *s, size_t n, size_t q)
{
	double top = -1;

	for (size_t v = 0; v < n; v++)
		for (size_t t = 0; t < s[v].nr_times; t++)
			if (drawn(&s[v], t, q))
				top = fmax(top, an_age_point(&s[v], t, q)->max);
	return top;
}

static void write_panel(struct an_fig *fig, const struct an_group *g, const struct an_age_series *s,
			size_t q, double last)
{
	for (size_t v = 0; v < g->nr_variants; v++) {
		double aside = last * BESIDE * ((double)v - (double)(g->nr_variants - 1) / 2);
		bool any = false;

		fprintf(fig->dat, "# %s, %s: lifetimes, median, min, max of %zu boots\n",
			an_age_quantities[q].what, g->variant[v], s[v].boots);
		for (size_t t = 0; t < s[v].nr_times; t++) {
			const struct an_age_point *p = an_age_point(&s[v], t, q);

			if (!drawn(&s[v], t, q))
				continue;
			any = true;
			fprintf(fig->dat, "%.6g %.6g %.6g %.6g\n",
				(double)s[v].time[t].lifetimes + aside, p->median, p->min, p->max);
		}
		an_fig_end_block(fig, !any, "NaN NaN NaN NaN\n");
	}
}

static void write_axis(struct an_fig *fig, double last)
{
	char *middle = xasprintf("%.6g", last / 2), *end = xasprintf("%.6g", last);
	const char *label[] = { "0", middle, end };
	struct an_axis axis = an_axis_linear(label, ARRAY_SIZE(label));

	fprintf(fig->set, "is_ratio = 0\n");
	an_axis_write(&axis, fig->set);
	an_axis_free(&axis);
	free(middle);
	free(end);
}

static int write_host_age(struct an_fig *fig, const char *dir, const struct an_study *study,
			  const struct an_group *g)
{
	struct an_age_series *s = xcalloc(g->nr_variants, sizeof(*s));
	double last = 0, top[PANELS];
	size_t panels = 0;
	int ret = 0;

	(void)study;
	for (size_t v = 0; v < g->nr_variants; v++) {
		an_age_series_make(g->boot, g->nr_boots, g->variant[v], &s[v]);
		if (s[v].nr_times)
			last = fmax(last, (double)s[v].time[s[v].nr_times - 1].lifetimes);
	}
	for (size_t q = 0; q < PANELS; q++) {
		top[q] = top_of(s, g->nr_variants, q);
		panels += top[q] >= 0;
	}
	if (!panels || !(last > 0))
		goto out;
	ret = -1;
	if (an_fig_open(fig, dir, "host-age", g, "Memory of a host by lifetimes of TDs",
			"median of the boots, bar: their range"))
		goto out;
	fprintf(fig->set,
		"array panel[%d]\narray y_min[%d]\narray y_max[%d]\narray y_log[%d]\n"
		"nr_panels = %zu\n",
		PANELS, PANELS, PANELS, PANELS, panels);
	panels = 0;
	for (size_t q = 0; q < PANELS; q++) {
		if (top[q] < 0)
			continue;
		panels++;
		write_panel(fig, g, s, q, last);
		fprintf(fig->set,
			"panel[%zu] = '%s'\ny_min[%zu] = 0\ny_max[%zu] = %.6g\ny_log[%zu] = 0\n",
			panels, an_age_quantities[q].what, panels, panels,
			top[q] > 0 ? 1.12 * top[q] : 1, panels);
	}
	write_axis(fig, last);
	ret = an_fig_close(fig) ? -1 : 1;
out:
	for (size_t v = 0; v < g->nr_variants; v++)
		an_age_series_free(&s[v]);
	free(s);
	return ret;
}

FIGURE(host_age) = {
	.name = "host-age",
	.place = 15,
	.in_text_of = "age_huge_pages",
	.write = write_host_age,
};
