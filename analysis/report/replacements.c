// SPDX-License-Identifier: GPL-2.0
/*
 * What replacements of TDs met where memory was short: variant by headroom. The replacements of a boot are
 * not independent of each other, so intervals come from resampling boots.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/stats/ladder.h"
#include "analysis/stats/quantile.h"
#include "lib/text.h"
#include "lib/textfmt.h"
#include "doc.h"
#include "replacements.h"

/* Boots that are pooled, with a record each. */
struct arm {
	const struct an_group *g;
	char name[RUN_LABEL + 8]; /* "rcu", "immediate/aa" */
	const struct an_boot **boot;
	size_t boots;
	struct an_ladder at; /* headrooms in KiB */
};

bool an_has_replacements(const struct an_study *s)
{
	for (size_t i = 0; i < s->runs.nr_runs; i++)
		if (!s->boot[i].excluded && s->boot[i].nr_replacements)
			return true;
	return false;
}

static void count(struct arm *a)
{
	an_ladder_init(&a->at, a->boots);
	for (size_t b = 0; b < a->boots; b++)
		for (size_t i = 0; i < a->boot[b]->nr_replacements; i++) {
			const struct replacement *r = &a->boot[b]->replacement[i];

			an_ladder_add(&a->at, b, r->headroom_kib,
				      (struct an_trials){ 1, replacement_waited(r) });
		}
}

/* What all replacements at one headroom came to. */
struct cell {
	size_t n, enomem, given_up;
	double median_ns, enomem_median_ns; /* of all; of those that got ENOMEM; NaN if none */
};

static struct cell cell_of(const struct arm *a, uint64_t kib)
{
	double *all = NULL, *refused = NULL;
	struct cell c = { 0 };

	for (size_t b = 0; b < a->boots; b++)
		for (size_t i = 0; i < a->boot[b]->nr_replacements; i++) {
			const struct replacement *r = &a->boot[b]->replacement[i];

			if (r->headroom_kib != kib)
				continue;
			all = xreallocarray(all, c.n + 1, sizeof(*all));
			all[c.n++] = (double)r->replace_ns;
			c.given_up += r->given_up;
			if (!r->enomem)
				continue;
			refused = xreallocarray(refused, c.enomem + 1, sizeof(*refused));
			refused[c.enomem++] = (double)r->replace_ns;
		}
	an_sort(all, c.n);
	c.median_ns = an_quantile(all, c.n, 0.5);
	if (c.enomem)
		an_sort(refused, c.enomem);
	c.enomem_median_ns = an_quantile(refused, c.enomem, 0.5);
	free(all);
	free(refused);
	return c;
}

static void add_cell(json_t *rows, json_t *items, const struct arm *a, size_t level)
{
	struct cell c = cell_of(a, a->at.value[level]);
	struct an_trials trials = an_trials_at(a->at.trials, a->boots, a->at.levels, level);
	/* Without a wait: what that leaves open. */
	double limit = trials.hits ? NAN : an_share_limit(trials, AN_FEW_CONFIDENCE);
	struct an_share s = { NAN, NAN, NAN };
	char time[32], refused[32], open[64] = "", enomem[80] = "";

	if (an_share_of(a->at.trials, a->boots, a->at.levels, level, AN_FEW_CONFIDENCE, &s))
		return;
	value_text(time, sizeof(time), c.median_ns, "ns");
	if (!trials.hits)
		snprintf(open, sizeof(open), ", up to %.0f %% not excluded", 100 * limit);
	else if (!isnan(s.low))
		snprintf(open, sizeof(open), ", %.0f %% [%.0f..%.0f]", 100 * s.share, 100 * s.low,
			 100 * s.high);
	if (c.enomem)
		snprintf(enomem, sizeof(enomem), "; ENOMEM %zu, those took %s", c.enomem,
			 value_text(refused, sizeof(refused), c.enomem_median_ns, "ns"));
	an_doc_entry(items, "%s, %" PRIu64 " KiB: %zu of %zu waited%s; a replacement took %s%s%s",
		     a->name, a->at.value[level], trials.hits, trials.n, open, time, enomem,
		     c.given_up ? "; some gave up" : "");
	json_array_append_new(
		rows,
		json_pack("{s:s, s:s, s:I, s:i, s:i, s:o, s:o, s:o, s:i, s:i, s:o, s:o}", "label",
			  a->g->label, "arm", a->name, "headroom_kib",
			  (json_int_t)a->at.value[level], "replacements", (int)trials.n, "waited",
			  (int)trials.hits, "share", an_doc_number(s.share), "share_low",
			  an_doc_number(s.low), "share_high",
			  an_doc_number(trials.hits ? s.high : limit), "enomem", (int)c.enomem,
			  "given_up", (int)c.given_up, "replace_ns_p50", an_doc_number(c.median_ns),
			  "replace_enomem_ns_p50", an_doc_number(c.enomem_median_ns)));
}

