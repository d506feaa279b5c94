// SPDX-License-Identifier: GPL-2.0
/* Trials by boot and level; see ladder.h. */
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "ladder.h"

void an_ladder_init(struct an_ladder *l, size_t boots)
{
	*l = (struct an_ladder){ .boots = boots };
}

/* A level of @value before level @at. */
static void insert(struct an_ladder *l, size_t at, uint64_t value)
{
	size_t levels = l->levels + 1;
	struct an_trials *trials = xcalloc(l->boots * levels, sizeof(*trials));

	for (size_t b = 0; b < l->boots; b++)
		for (size_t i = 0; i < l->levels; i++)
			trials[b * levels + i + (i >= at)] = l->trials[b * l->levels + i];
	free(l->trials);
	l->trials = trials;
	l->value = xreallocarray(l->value, levels, sizeof(*l->value));
	memmove(l->value + at + 1, l->value + at, (l->levels - at) * sizeof(*l->value));
	l->value[at] = value;
	l->levels = levels;
}

void an_ladder_add(struct an_ladder *l, size_t boot, uint64_t value, struct an_trials t)
{
	struct an_trials *to;
	size_t at = 0;

	while (at < l->levels && l->value[at] < value)
		at++;
	if (at == l->levels || l->value[at] != value)
		insert(l, at, value);
	to = &l->trials[boot * l->levels + at];
	to->n += t.n;
	to->hits += t.hits;
}

void an_ladder_free(struct an_ladder *l)
{
	free(l->value);
	free(l->trials);
	memset(l, 0, sizeof(*l));
}

bool an_ladder_shows_few(const struct an_ladder *l, size_t level)
{
	return an_share_limit(an_trials_at(l->trials, l->boots, l->levels, level),
			      AN_FEW_CONFIDENCE) <= AN_FEW;
}
