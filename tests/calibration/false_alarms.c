// SPDX-License-Identifier: GPL-2.0
/*
 * How often does the report see a difference between boots of the same kernel, and how often a
 * true one? From real boots: of one variant, many seeds, as `dpamt-bench run` left them.
 *
 * Boots are shuffled and dealt into pairs of sets, no boot twice until all are used; every
 * metric is compared as in a report. Then a known shift is added to the second set of each pair.
 * The method would be wrong if clearly more than 5 % of the comparisons of A/A pairs had p <= 0.05.
 *
 * usage: false_alarms DIR BOOTS_PER_SET PAIRS
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "lib/array_size.h"
#include "analysis/stats/holm.h"
#include "analysis/stats/mann_whitney.h"
#include "analysis/stats/quantile.h"
#include "analysis/study/study.h"

#define SEED 20250904

struct tally {
	size_t compared, raw, holm, pairs_raw, pairs_holm, pairs;
};

static int pair_compare(const struct an_group *g, const size_t *order, size_t n, struct tally *t)
{
	double *a = calloc(n, sizeof(*a)), *b = calloc(n, sizeof(*b));
	double *p = calloc(g->nr_rows, sizeof(*p)), *adjusted = calloc(g->nr_rows, sizeof(*p));
	size_t i, j, count = 0, raw = 0, holm = 0;
	struct an_rank_test test;
	int err = !a || !b || !p || !adjusted;

	for (j = 0; j < g->nr_rows && !err; j++) {
		bool complete = true;

		for (i = 0; i < n; i++) {
			a[i] = an_boot_value(g->boot[order[i]], g->row[j].metric);
			b[i] = an_boot_value(g->boot[order[n + i]], g->row[j].metric);
			complete &= !isnan(a[i]) && !isnan(b[i]);
		}
		err = complete && an_rank_test(a, n, b, n, &test);
		if (complete && !err && !test.constant) {
			raw += test.p <= AN_ALPHA;
			p[count++] = test.p;
		}
	}
	err = err || an_holm(p, count, adjusted);
	for (j = 0; j < count && !err; j++)
		holm += adjusted[j] <= AN_ALPHA;
	t->compared += count;
	t->raw += raw;
	t->holm += holm;
	t->pairs_raw += raw > 0;
	t->pairs_holm += holm > 0;
	t->pairs++;
	free(a);
	free(b);
	free(p);
	free(adjusted);
	return err;
}

/* Share of pairs in which @metric, shifted by @shift in the second set, has p <= AN_ALPHA. */
static double found(const struct an_group *g, size_t metric, const size_t *orders, size_t pairs,
		    size_t n, double shift)
{
	double *a = calloc(n, sizeof(*a)), *b = calloc(n, sizeof(*b));
	struct an_rank_test test;
	size_t i, k, hits = 0;

	for (k = 0; k < pairs && a && b; k++) {
		for (i = 0; i < n; i++) {
			a[i] = an_boot_value(g->boot[orders[2 * n * k + i]], metric);
			b[i] = an_boot_value(g->boot[orders[2 * n * k + n + i]], metric) + shift;
		}
		if (an_rank_test(a, n, b, n, &test))
			break;
		hits += test.p <= AN_ALPHA && test.u > n * n / 2.0;
	}
	free(a);
	free(b);
	return (double)hits / pairs;
}

static void power_print(const struct an_study *s, const struct an_group *g, const char *name,
			const size_t *orders, size_t pairs, size_t n)
{
	static const double share[] = { 0, 0.5, 1, 2, 4 };
	const struct an_row *r = an_study_row(s, g, name);
	size_t i;

	if (!r || r->constant || r->cell[0].n != g->nr_boots)
		return;
	printf("found, %s (median %.6g, quartiles %.6g apart), shift in quartile distances:", name,
	       r->cell[0].median, r->cell[0].q3 - r->cell[0].q1);
	for (i = 0; i < ARRAY_SIZE(share); i++)
		printf("  %g: %.0f %%", share[i],
		       100 * found(g, r->metric, orders, pairs, n,
				   share[i] * (r->cell[0].q3 - r->cell[0].q1)));
	putchar('\n');
}

int main(int argc, char **argv)
{
	size_t n = argc == 4 ? strtoul(argv[2], NULL, 10) : 0, k, i, used = 0;
	size_t pairs = argc == 4 ? strtoul(argv[3], NULL, 10) : 0, *order, *orders;
	struct an_study s = { 0 };
	struct tally t = { 0 };
	const struct an_group *g;
	gsl_rng *rng;

	if (n < 2 || !pairs) {
		fputs("usage: false_alarms DIR BOOTS_PER_SET PAIRS\n", stderr);
		return 127;
	}
	if (loaded_runs_add(argv[1], false, &s.runs) || an_study_make(&s))
		return 1;
	if (s.nr_groups != 1 || s.group[0].nr_variants != 1 || s.group[0].nr_boots < 2 * n) {
		fprintf(stderr, "%s: not %zu boots of one experiment and variant\n", argv[1], 2 * n);
		return 1;
	}
	g = &s.group[0];
	order = calloc(g->nr_boots, sizeof(*order));
	orders = calloc(2 * n * pairs, sizeof(*orders));
	rng = gsl_rng_alloc(gsl_rng_mt19937);
	if (!order || !orders || !rng)
		return 1;
	gsl_rng_set(rng, SEED);
	for (i = 0; i < g->nr_boots; i++)
		order[i] = i;
	used = g->nr_boots;
	for (k = 0; k < pairs; k++) {
		if (used + 2 * n > g->nr_boots) {
			gsl_ran_shuffle(rng, order, g->nr_boots, sizeof(*order));
			used = 0;
		}
		for (i = 0; i < 2 * n; i++)
			orders[2 * n * k + i] = order[used++];
		if (pair_compare(g, orders + 2 * n * k, n, &t))
			return 1;
	}
	printf("%zu boots of %s, %zu pairs of %zu against %zu: %zu comparisons of metrics that vary\n",
	       g->nr_boots, g->variant[0], t.pairs, n, n, t.compared);
	printf("p <= %g uncorrected: %zu of %zu (%.1f %%); in %zu of %zu pairs at least one\n",
	       AN_ALPHA, t.raw, t.compared, 100.0 * t.raw / t.compared, t.pairs_raw, t.pairs);
	printf("after Holm's correction: %zu; in %zu of %zu pairs (%.1f %%) at least one\n", t.holm,
	       t.pairs_holm, t.pairs, 100.0 * t.pairs_holm / t.pairs);
	power_print(&s, g, "convert_round_ns_p50", orders, pairs, n);
	power_print(&s, g, "td_destroy_ns_p50", orders, pairs, n);
	power_print(&s, g, "spt_held_time_mean_ns", orders, pairs, n);
	gsl_rng_free(rng);
	free(order);
	free(orders);
	an_study_free(&s);
	return 0;
}
