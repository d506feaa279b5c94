// SPDX-License-Identifier: GPL-2.0
/* Which kernel variants can be planned for: those that boots tell of, and that the terms describe. */
#include "known_variant.h"

#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "lib/variants.h"

static bool has_boots(const struct pl_evidence *e, const char *variant)
{
	for (size_t i = 0; i < e->n; i++) {
		if (!strcmp(e->run[i].variant, variant))
			return true;
	}
	return false;
}

/* The variants of the boots, each once, or "none"; malloc'ed. */
static char *variants_of_boots(const struct pl_evidence *e)
{
	char *names = NULL;

	for (size_t i = 0; i < e->n; i++) {
		struct pl_evidence before = { .run = e->run, .n = i };

		if (!has_boots(&before, e->run[i].variant))
			names = text_add(names, e->run[i].variant, ", ");
	}
	return names ? names : xstrdup("none");
}

static char *all_variants(void)
{
	char *names = NULL;

	for (size_t i = 0; i < nr_variants; i++)
		names = text_add(names, variants[i].name, ", ");
	return names;
}

static bool converts(const struct pl_scenario *s)
{
	for (size_t i = 0; i < s->nr_classes; i++) {
		if (s->td[i].conversions_per_hour > 0)
			return true;
	}
	return false;
}

int pl_known_variant(const struct pl_scenario *s, const struct pl_evidence *e, bool simulated,
		     char **error)
{
	const struct variant *v = variant_find(s->variant);
	char *booted = variants_of_boots(e), *all = NULL;

	*error = NULL;
	if (!v && !has_boots(e, s->variant)) {
		all = all_variants();
		*error = xasprintf(
			"variant = %s: neither a variant of this project (%s) nor that of a boot (%s)",
			s->variant, all, booted);
	} else if (v && !strcmp(v->also, "get-at-topup")) {
		*error = xasprintf(
			"variant = %s: no term counts the pairs that its spare S-EPT pages need; plan for one of %s",
			s->variant, booted);
	} else if (!has_boots(e, s->variant)) {
		*error = xasprintf(
			"variant = %s: the boots are of %s; give --runs DIR, made by `dpamt-bench run plan-fit --variants %s --out DIR`",
			s->variant, booted, s->variant);
	} else if (v && simulated && !strcmp(v->also, "sept-remove") && converts(s)) {
		*error = xasprintf(
			"variant = %s with conversions_per_hour: no term counts the S-EPT pages that its conversions free; leave conversions out, or plan for one of %s",
			s->variant, booted);
	}
	free(all);
	free(booted);
	return *error ? -1 : 0;
}
