// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench fleet: what do pairs and held memory take over a year on one host or on thousands?
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/capacity/fleet.h"
#include "lib/err.h"
#include "lib/text.h"
#include "capacity.h"
#include "verbs.h"

static int simulate(const struct capacity *c, const struct pl_plan *plan)
{
	struct pl_fleet *f = xcalloc(1, sizeof(*f));
	int ret;

	pl_fleet_run(plan, c->seed, (unsigned int)c->threads, f);
	if (!c->json_only)
		pl_fleet_print(stdout, plan, f);
	ret = capacity_write_json(c, pl_fleet_json(plan, f, c->seed));
	fprintf(stderr, "%.1f s on %u threads, %.2f million lifetimes per second and thread, %ld MiB\n",
		f->wall_s, f->threads,
		(double)f->lifetimes / 1e6 / fmax(f->wall_s, 1e-3) / f->threads, f->rss_kib / 1024);
	free(f);
	return ret;
}

static int answer(const struct capacity *c, struct pl_evidence *e)
{
	const struct pl_scenario *s = &c->scenario;
	struct pl_plan plan;
	int ret = 0;

	pl_plan_models(s, e, &plan);
	for (size_t i = 0; i < s->nr_classes && !ret; i++) {
		if (s->td[i].layout.measured && !plan.have_fit)
			ret = fail(
				"fleet: td %s asks for measured fragmentation, which no boot has: %s",
				s->td[i].name, PL_MISSING_PAIRS);
	}
	if (!ret)
		ret = simulate(c, &plan);
	pl_plan_free(&plan);
	return ret;
}

static int fleet(const struct call *c)
{
	return capacity_answer(&capacity, &(struct capacity_question){
						  .verb = c->verb->name,
						  .simulated = true,
						  .answer = answer,
					  });
}

const struct verb verb_fleet = {
	VERB_HEAD("fleet", "simulate hosts over time: what pairs and held memory take",
		  "[options]"),
	.about =
		"Simulates TDs that arrive, live, convert and leave. The result depends on --seed, not on "
		"--threads. Time and memory of the simulation go to stderr. `dpamt-bench help scenario` "
		"lists the keys.\n\n"
		"Exit status: 0; 1 if something could not be read or written; 127 wrong usage.",
	.common = capacity_options,
	.init = capacity_init,
	.run = fleet,
};
