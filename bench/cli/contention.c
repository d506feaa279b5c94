// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench contention: where does each design of pamt_lock saturate, and what does a victim wait
 * among aggressors? The command line of the lock model in analysis/capacity/.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/capacity/contention_text.h"
#include "lib/number.h"
#include "lib/text.h"
#include "verbs.h"

static struct pl_contention model;
static char **runs, **check;
static const char *json, *figures;
static uint64_t design, cost, calls, seed;
static double percent, line_ns, victim_think_ns;

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

/* The choices of --design and --cost are in the order of these enums. */
_Static_assert(PL_NR_LOCKS == 4 && PL_NR_COSTS == 4, "a choice is missing below");

static struct opt options[] = {
	OPT_LIST("runs", &runs, "DIR...", "boots of convert with one thread: durations of calls"),
	OPT_LIST("check", &check, "DIR...", "predict these contended boots, and compare"),
	OPT_CHOICE("design", &design, "all", "all|global|global-irqsave|fastpath|hashed-64",
		   "design of the lock"),
	OPT_CALL("vcpus", set_vcpus, "N,N,...", "contending vCPUs, 1..4096 [1,2,4..256]"),
	OPT_CHOICE("cost", &cost, "measured", "measured|low|mid|high", "of PAMT.ADD and .REMOVE"),
	OPT_REAL("think-ns", &model.given.think_ns, NULL, 0, 1e12, "NS",
		 "time between calls, in place of the measured one"),
	OPT_REAL("victim-think-ns", &victim_think_ns, NULL, 1, 1e12, "NS",
		 "the same of the first vCPU, the victim"),
	OPT_REAL("hold-ns", &model.given.hold_ns, NULL, 0, 1e9, "NS", "lock held without a SEAMCALL"),
	OPT_REAL("seamcall-ns", &model.given.seamcall_ns, NULL, 0, 1e9, "NS",
		 "PAMT.ADD or PAMT.REMOVE"),
	OPT_REAL("seamcall-percent", &percent, NULL, 0, 100, "PERCENT", "calls that make one"),
	OPT_REAL("handoff-ns", &model.handoff_ns, "100", 0, 1e6, "NS",
		 "from a vCPU that had the lock to another; assumed"),
	OPT_REAL("line-ns", &line_ns, NULL, 0, 1e6, "NS",
		 "a call that takes no lock; assumed, without it the hold time"),
	OPT_UINT("calls", &calls, "300000", 1000, 1000000000, "N", "calls simulated per point"),
	OPT_UINT("seed", &seed, "1", 0, UINT32_MAX, "N", "of the random draws"),
	OPT_FILE("json", &json, "FILE", "also write JSON; -: only JSON, to stdout"),
	OPT_FILE("figures", &figures, "DIR", "draw throughput, waits and the cost box into DIR"),
	OPT_END
};

static void init(void)
{
	pl_contention_init(&model);
}

static int contention(const struct call *c)
{
	struct pl_evidence e, boots;
	int ret = 1;

	(void)c;
	model.design = (int)design - 1;		/* -1: all */
	model.cost = (enum pl_cost)cost;
	model.given.seamcall_share = percent / 100;
	model.calls = calls;
	model.seed = seed;
	if (isfinite(line_ns))
		model.line_ns = line_ns;
	if (isfinite(victim_think_ns))
		model.victim_think_ns = victim_think_ns;
	if (pl_evidence_load(runs, strv_len(runs), &e))
		return ret;
	if (!pl_evidence_load(check, strv_len(check), &boots)) {
		ret = pl_contention(&model, &e, &boots, json, figures) ? 1 : 0;
		pl_evidence_free(&boots);
	}
	pl_evidence_free(&e);
	return ret;
}

const struct verb verb_contention = {
	.name = "contention",
	.help = "model of pamt_lock beyond the CPUs at hand",
	.args = "--runs DIR... [options]\n"
		"--think-ns NS --hold-ns NS --seamcall-ns NS --seamcall-percent P",
	.about = "Models pamt_lock for more vCPUs than there are. All numbers are modelled; --check shows "
		 "them beside boots that measured contention.\n\n"
		 "Exit status: 0; 1 if something could not be read or written; 127 wrong usage.",
	.opts = options,
	.init = init,
	.run = contention,
};
