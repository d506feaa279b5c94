// SPDX-License-Identifier: GPL-2.0
/*
 * Designs of tdx_pamt_get() and tdx_pamt_put(). What a kernel variant does comes from
 * lib/variants.c; here is only what no variant says.
 */
#include "contention_design.h"

#include <stdio.h>
#include <string.h>

#include "lib/array_size.h"
#include "lib/variants.h"

/* Designs that were proposed and have no kernel variant. */
static const struct pl_design proposed[] = {
	{ "recycle-per-region", "#882255", PL_LOCK_PER_REGION, false, false, PL_PAIR_RECYCLED },
	{ "per-region", "#e69f00", PL_LOCK_PER_REGION, false, false, PL_PAIR_FREED },
};

/*
 * pamt_lock is what the variant's kernel says of its lock: "hashed-64", "spinlock-irqsave", ...; also
 * is what it does with a pair.
 */
static struct pl_design of_variant(const struct variant *v)
{
	const char *hashed = strstr(v->pamt_lock, "hashed-");
	struct pl_design d = { v->name, v->colour, 1, !strcmp(v->also, "fastpath"),
			       strstr(v->pamt_lock, "irqsave"), PL_PAIR_FREED };

	if (hashed && (sscanf(hashed, "hashed-%u", &d.locks) != 1 || d.locks < 1))
		d.locks = 1;
	if (d.fastpath)
		d.pair = PL_PAIR_ON_DEMAND;
	else if (!strcmp(v->also, "recycle"))
		d.pair = PL_PAIR_RECYCLED;
	return d;
}

static bool same_kind(const struct pl_design *a, const struct pl_design *b)
{
	return a->locks == b->locks && a->fastpath == b->fastpath && a->irqsave == b->irqsave &&
	       a->pair == b->pair;
}

static void add(struct pl_design *out, size_t *n, const struct pl_design *d)
{
	for (size_t i = 0; i < *n; i++)
		if (same_kind(&out[i], d))
			return;
	if (*n < PL_MAX_DESIGNS)
		out[(*n)++] = *d;
}

size_t pl_designs(struct pl_design out[PL_MAX_DESIGNS])
{
	size_t n = 0;

	/* when pages are freed is another question: the immediate ones stand for all */
	for (size_t i = 0; i < nr_variants; i++) {
		struct pl_design d = of_variant(&variants[i]);

		if (!strcmp(variants[i].spt_free, "immediate"))
			add(out, &n, &d);
	}
	for (size_t i = 0; i < ARRAY_SIZE(proposed); i++)
		add(out, &n, &proposed[i]);
	return n;
}

int pl_design_find(const char *name, struct pl_design *d)
{
	const struct variant *v = variant_find(name);

	if (v) {
		*d = of_variant(v);
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(proposed); i++) {
		if (!strcmp(name, proposed[i].name)) {
			*d = proposed[i];
			return 0;
		}
	}
	return -1;
}

void pl_design_names(FILE *to)
{
	for (size_t i = 0; i < nr_variants; i++)
		fprintf(to, "%s\n", variants[i].name);
	for (size_t i = 0; i < ARRAY_SIZE(proposed); i++)
		fprintf(to, "%s\n", proposed[i].name);
}
