// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench fleet: what do pairs and held memory take over a year on one host or on thousands?
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "analysis/capacity/fleet.h"
#include "analysis/capacity/options.h"
#include "lib/err.h"
#include "lib/text.h"
#include "cmd.h"

static void usage(FILE *f)
{
	fputs("usage: dpamt-bench fleet [options]\n"
	      "\n"
	      "Simulates TDs that arrive, live, convert and leave. The result depends on --seed,\n"
	      "not on --threads. Time and memory of the simulation go to stderr.\n"
	      "\n", f);
	pl_options_usage(f);
	fputs("\nExit status: 0; 1 if something could not be read or written; 127 wrong usage.\n"
	      "\nKeys:\n", f);
	pl_keys_usage(f, NULL);
}

static int simulate(const struct pl_options *o, const struct pl_plan *plan)
{
	const struct pl_scenario *s = &o->scenario;
	struct pl_fleet *f;
	int ret;

	for (size_t i = 0; i < s->nr_classes; i++) {
		if (s->td[i].layout.measured && !plan->have_fit)
			return fail_as(1, "fleet: td %s: fragmentation is to be measured, and nothing was: %s",
				       s->td[i].name, PL_MISSING_PAIRS);
	}
	f = xcalloc(1, sizeof(*f));
	pl_fleet_run(plan, o->seed, o->threads, f);
	if (!o->json_stdout)
		pl_fleet_print(stdout, plan, f);
	ret = pl_options_json(o, pl_fleet_json(plan, f, o->seed)) ? 1 : 0;
	fprintf(stderr, "%.1f s on %u threads, %.2f million lifetimes per second and thread, %ld MiB\n",
		f->wall_s, f->threads,
		(double)f->lifetimes / 1e6 / fmax(f->wall_s, 1e-3) / f->threads, f->rss_kib / 1024);
	free(f);
	return ret;
}

int cmd_fleet(int argc, char **argv)
{
	struct pl_options o;
	struct pl_evidence e;
	struct pl_plan plan;
	int ret = pl_options_parse(&o, "fleet", argc, argv, usage);

	if (ret) {
		pl_options_free(&o);
		return ret > 0 ? 0 : EXIT_CANNOT_RUN;
	}
	if (o.check || o.figures) {
		ret = fail_as(EXIT_CANNOT_RUN, "fleet: --check and --figures belong to dpamt-bench plan");
	} else if (pl_options_check(&o, "fleet", true)) {
		ret = EXIT_CANNOT_RUN;
	} else if (pl_evidence_load(o.runs, strv_len(o.runs), &e)) {
		ret = 1;
	} else {
		pl_plan_models(&o.scenario, &e, &plan);
		ret = simulate(&o, &plan);
		pl_plan_free(&plan);
		pl_evidence_free(&e);
	}
	pl_options_free(&o);
	return ret;
}
