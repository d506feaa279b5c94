// SPDX-License-Identifier: GPL-2.0
/*
 * Checks that the kernel got back everything it gave to TDs: pages, pairs, KeyIDs.
 * A run that lost something did not measure the free policy alone, so its numbers
 * do not count.
 *
 * The kernel leaks a page on purpose when its reclaim fails, and counts it as leaked.
 * Such a page balances the S-EPT counters; the pairs and the module's counters still
 * show it.
 */
#include "conservation.h"

#include <inttypes.h>
#include <stdlib.h>

#include "lib/text.h"

struct books {
	const struct counters *before;
	const struct counters *after;
	struct conservation_report *report;
};

/* Add a broken balance to the report. Frees @what. */
static void add_violation(struct books *b, const char *file, char *what)
{
	char *s = xasprintf("%s: %s", file, what);

	b->report->detail = strv_add(b->report->detail, s);
	b->report->verdict = CONSERVATION_VIOLATED;
	free(s);
	free(what);
}

static bool get(struct books *b, const char *file, const char *name, uint64_t *after)
{
	if (counters_get(b->after, file, name, after))
		return true;
	add_violation(b, file, xasprintf("%s is missing after the run", name));
	return false;
}

/* How much a counter grew during the run. One that did not exist before began at 0. */
static bool growth(struct books *b, const char *file, const char *name, uint64_t *delta)
{
	uint64_t before = 0, after;

	if (!get(b, file, name, &after))
		return false;
	counters_get(b->before, file, name, &before);
	*delta = after - before;
	return true;
}

static void expect_zero(struct books *b, const char *file, const char *name)
{
	uint64_t v;

	if (get(b, file, name, &v) && v)
		add_violation(b, file, xasprintf("%s is %" PRIu64 ", expected 0", name, v));
}

/* @left must have grown by as much as @right plus @right2 (may be NULL). */
static void expect_balance(struct books *b, const char *file, const char *left, const char *right,
			   const char *right2)
{
	uint64_t l, r, r2 = 0;
	char *s;

	if (!growth(b, file, left, &l) || !growth(b, file, right, &r) ||
	    (right2 && !growth(b, file, right2, &r2)) || l == r + r2)
		return;
	if (right2)
		s = xasprintf("%s grew by %" PRIu64 ", %s + %s by %" PRIu64 " + %" PRIu64,
			      left, l, right, right2, r, r2);
	else
		s = xasprintf("%s grew by %" PRIu64 ", %s by %" PRIu64, left, l, right, r);
	add_violation(b, file, s);
}

static void expect_unchanged(struct books *b, const char *file, const char *name)
{
	uint64_t before = 0, after;

	if (!get(b, file, name, &after))
		return;
	counters_get(b->before, file, name, &before);
	if (before != after)
		add_violation(b, file,
			      xasprintf("%s was %" PRIu64 " before, %" PRIu64 " after", name,
					before, after));
}

void conservation_check(const struct counters *before, const struct counters *after,
			struct conservation_report *report)
{
	struct books b = { before, after, report };
	uint64_t keyids;

	report->verdict = CONSERVATION_OK;
	report->detail = strv_dup(NULL);
	if (counters_have_file(after, "sept")) {
		expect_zero(&b, "sept", "spt_held_pages");
		expect_balance(&b, "sept", "spt_reclaimed_pages", "spt_freed_pages", NULL);
		expect_balance(&b, "sept", "spt_allocated_pages", "spt_freed_pages",
			       "spt_leaked_pages");
	}
	if (counters_have_file(after, "pamt")) {
		expect_unchanged(&b, "pamt", "pamt_pairs");
		expect_balance(&b, "pamt", "pamt_add", "pamt_remove", NULL);
		expect_balance(&b, "pamt", "pamt_get", "pamt_put", NULL);
	}
	if (counters_have_file(after, "soft_tdx/pages")) {
		expect_zero(&b, "soft_tdx/pages", "pages_owned");
		if (counters_get(after, "soft_tdx/pages", "keyids_used", &keyids))
			expect_zero(&b, "soft_tdx/pages", "keyids_used");
	}
	if (report->verdict == CONSERVATION_OK &&
	    !(counters_have_file(after, "sept") && counters_have_file(after, "pamt")))
		report->verdict = CONSERVATION_ABSENT;
}

const char *conservation_name(enum conservation verdict)
{
	static const char * const names[] = {
		[CONSERVATION_ABSENT] = "absent",
		[CONSERVATION_OK] = "ok",
		[CONSERVATION_VIOLATED] = "violated",
	};

	return names[verdict];
}
