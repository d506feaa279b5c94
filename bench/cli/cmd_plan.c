// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench plan: what do PAMT, S-EPT and held-back memory take on a host, and how much must be
 * left free? The command line of the model in analysis/capacity/.
 */

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "analysis/capacity/check.h"
#include "analysis/capacity/figure.h"
#include "analysis/capacity/options.h"
#include "analysis/capacity/terms.h"
#include "lib/err.h"
#include "lib/text.h"
#include "cmd.h"

static void usage(FILE *f)
{
	fputs("usage: dpamt-bench plan [options]\n"
	      "       dpamt-bench plan --runs DIR... --check DIR...\n"
	      "\n"
	      "Plans the memory of a TDX host from exact sizes and measured boots.\n"
	      "\n", f);
	pl_options_usage(f);
	fputs("  --check DIR          predict these boots from --runs, and compare; repeatable\n"
	      "  --figures DIR        draw memory, break-even and drain into DIR\n"
	      "\n"
	      "Exit status: 0; 1 if something could not be read or written; 127 wrong usage.\n"
	      "\nKeys of --host, --td, --kernel, --drain and of the sections of --file:\n", f);
	pl_keys_usage(f, "fleet");
}

static int check(const struct pl_options *o)
{
	struct pl_evidence fit, boots;
	struct pl_check c;
	int ret;

	if (pl_evidence_load(o->runs, strv_len(o->runs), &fit))
		return 1;
	if (pl_evidence_load(o->check, strv_len(o->check), &boots)) {
		pl_evidence_free(&fit);
		return 1;
	}
	ret = pl_check_make(&fit, &boots, &c);
	if (!ret) {
		pl_check_print(o->json_stdout ? stderr : stdout, &c);
		ret = pl_options_json(o, pl_check_json(&c));
		pl_check_free(&c);
	}
	pl_evidence_free(&boots);
	pl_evidence_free(&fit);
	return ret ? 1 : 0;
}

int cmd_plan(int argc, char **argv)
{
	struct pl_options o;
	struct pl_evidence e;
	struct pl_plan plan;
	int ret = pl_options_parse(&o, "plan", argc, argv, usage);

	if (ret) {
		pl_options_free(&o);
		return ret > 0 ? 0 : EXIT_CANNOT_RUN;
	}
	if (o.check) {
		ret = o.runs ? check(&o) :
		      fail_as(EXIT_CANNOT_RUN, "plan: --check compares with a model: give --runs DIR as well");
	} else if (pl_options_check(&o, "plan", false)) {
		ret = EXIT_CANNOT_RUN;
	} else if (pl_evidence_load(o.runs, strv_len(o.runs), &e)) {
		ret = 1;
	} else {
		pl_plan_make(&o.scenario, &e, o.seed, &plan);
		if (!o.json_stdout)
			pl_plan_print(stdout, &plan);
		ret = pl_options_json(&o, pl_plan_json(&plan)) ? 1 : 0;
		if (o.figures && pl_plan_figures(&plan, &e, o.seed, o.figures))
			ret = 1;
		pl_plan_free(&plan);
		pl_evidence_free(&e);
	}
	pl_options_free(&o);
	return ret;
}
