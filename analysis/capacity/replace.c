// SPDX-License-Identifier: GPL-2.0
/*
 * The measured threshold of a replacement. Only boots alike in what was short, the TD's size and how many
 * were replaced at once are added up.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/stats/ladder.h"
#include "lib/text.h"
#include "replace.h"

#define KIB 1024.0

static bool usable(const struct pl_run *r, const char *variant)
{
	return (r->uses & PL_USE_REPLACE) && !strcmp(r->variant, variant) &&
	       isfinite(r->sept_pages) && r->sept_pages > 0;
}

static bool alike(const struct pl_run *a, const struct pl_run *b)
{
	return a->sept_pages == b->sept_pages && a->tds == b->tds && a->cpus == b->cpus &&
	       !strcmp(a->shortage, b->shortage) && !strcmp(a->time_base, b->time_base);
}

/* The boot nearest in size; of those, one that is like most others. */
static const struct pl_run *choose(const struct pl_evidence *e, const char *variant,
				   double sept_pages)
{
	const struct pl_run *best = NULL;
	size_t most = 0;

	for (size_t i = 0; i < e->n; i++) {
		const struct pl_run *r = &e->run[i];
		double apart, least;
		size_t n = 0;

		if (!usable(r, variant))
			continue;
		for (size_t k = 0; k < e->n; k++)
			n += usable(&e->run[k], variant) && alike(&e->run[k], r);
		apart = fabs(log(r->sept_pages / sept_pages));
		least = best ? fabs(log(best->sept_pages / sept_pages)) : INFINITY;
		if (apart < least || (apart == least && n > most)) {
			best = r;
			most = n;
		}
	}
	return best;
}

static void add_boots(const struct pl_evidence *e, const char *variant, const struct pl_run *like,
		      struct an_ladder *at)
{
	size_t boot = 0;

	for (size_t i = 0; i < e->n; i++) {
		const struct pl_run *r = &e->run[i];

		if (!usable(r, variant) || !alike(r, like))
			continue;
		for (size_t k = 0; k < r->nr_tried; k++)
			an_ladder_add(at, boot, (uint64_t)r->tried[k].kib,
				      (struct an_trials){ (size_t)r->tried[k].replaced,
							  (size_t)r->tried[k].waited });
		boot++;
	}
}

static double level_bytes(const struct an_ladder *at, size_t level)
{
	return level < at->levels ? KIB * (double)at->value[level] : INFINITY;
}

#define HOW "run dpamt-bench run pressure --out DIR, with %s among its variants"

static int judge(const struct an_ladder *at, struct pl_replace *r, char **missing)
{
	struct an_threshold t;

	if (an_threshold_of(at->trials, at->boots, at->levels, AN_FEW, AN_FEW_CONFIDENCE, &t)) {
		*missing = xstrdup("no memory to compute it");
		return -1;
	}
	if (t.level == at->levels) {
		*missing = xasprintf(
			"at %.0f KiB, the largest headroom tried with %s, more than %.0f %% of the replacements waited: try larger ones (pressure --headroom)",
			(double)at->value[at->levels - 1], r->variant, 100 * AN_FEW);
		return -1;
	}
	r->replacements = an_trials_at(at->trials, at->boots, at->levels, t.level).n;
	if (!an_ladder_shows_few(at, t.level)) {
		*missing = xasprintf(
			"%zu replacements at %.0f KiB with %s are too few to exclude that more than %.0f %% wait: " HOW,
			r->replacements, (double)at->value[t.level], r->variant, 100 * AN_FEW,
			r->variant);
		return -1;
	}
	r->bytes = level_bytes(at, t.level);
	r->low_bytes = level_bytes(at, t.low);
	r->high_bytes = level_bytes(at, t.high);
	r->at_most = !t.level;
	return 0;
}

int pl_replace_fit(const struct pl_evidence *e, const char *variant, double sept_pages,
		   struct pl_replace *r, char **missing)
{
	const struct pl_run *like = choose(e, variant, sept_pages);
	struct an_ladder at;
	int ret;

	memset(r, 0, sizeof(*r));
	snprintf(r->variant, sizeof(r->variant), "%s", variant);
	if (!like) {
		*missing = xasprintf(HOW, variant);
		return -1;
	}
	strcpy(r->time_base, like->time_base);
	strcpy(r->shortage, like->shortage);
	r->sept_pages = like->sept_pages;
	r->tds = like->tds;
	for (size_t i = 0; i < e->n; i++)
		r->boots += usable(&e->run[i], variant) && alike(&e->run[i], like);
	an_ladder_init(&at, r->boots);
	add_boots(e, variant, like, &at);
	ret = judge(&at, r, missing);
	an_ladder_free(&at);
	return ret;
}
