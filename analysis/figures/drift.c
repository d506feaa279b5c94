// SPDX-License-Identifier: GPL-2.0
/*
 * Figure: the first primary metric of each boot in the order in which boots were made. A machine
 * that became slower meanwhile shows as a slope, in all columns. Virtual time cannot drift.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "lib/text.h"
#include "lib/textfmt.h"
#include "figdata.h"

static bool has_point(const struct an_boot *b, size_t metric)
{
	return b->run->block >= 0 && !isnan(an_boot_value(b, metric));
}

static int write_drift(struct an_fig *fig, const char *dir, const struct an_study *s,
		       const struct an_group *g)
{
	int id = g->primary.n ? an_metrics_find(&s->metrics, g->primary.list[0].metric) : -1;
	double low = INFINITY, high = -INFINITY, blocks = 0;
	const struct metric *m;
	struct unit_scale unit;
	char *title;
	int err;

	if (id < 0 || !strcmp(g->time_base, "simulated-virtual"))
		return 0;
	m = &s->metrics.m[id];
	for (size_t i = 0; i < g->nr_boots; i++) {
		double value = an_boot_value(g->boot[i], (size_t)id);

		if (!has_point(g->boot[i], (size_t)id))
			continue;
		low = fmin(low, value);
		high = fmax(high, value);
		blocks = fmax(blocks, g->boot[i]->run->block);
	}
	if (low > high || blocks < 1)
		return 0;
	title = xasprintf("%s in the order of the boots", m->name);
	err = an_fig_open(fig, dir, "drift", g, title,
			  "a point per boot; a block has each variant once, in random order");
	free(title);
	if (err)
		return -1;
	unit = unit_scale_for(high, m->unit);
	for (size_t v = 0; v < g->nr_variants; v++) {
		bool any = false;

		fprintf(fig->dat, "# %s: block, %s [%s]\n", g->variant[v], m->name, unit.name);
		for (size_t i = 0; i < g->nr_boots; i++) {
			const struct an_boot *b = g->boot[i];

			if (strcmp(b->column, g->variant[v]) || !has_point(b, (size_t)id))
				continue;
			any = true;
			fprintf(fig->dat, "%.6g %.6g\n",
				b->run->block + 1 + 0.4 * ((v + 0.5) / g->nr_variants - 0.5),
				an_boot_value(b, (size_t)id) / unit.factor);
		}
		an_fig_end_block(fig, !any, "-1 1\n");
	}
	fprintf(fig->set, "metric = '%s'\nunit = '%s'\nx_max = %.6g\ny_min = %.6g\ny_max = %.6g\n",
		m->name, unit.name, blocks + 1.5, fmin(0, low / unit.factor),
		high > 0 ? 1.1 * high / unit.factor : 1);
	return an_fig_close(fig) ? -1 : 1;
}

FIGURE(drift) = {
	.name = "drift",
	.place = 60,
	.write = write_drift,
};
