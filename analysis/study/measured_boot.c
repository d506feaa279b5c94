// SPDX-License-Identifier: GPL-2.0
/*
 * The boots of a study. A boot takes part if its run counts (bench/rundir/loaded_run.c) and does
 * not repeat another boot.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json_file.h"
#include "lib/text.h"
#include "measured_boot.h"
#include "study.h"

double an_level(size_t i)
{
	if (i < 100)
		return i / 100.0;
	if (i < 109)
		return 0.99 + (i - 99) / 1000.0;
	if (i < 118)
		return 0.999 + (i - 108) / 10000.0;
	return 1;
}

struct an_boot *an_boots_make(const struct loaded_runs *runs)
{
	struct an_boot *boot = xcalloc(runs->nr_runs + 1, sizeof(*boot));

	for (size_t i = 0; i < runs->nr_runs; i++) {
		const struct loaded_run *r = &runs->run[i];
		struct an_boot *b = &boot[i];

		b->run = r;
		b->aa = r->aa;
		b->excluded = r->excluded ? xstrdup(r->excluded) : NULL;
		snprintf(b->column, sizeof(b->column), "%s", r->variant);
		snprintf(b->stratum, sizeof(b->stratum), "%s", r->levels);
	}
	return boot;
}

void an_boot_within_variant(struct an_boot *b, const char *levels)
{
	snprintf(b->stratum, sizeof(b->stratum), "variant=%s%s%s", b->run->variant,
		 *levels ? " " : "", levels);
}

bool an_boot_compare_by(struct an_boot *b, const char *factor)
{
	char *level = an_level_of(b->run->levels, factor), *others;

	if (!level)
		return false;
	others = an_levels_without(b->run->levels, factor);
	snprintf(b->column, sizeof(b->column), "%s", level);
	an_boot_within_variant(b, others);
	free(others);
	free(level);
	return true;
}

void an_boots_compare_as_asked(struct an_boot *boot, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *factor = json_text(boot[i].run->header, "compare", NULL);

		if (factor)
			an_boot_compare_by(&boot[i], factor);
	}
}

void an_boots_free(struct an_boot *boot, size_t n)
{
	for (size_t i = 0; boot && i < n; i++) {
		free(boot[i].excluded);
		free(boot[i].value);
		free(boot[i].curve);
		free(boot[i].replacement);
		free(boot[i].age);
	}
	free(boot);
}

static bool same_replicate(const struct an_boot *a, const struct an_boot *b)
{
	return !a->excluded && a->run->seed == b->run->seed && a->aa == b->aa &&
	       !strcmp(a->column, b->column) && !strcmp(a->stratum, b->stratum) &&
	       !strcmp(a->run->variant, b->run->variant) &&
	       !strcmp(a->run->experiment, b->run->experiment) &&
	       !strcmp(a->run->time_base, b->run->time_base);
}

void an_boots_exclude_repeats(struct an_boot *boot, size_t n)
{
	size_t i, j;

	for (i = 0; i < n; i++) {
		struct an_boot *b = &boot[i];

		if (b->excluded || strcmp(b->run->time_base, "simulated-virtual"))
			continue;
		for (j = 0; j < i && !same_replicate(&boot[j], b); j++)
			;
		if (j < i)
			b->excluded = xasprintf("same variant and seed as %s: in virtual time that "
						"is no new replicate",
						boot[j].run->name);
	}
}