/* "4096 KiB", "more than 10240 KiB"; at the lowest level "at most 1024 KiB": below, nothing was tried. */
static void level_text(char *buf, size_t bytes, const struct arm *a, size_t level)
{
	if (level == a->at.levels)
		snprintf(buf, bytes, "more than %" PRIu64 " KiB", a->at.value[level - 1]);
	else
		snprintf(buf, bytes, "%s%" PRIu64 " KiB", level ? "" : "at most ",
			 a->at.value[level]);
}

static json_t *level_json(const struct arm *a, size_t level)
{
	return level == a->at.levels ? json_null() : json_integer((json_int_t)a->at.value[level]);
}

static void add_threshold(json_t *rows, json_t *items, const struct arm *a)
{
	char at[48], low[48], high[48], interval[128] = "";
	struct an_threshold t;
	bool found, shown;

	if (a->at.levels < 2 ||
	    an_threshold_of(a->at.trials, a->boots, a->at.levels, AN_FEW, AN_FEW_CONFIDENCE, &t))
		return;
	found = t.level < a->at.levels;
	shown = found && an_ladder_shows_few(&a->at, t.level);
	level_text(at, sizeof(at), a, t.level);
	level_text(low, sizeof(low), a, t.low);
	level_text(high, sizeof(high), a, t.high);
	if (a->boots > 1)
		snprintf(interval, sizeof(interval), ", %.0f %% interval %s to %s",
			 100 * AN_FEW_CONFIDENCE, low, high);
	an_doc_entry(items, "%s: at most %.0f %% waited from %s on%s (%zu boots)%s", a->name,
		     100 * AN_FEW, at, interval, a->boots,
		     found && !shown ? "; not shown: too few replacements there to exclude more"
				     : "");
	json_array_append_new(
		rows, json_pack("{s:s, s:s, s:i, s:f, s:b, s:o, s:o, s:o}", "label", a->g->label,
				"arm", a->name, "n_boots", (int)a->boots, "share", AN_FEW, "shown",
				(int)shown, "threshold_kib", level_json(a, t.level), "low_kib",
				level_json(a, t.low), "high_kib", level_json(a, t.high)));
}

/* The boots of @from that are of @column and have a record. */
static void add_arm(json_t *doc, json_t *items, const struct an_group *g, const char *column,
		    bool aa, const struct an_boot *const *from, size_t n)
{
	struct arm a = { .g = g };

	snprintf(a.name, sizeof(a.name), "%s%s", column, aa ? "/aa" : "");
	a.boot = xcalloc(n + 1, sizeof(*a.boot));
	for (size_t i = 0; i < n; i++)
		if (!strcmp(from[i]->column, column) && from[i]->nr_replacements)
			a.boot[a.boots++] = from[i];
	if (a.boots) {
		count(&a);
		for (size_t l = 0; l < a.at.levels; l++)
			add_cell(json_object_get(doc, "replacements"), items, &a, l);
		add_threshold(json_object_get(doc, "thresholds"), items, &a);
	}
	free(a.boot);
	an_ladder_free(&a.at);
}

void an_add_replacements(json_t *doc, json_t *items, const struct an_study *s)
{
	json_object_set_new(doc, "replacements", json_array());
	json_object_set_new(doc, "thresholds", json_array());
	an_doc_para(
		items,
		"By headroom. A replacement waited if somebody met the limit or reclaimed in its "
		"round, or if it got ENOMEM. [..]: %.0f %% interval from resampling boots. Times are "
		"medians over all replacements. The threshold is the least headroom tried at which, "
		"and at all above it, at most %.0f %% waited.",
		100 * AN_FEW_CONFIDENCE, 100 * AN_FEW);
	for (size_t i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];
		bool any = false;

		for (size_t k = 0; k < g->nr_boots; k++)
			any |= g->boot[k]->nr_replacements > 0;
		if (!any)
			continue;
		an_doc_para(items, "%s%s%s (%s):", g->experiment, *g->levels ? ", " : "", g->levels,
			    g->time_base);
		for (size_t v = 0; v < g->nr_variants; v++)
			add_arm(doc, items, g, g->variant[v], false, g->boot, g->nr_boots);
		if (g->nr_aa_boots)
			add_arm(doc, items, g, g->variant[g->aa_variant], true, g->aa_boot,
				g->nr_aa_boots);
	}
}
