// SPDX-License-Identifier: GPL-2.0
/*
 * Mann-Whitney's rank test: do the values of two groups of boots differ?
 *
 * A report has five or ten boots per variant, often with equal values (virtual
 * time repeats itself), so the p value comes from the permutation distribution
 * of the mid-ranks and not from a table that assumes there are no ties. All
 * labelings are counted by the shift algorithm instead of being listed, so it
 * stays exact well beyond the C(n, na) that could be enumerated.
 *
 * It would be wrong if it disagreed with R's wilcox.test() where there are no
 * ties, or with exactRankTests::wilcox.exact() where there are; the unit tests
 * hold it against both.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>

#include "mann_whitney.h"
#include "quantile.h"

double *an_subset_sum_cdf(const unsigned int *scores, size_t n, size_t m, size_t *max_sum)
{
	size_t total = 0, i, j, s, width;
	double *ways, *cdf, all = 0;

	for (i = 0; i < n; i++)
		total += scores[i];
	width = total + 1;
	ways = calloc((m + 1) * width, sizeof(*ways));
	cdf = calloc(width, sizeof(*cdf));
	if (!ways || !cdf) {
		free(ways);
		free(cdf);
		return NULL;
	}
	/* ways[j][s]: subsets of size j with sum s among the scores seen so far */
	ways[0] = 1;
	for (i = 0; i < n; i++) {
		for (j = i + 1 < m ? i + 1 : m; j >= 1; j--) {
			const double *from = ways + (j - 1) * width;
			double *to = ways + j * width;

			for (s = width - 1; s >= scores[i]; s--)
				to[s] += from[s - scores[i]];
		}
	}
	for (s = 0; s < width; s++) {
		all += ways[m * width + s];
		cdf[s] = all;
	}
	for (s = 0; s < width; s++)
		cdf[s] /= all;
	free(ways);
	*max_sum = total;
	return cdf;
}

double *an_rank_sum_cdf(size_t na, size_t nb)
{
	unsigned int *ranks = calloc(na + nb + 1, sizeof(*ranks));
	double *cdf = NULL;
	size_t i, max;

	for (i = 0; ranks && i < na + nb; i++)
		ranks[i] = i + 1;
	if (ranks)
		cdf = an_subset_sum_cdf(ranks, na + nb, nb, &max);
	free(ranks);
	return cdf;
}

double an_smallest_p(size_t na, size_t nb)
{
	double p;

	if (!na || !nb)
		return 1;
	p = 2 * exp(-gsl_sf_lnchoose(na + nb, na));
	return p < 1 ? p : 1;
}

size_t an_boots_needed(size_t family, double alpha)
{
	size_t n = 1;

	while (an_smallest_p(n, n) * (family ? family : 1) > alpha)
		n++;
	return n;
}

/* Share of labelings whose doubled rank sum is at least as far from its mean as @w2. */
static double exact_p(const unsigned int *scores, size_t n, size_t nb, size_t w2)
{
	/* mean of the doubled rank sum: nb * (n + 1), an integer */
	size_t mean = nb * (n + 1), dist = w2 > mean ? w2 - mean : mean - w2, max;
	double *cdf, p = 0;

	if (!dist)
		return 1;
	cdf = an_subset_sum_cdf(scores, n, nb, &max);
	if (!cdf)
		return NAN;
	if (dist <= mean)
		p += cdf[mean - dist];
	if (mean + dist <= max)
		p += 1 - cdf[mean + dist - 1];
	free(cdf);
	return p < 1 ? p : 1;
}

static double normal_p(double u, double na, double nb, double tie_term)
{
	double n = na + nb;
	double var = na * nb / 12 * (n + 1 - tie_term / (n * (n - 1)));
	double dist = fabs(u - na * nb / 2) - 0.5;

	if (dist <= 0)
		return 1;
	return 2 * gsl_cdf_ugaussian_Q(dist / sqrt(var));
}

int an_rank_test(const double *a, size_t na, const double *b, size_t nb, struct an_rank_test *out)
{
	size_t n = na + nb, i, j, w2 = 0, *order = NULL;
	double *all, ties = 0;
	unsigned int *scores;

	memset(out, 0, sizeof(*out));
	out->p_smallest = an_smallest_p(na, nb);
	out->p = NAN;
	out->u = NAN;
	if (!na || !nb)
		return 0;

	all = calloc(n, sizeof(*all));
	scores = calloc(n, sizeof(*scores));
	for (i = 0; all && i < n; i++)
		all[i] = i < na ? a[i] : b[i - na];
	if (all && scores)
		order = an_ascending(all, n);
	if (!order)
		goto out_free;

	/* doubled mid-ranks: values i..j-1 tie and share rank (i + 1 + j) / 2 */
	for (i = 0; i < n; i = j) {
		double t;

		for (j = i + 1; j < n && all[order[j]] == all[order[i]]; j++)
			;
		t = j - i;
		ties += t * t * t - t;
		for (size_t k = i; k < j; k++) {
			scores[k] = i + 1 + j;
			if (order[k] >= na)
				w2 += scores[k];
		}
	}
	out->constant = all[order[0]] == all[order[n - 1]];
	out->u = (double)w2 / 2 - (double)nb * (nb + 1) / 2;
	out->exact = n <= AN_EXACT_MAX;
	if (out->constant)
		out->p = 1;
	else if (out->exact)
		out->p = exact_p(scores, n, nb, w2);
	else
		out->p = normal_p(out->u, na, nb, ties);
out_free:
	free(order);
	free(all);
	free(scores);
	return isnan(out->p) ? -1 : 0;
}
