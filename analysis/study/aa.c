// SPDX-License-Identifier: GPL-2.0
/*
 * The A/A control compares a variant with itself. Every difference is a false alarm, and
 * their share says how far the report's other verdicts can be trusted. Holm's correction
 * treats these comparisons as a family of their own.
 */
#include <stdlib.h>

#include "analysis/stats/holm.h"
#include "lib/text.h"
#include "study.h"

int an_aa_judge(struct an_study *s)
{
	struct an_comparison **list = NULL;
	double *p, *adjusted;
	size_t i, j, n = 0;
	int err;

	for (i = 0; i < s->nr_groups; i++) {
		struct an_group *g = &s->group[i];

		s->aa.groups += g->nr_aa_boots > 0;
		s->aa.boots += g->nr_aa_boots;
		for (j = 0; j < g->nr_rows; j++) {
			if (!g->row[j].aa_cell.n || !g->row[j].aa.in_family)
				continue;
			list = xreallocarray(list, n + 1, sizeof(*list));
			list[n++] = &g->row[j].aa;
		}
	}
	p = xcalloc(n + 1, sizeof(*p));
	adjusted = xcalloc(n + 1, sizeof(*adjusted));
	for (i = 0; i < n; i++)
		p[i] = list[i]->p;
	err = an_holm(p, n, adjusted);
	for (i = 0; i < n && !err; i++) {
		list[i]->p_holm = adjusted[i];
		s->aa.differ_raw += p[i] <= AN_ALPHA;
		s->aa.differ_holm += adjusted[i] <= AN_ALPHA;
	}
	s->aa.compared = n;
	free(list);
	free(p);
	free(adjusted);
	return err;
}
