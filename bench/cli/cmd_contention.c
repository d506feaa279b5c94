// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench contention: where does each design of pamt_lock saturate, what does a victim wait among
 * aggressors, and which design buys how much? The command line of the lock model in
 * analysis/capacity/.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/capacity/contention_text.h"
#include "lib/err.h"
#include "lib/number.h"
#include "lib/text.h"
#include "verbs.h"

static struct pl_contention model;
static char **runs, **check;
static const char *json, *figures;
static uint64_t cost, calls, seed, posted, sets, load;
static double percent, line_ns, victim_think_ns, crowd_percent;

static int set_vcpus(const struct opt *o, const char *value, char **error)
{
	char *copy = xstrdup(value), *save;
	uint64_t n = 1;

	(void)o;
	model.nr_vcpus = 0;
	for (char *p = strtok_r(copy, ",", &save); p && n; p = strtok_r(NULL, ",", &save)) {
		if (!parse_u64(p, 1, 4096, &n) || model.nr_vcpus == PL_MAX_POINTS)
			n = 0;
		else
			model.vcpus[model.nr_vcpus++] = (unsigned int)n;
	}
	free(copy);
	if (n && model.nr_vcpus)
		return 0;
	*error = xasprintf("must be 1 to %d numbers from 1 to 4096", PL_MAX_POINTS);
	return -1;
}

static int set_param(const struct opt *o, const char *value, char **error)
{
	(void)o;
	return pl_params_set(model.box, value, error);
}

/* The choices of --cost, --posted and --load are in the order of these enums. */
_Static_assert(PL_NR_COSTS == 4 && PL_NR_POSTED_FITS == 2 && PL_NR_LOADS == 2,
	       "a choice is missing below");

#define OF_BOOTS	"Options of a fit to boots, or to durations that are given:"
#define OF_POSTED	"Options of a fit to posted figures:"

static struct opt options[] = {
	OPT_TEXT("design", &model.design, NULL, "NAME",
		 "one design, as a kernel variant or a proposal has it; without it, all",
		 .values = pl_design_names),
	OPT_CALL("vcpus", set_vcpus, "N,N,...", "contending vCPUs, 1..4096 [1,2,4..256]"),
	OPT_UINT("seed", &seed, "1", 0, UINT32_MAX, "N", "of the random draws"),
	OPT_FILE("json", &json, "FILE", "also write JSON; -: only JSON, to stdout"),
	OPT_FILE("figures", &figures, "DIR",
		 "draw throughput and waits, or what designs buy, into DIR"),
	OPT_HELP,

	OPT_HEADING(OF_BOOTS),
	OPT_LIST("runs", &runs, "DIR...",
		 "boots of convert with one thread, of one variant: durations of calls"),
	OPT_LIST("check", &check, "DIR...", "predict these contended boots, and compare"),
	OPT_REAL("crowd-percent", &crowd_percent, NULL, 0, 1000, "PERCENT",
		 "of --check: work takes so much longer with two CPUs busy; assumed"),
	OPT_CHOICE("cost", &cost, "measured", "measured|low|mid|high", "of PAMT.ADD and .REMOVE"),
	OPT_REAL("think-ns", &model.given.think_ns, NULL, 0, 1e12, "NS",
		 "time between calls, in place of the measured one"),
	OPT_REAL("victim-think-ns", &victim_think_ns, NULL, 1, 1e12, "NS",
		 "the same of the first vCPU, the victim"),
	OPT_REAL("hold-ns", &model.given.hold_ns, NULL, 0, 1e9, "NS",
		 "lock held without a SEAMCALL"),
	OPT_REAL("seamcall-ns", &model.given.seamcall_ns, NULL, 0, 1e9, "NS",
		 "PAMT.ADD or PAMT.REMOVE"),
	OPT_REAL("seamcall-percent", &percent, NULL, 0, 100, "PERCENT", "calls that make one"),
	OPT_REAL("handoff-ns", &model.handoff_ns, "100", 0, 1e6, "NS",
		 "from a vCPU that had the lock to another; assumed"),
	OPT_REAL("line-ns", &line_ns, NULL, 0, 1e6, "NS",
		 "a call that takes no lock; assumed, without it the hold time"),
	OPT_UINT("calls", &calls, "300000", 1000, 1000000000, "N", "calls simulated per point"),

