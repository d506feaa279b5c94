/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_POLICY_COST_H
#define PL_POLICY_COST_H

#include <jansson.h>

#include "terms.h"

/*
 * What freeing from RCU in place of at once costs on a host: the same plan with variant rcu and with
 * variant immediate.
 */
struct pl_policy_cost {
	double headroom_bytes;	/* more under rcu; NaN if it is not known */
	char *sentence;		/* the answer, or what is missing of it */
};

/*
 * @plan is the scenario's own, made of @e with @seed; if its variant is one of the two, it is not made
 * again. Free with pl_policy_cost_free().
 */
void pl_policy_cost_make(const struct pl_plan *plan, const struct pl_evidence *e, unsigned long seed,
			 struct pl_policy_cost *c);
void pl_policy_cost_free(struct pl_policy_cost *c);

/* Into @plan, the object that pl_plan_json() returned: "rcu_instead_of_immediate". */
void pl_policy_cost_add_json(json_t *plan, const struct pl_policy_cost *c);

#endif
