// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench plan: what do PAMT, S-EPT and held-back memory take on a host, and how much must be
 * left free? The command line of the model in analysis/capacity/.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/capacity/check.h"
#include "analysis/capacity/figure.h"
#include "analysis/capacity/policy_cost.h"
#include "analysis/capacity/reference.h"
#include "analysis/capacity/terms.h"
#include "lib/err.h"
#include "lib/text.h"
#include "capacity.h"
#include "verbs.h"

static char **check_runs;
static const char *figures, *reference;

static struct opt options[] = {
	OPT_LIST("check", &check_runs, "DIR...", "predict these boots, and compare"),
	OPT_FILE("write-reference", &reference, "FILE",
		 "write the boots of --runs (boots of pressure: and the reference) as a reference"),
	OPT_FILE("figures", &figures, "DIR", "draw memory, break-even and drain into DIR"), OPT_END
};

static int check(const struct capacity *c, struct pl_evidence *fit)
{
	struct pl_evidence boots;
	struct pl_check result;
	int ret;

	if (pl_evidence_load(check_runs, strv_len(check_runs), fit, &boots))
		return -1;
	ret = pl_check_make(fit, &boots, &result);
	if (!ret) {
		pl_check_print(c->json_only ? stderr : stdout, &result);
		ret = capacity_write_json(c, pl_check_json(&result));
		pl_check_free(&result);
	}
	pl_evidence_free(&boots);
	return ret;
}

static int answer(const struct capacity *c, struct pl_evidence *e)
{
	struct pl_policy_cost cost;
	struct pl_plan plan;
	json_t *json;
	int ret;

	pl_plan_make(&c->scenario, e, c->seed, &plan);
	pl_policy_cost_make(&plan, e, c->seed, &cost);
	if (!c->json_only)
		pl_plan_print(stdout, &plan, cost.sentence);
	json = pl_plan_json(&plan);
	pl_policy_cost_add_json(json, &cost);
	ret = capacity_write_json(c, json);
	if (figures && pl_plan_figures(&plan, e, c->seed, figures))
		ret = -1;
	pl_policy_cost_free(&cost);
	pl_plan_free(&plan);
	return ret;
}

static int write_reference(const struct capacity *c, struct pl_evidence *e)
{
	(void)c;
	return pl_reference_write(e, reference);
}

static int plan(const struct call *c)
{
	struct capacity_question q = { 0 };

	if (reference && !capacity.runs)
		return fail_as(EXIT_CANNOT_RUN,
			       "plan: --write-reference needs the boots: give --runs DIR as well");
	if (reference)
		q.answer = write_reference;
	else if (check_runs)
		q.answer = check;
	else
		q = (struct capacity_question){ .verb = c->verb->name, .answer = answer };
	return capacity_answer(&capacity, &q);
}

const struct verb verb_plan = {
	VERB_HEAD("plan", "memory of PAMT and S-EPT on a host, from sizes and boots",
		  "[options]\n--check DIR...\n--runs DIR... --write-reference FILE"),
	.about =
		"Plans the memory of a TDX host from exact sizes and measured boots: those of --runs or, "
		"without these, a reference that comes with the program. "
		"`dpamt-bench help scenario` lists the keys.\n\n"
		"Exit status: 0; 1 if something could not be read or written; 127 wrong usage.",
	.opts = options,
	.common = capacity_options,
	.init = capacity_init,
	.run = plan,
};