	OPT_HEADING(OF_POSTED),
	OPT_CHOICE(
		"posted", &posted, NULL, "one|five",
		"fit to the posted figures of one TD, to predict five; or to those of one and five"),
	OPT_CALL("set", set_param, "NAME=VALUE",
		 "a parameter, or its range NAME=LOW:MID:HIGH; repeatable"),
	OPT_UINT("sets", &sets, "50", 1, 10000, "N", "sets of parameters to find"),
	OPT_CHOICE("load", &load, "fault", "fault|teardown", "what the vCPUs do"),
	OPT_END
};

const struct verb topic_parameters = {
	.name = "parameters",
	.help = "the parameters of contention --posted",
	.about = "Parameters that contention --set changes, with the range LOW:MID:HIGH that each is drawn "
		 "from. Where a range is from: measured by somebody, derived from such a figure, the "
		 "kernel's code, or assumed.",
	.opts = pl_param_keys,
};

static void init(void)
{
	pl_contention_init(&model);
}

static int good_design(void)
{
	struct pl_design d;
	char *names = NULL, *end;
	size_t size;
	FILE *f;

	if (!model.design || !pl_design_find(model.design, &d))
		return 0;
	f = open_memstream(&names, &size);
	pl_design_names(f);
	fclose(f);
	while ((end = strchr(names, '\n')))
		*end = end[1] ? '|' : '\0';
	fail("contention: --design: '%s' is not one of %s", model.design, names);
	free(names);
	return -1;
}

/* Do the options go together? */
static int check_options(const struct verb *v)
{
	const struct opt *of_boots = opts_given_under(options, OF_BOOTS);
	const struct opt *of_posted = opts_given_under(options, OF_POSTED);

	(void)v;
	model.posted = opt_given(options, "posted");
	if (good_design())
		return -1;
	if (model.posted && of_boots)
		return fail("contention: --posted is a fit to posted figures: remove --%s; --set changes a parameter",
			    of_boots->name);
	if (!model.posted && of_posted)
		return fail("contention: --%s needs --posted", of_posted->name);
	if (model.posted && model.design && !strcmp(model.design, pl_posted_variant(PL_MERGED)))
		return fail("contention: --design %s: --posted compares the others with it; name another",
			    model.design);
	if (isfinite(crowd_percent) && !check)
		return fail("contention: --crowd-percent needs --check");
	return 0;
}

static int contention(const struct call *c)
{
	struct pl_evidence e, boots;
	int ret = 1;

	(void)c;
	model.seed = seed;
	model.sets = sets;
	model.fit = (enum pl_posted_fit)posted;
	model.load = (enum pl_load)load;
	if (model.posted)
		return pl_contention_posted(&model, json, figures) ? 1 : 0;
	model.cost = (enum pl_cost)cost;
	model.given.seamcall_share = percent / 100;
	model.calls = calls;
	if (isfinite(line_ns))
		model.line_ns = line_ns;
	if (isfinite(victim_think_ns))
		model.victim_think_ns = victim_think_ns;
	if (isfinite(crowd_percent))
		model.crowd = 1 + crowd_percent / 100;
	if (pl_evidence_load(runs, strv_len(runs), NULL, &e))
		return ret;
	if (!pl_evidence_load(check, strv_len(check), &e, &boots)) {
		ret = pl_contention(&model, &e, &boots, json, figures) ? 1 : 0;
		pl_evidence_free(&boots);
	}
	pl_evidence_free(&e);
	return ret;
}

const struct verb verb_contention = {
	VERB_HEAD("contention", "model of pamt_lock beyond the CPUs at hand",
		  "--runs DIR... [options]\n"
		  "--think-ns NS --hold-ns NS --seamcall-ns NS --seamcall-percent P\n"
		  "--posted one|five [--set NAME=VALUE]... [options]"),
	.about =
		"Models pamt_lock for more vCPUs than there are. All numbers are modelled; --check shows "
		"them beside boots that measured contention. --posted needs no boots; `dpamt-bench help "
		"parameters` lists what --set changes.\n\n"
		"Exit status: 0; 1 if something could not be read or written; 127 wrong usage.",
	.opts = options,
	.init = init,
	.check = check_options,
	.run = contention,
};
