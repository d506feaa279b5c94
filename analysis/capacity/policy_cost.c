// SPDX-License-Identifier: GPL-2.0
/* rcu instead of immediate on this host, in one sentence. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array_size.h"
#include "lib/text.h"
#include "lib/textfmt.h"
#include "policy_cost.h"

enum { IMMEDIATE, RCU };
static const char *const variants[] = { "immediate", "rcu" };

/* The scenario under each of the two. */
struct both {
	struct pl_scenario scenario[2];
	struct pl_plan made[2];
	const struct pl_plan *plan[2];
};

static void make(struct both *b, const struct pl_plan *own, const struct pl_evidence *e,
		 unsigned long seed)
{
	for (size_t i = 0; i < ARRAY_SIZE(variants); i++) {
		b->plan[i] = own;
		if (!strcmp(own->scenario->variant, variants[i]))
			continue;
		b->scenario[i] = *own->scenario;
		strcpy(b->scenario[i].variant, variants[i]);
		pl_plan_make(&b->scenario[i], e, seed, &b->made[i]);
		b->plan[i] = &b->made[i];
	}
}

static void drop(struct both *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(variants); i++)
		pl_plan_free(&b->made[i]);
}

/* "54.6 MiB to 100 MiB", or once if both are the same. */
static char *range_text(const struct pl_term *t)
{
	char low[32], high[32];

	value_text(low, sizeof(low), t->expected, t->unit);
	value_text(high, sizeof(high), t->high, t->unit);
	return strcmp(low, high) ? xasprintf("%s to %s", low, high) : xstrdup(low);
}

static char *held_text(const struct pl_plan *p)
{
	char *pages = range_text(pl_plan_term(p, "held_spt_bytes"));
	char *pairs = range_text(pl_plan_term(p, "held_pairs_bytes"));
	char *text = xasprintf("%s of S-EPT pages and %s of pairs", pages, pairs);

	free(pages);
	free(pairs);
	return text;
}

static char *replace_text(const struct both *b)
{
	bool have[2] = { b->plan[IMMEDIATE]->have_replace, b->plan[RCU]->have_replace };
	char need[2][32];

	if (!have[IMMEDIATE] || !have[RCU])
		return xasprintf("what a replacement needs is not known under %s",
				 have[RCU]	   ? "immediate"
				 : have[IMMEDIATE] ? "rcu"
						   : "either");
	for (size_t i = 0; i < ARRAY_SIZE(variants); i++)
		value_text(need[i], sizeof(need[i]),
			   pl_plan_term(b->plan[i], "replace_bytes")->expected, "bytes");
	return xasprintf("a replacement needs %s free, against %s", need[RCU], need[IMMEDIATE]);
}

static char *known(const struct both *b, double more_bytes)
{
	const struct pl_plan *p = b->plan[RCU];
	char more[32], *held = held_text(p), *less = held_text(b->plan[IMMEDIATE]);
	char *time = range_text(pl_plan_term(p, "held_time_ns")), *replace = replace_text(b), *text;

	value_text(more, sizeof(more), fabs(more_bytes), "bytes");
	text = xasprintf(
		"rcu instead of immediate on this host costs %s %s headroom: %g TDs torn down at once hold %s for %s, under immediate %s; %s.",
		more, more_bytes < 0 ? "less" : "more", p->scenario->drain_tds, held, time, less,
		replace);
	free(replace);
	free(time);
	free(less);
	free(held);
	return text;
}

static char *unknown(const struct both *b)
{
	const struct pl_plan *p = b->plan[isfinite(b->plan[RCU]->headroom_bytes) ? IMMEDIATE : RCU];

	return xasprintf(
		"What rcu instead of immediate costs on this host is not known: headroom under %s is %s.",
		p->scenario->variant, p->headroom_why);
}

void pl_policy_cost_make(const struct pl_plan *plan, const struct pl_evidence *e, unsigned long seed,
			 struct pl_policy_cost *c)
{
	struct both b = { 0 };

	make(&b, plan, e, seed);
	c->headroom_bytes = b.plan[RCU]->headroom_bytes - b.plan[IMMEDIATE]->headroom_bytes;
	c->sentence = isfinite(c->headroom_bytes) ? known(&b, c->headroom_bytes) : unknown(&b);
	drop(&b);
}

void pl_policy_cost_free(struct pl_policy_cost *c)
{
	free(c->sentence);
}

void pl_policy_cost_add_json(json_t *plan, const struct pl_policy_cost *c)
{
	json_object_set_new(plan, "rcu_instead_of_immediate",
			    json_pack("{s:o, s:s}", "headroom_bytes",
				      isfinite(c->headroom_bytes) ? json_real(c->headroom_bytes) :
								    json_null(),
				      "sentence", c->sentence));
}
