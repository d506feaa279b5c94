// SPDX-License-Identifier: GPL-2.0
/*
 * What the programs know about each kernel variant. A new variant needs a line here and a file in
 * kernel-patches/series; tests/unit/test_variants.c compares the two.
 *
 * Colours: Okabe and Ito, "Color Universal Design" (2008), and Tol's muted ones: most are told
 * apart with any common colour blindness. Dash and point tell variants apart in print.
 */
#include "variants.h"

#include <string.h>

#include "array_size.h"

const struct variant variants[] = {
	{ "immediate", "immediate", "immediate", "spinlock", "none", "#0072b2", "solid", 7 },
	{ "rcu", "rcu", "rcu", "spinlock-irqsave", "none", "#d55e00", "--", 5 },
	{ "immediate-irqsave", "immediate", "immediate", "spinlock-irqsave", "none", "#56b4e9",
	  "_.", 9 },
	{ "rcu-bh", "rcu", "rcu", "spinlock-bh", "none", "#882255", "--.", 12 },
	{ "rcu-page", "rcu", "immediate", "spinlock", "none", "#e69f00", "..", 11 },
	{ "immediate-fastpath", "immediate", "immediate", "spinlock", "fastpath", "#009e73", "-.",
	  15 },
	{ "rcu-fastpath", "rcu", "rcu", "spinlock-irqsave", "fastpath", "#117733", "-._", 14 },
	{ "immediate-recycle", "immediate", "immediate", "spinlock", "recycle", "#44aa99", "-_.",
	  10 },
	{ "immediate-hashed", "immediate", "immediate", "hashed-64", "none", "#999933", "_-", 4 },
	{ "immediate-topup", "immediate", "immediate", "spinlock", "get-at-topup", "#332288", "_--",
	  3 },
	{ "immediate-septremove", "immediate", "immediate", "spinlock", "sept-remove", "#aa4466",
	  "._.", 6 },
	{ "rcu-septremove", "rcu", "rcu", "spinlock-irqsave", "sept-remove", "#888888", "_..", 8 },
	{ "immediate-terminate", "immediate", "immediate", "spinlock", "terminate", "#ddcc77",
	  ".-.", 1 },
	{ "rcu-terminate", "rcu", "rcu", "spinlock-irqsave", "terminate", "#661100", "..-", 2 },
	{ "rcu-naive", "rcu", "rcu", "spinlock", "none", "#cc79a7", "-..", 13 },
};

const size_t nr_variants = ARRAY_SIZE(variants);

const struct variant *variant_find(const char *name)
{
	size_t n = strcspn(name, "+");

	for (size_t i = 0; i < nr_variants; i++)
		if (!strncmp(variants[i].name, name, n) && !variants[i].name[n])
			return &variants[i];
	return NULL;
}

const struct variant *variant_of_policy(const char *spt_free, const char *pamt_put,
					const char *pamt_lock, const char *also)
{
	for (size_t i = 0; i < nr_variants; i++) {
		const struct variant *v = &variants[i];

		if (!strcmp(v->spt_free, spt_free) && !strcmp(v->pamt_put, pamt_put) &&
		    !strcmp(v->pamt_lock, pamt_lock) && !strcmp(v->also, also))
			return v;
	}
	return NULL;
}
