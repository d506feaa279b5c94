// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench contention: where does each design of pamt_lock saturate, and what does a victim wait
 * among aggressors? The command line of the lock model in analysis/capacity/.
 */

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/capacity/contention_text.h"
#include "lib/array_size.h"
#include "lib/cli_options.h"
#include "lib/err.h"
#include "lib/number.h"
#include "lib/text.h"
#include "cmd.h"

static const struct cli_option table[] = {
	{ { "runs", 1, NULL, 'r' }, "DIR...", "boots of convert with one thread: durations of calls" },
	{ { "check", 1, NULL, 'c' }, "DIR...", "predict these contended boots, and compare" },
	{ { "posted", 1, NULL, 'p' }, "TDS", "fit to posted figures: one TD, to predict five; or one and five" },
	{ { "set", 1, NULL, 'e' }, "NAME=VALUE", "with --posted: a parameter, or its range NAME=LOW:MID:HIGH" },
	{ { "sets", 1, NULL, 'K' }, "N", "with --posted: sets of parameters to find (default 50)" },
	{ { "load", 1, NULL, 'l' }, "NAME", "with --posted: fault or teardown (default fault)" },
	{ { "design", 1, NULL, 'd' }, "NAME", "one design, a kernel variant's name (default: all)" },
	{ { "vcpus", 1, NULL, 'n' }, "N,N,...", "contending vCPUs, 1..4096 (default 1,2,4..256)" },
	{ { "cost", 1, NULL, 'C' }, "LEVEL", "measured, low, mid, high: of PAMT.ADD and .REMOVE (default measured)" },
	{ { "think-ns", 1, NULL, 'T' }, "NS", "time between calls, in place of the measured one" },
	{ { "victim-think-ns", 1, NULL, 'V' }, "NS", "the same of the first vCPU, the victim" },
	{ { "hold-ns", 1, NULL, 'H' }, "NS", "lock held without a SEAMCALL" },
	{ { "seamcall-ns", 1, NULL, 'S' }, "NS", "PAMT.ADD or PAMT.REMOVE" },
	{ { "seamcall-percent", 1, NULL, 'P' }, "PERCENT", "calls that make one" },
	{ { "handoff-ns", 1, NULL, 'O' }, "NS", "from a vCPU that had the lock to another (assumed; default 100)" },
	{ { "line-ns", 1, NULL, 'L' }, "NS", "a call that takes no lock (assumed; default: hold time)" },
	{ { "crowd-percent", 1, NULL, 'w' }, "PERCENT", "with --check: work takes longer with two CPUs busy (default 0)" },
	{ { "calls", 1, NULL, 'N' }, "N", "calls simulated per point (default 300000)" },
	{ { "seed", 1, NULL, 's' }, "N", "of the random draws (default 1)" },
	{ { "json", 1, NULL, 'j' }, "FILE", "also write JSON; -: only JSON, to stdout" },
	{ { "figures", 1, NULL, 'g' }, "DIR", "draw throughput, waits and the cost box into DIR" },
	{ { "help", 0, NULL, 'h' }, "", "print this text" },
};

#define N_OPTIONS ARRAY_SIZE(table)

static void usage(FILE *f)
{
	struct pl_range3 defaults[PL_NR_PARAMS];

	pl_params_init(defaults);
	fputs("usage: dpamt-bench contention --runs DIR... [options]\n"
	      "       dpamt-bench contention --think-ns NS --hold-ns NS --seamcall-ns NS --seamcall-percent P\n"
	      "       dpamt-bench contention --posted one|five [--set NAME=VALUE]... [options]\n"
	      "\n"
	      "Models pamt_lock for more vCPUs than there are. All numbers are modelled; --check\n"
	      "shows them beside boots that measured contention.\n"
	      "\n", f);
	cli_options_usage(f, table, N_OPTIONS, 26);
	fputs("\nParameters of --posted:\n", f);
	pl_params_print(f, defaults);
	fputs("\nExit status: 0; 1 if something could not be read or written; 127 wrong usage.\n", f);
}

static int number(const char *name, const char *value, double min, double max, double *out)
{
	char *end;
	double v = strtod(value, &end);

	if (end == value || *end || !isfinite(v) || v < min || v > max)
		return fail("contention: --%s %s: must be a number from %g to %g", name, value,
			    min, max);
	*out = v;
	return 0;
}

static int vcpu_list(struct pl_contention *c, const char *value)
{
	char *copy = xstrdup(value), *save;
	uint64_t n;
	int ret = 0;

	c->nr_vcpus = 0;
	for (char *p = strtok_r(copy, ",", &save); p && !ret; p = strtok_r(NULL, ",", &save)) {
		if (!parse_u64(p, 1, 4096, &n) || c->nr_vcpus == PL_MAX_POINTS)
			ret = fail("contention: --vcpus %s: must be up to %d numbers from 1 to 4096",
				   value, PL_MAX_POINTS);
		else
			c->vcpus[c->nr_vcpus++] = (unsigned int)n;
	}
	free(copy);
	if (!ret && !c->nr_vcpus)
		ret = fail("contention: --vcpus: no number given");
	return ret;
}

static int choice(const char *what, const char *value, const char *(*name)(unsigned int),
		  unsigned int n, int *out)
{
	for (unsigned int i = 0; i < n; i++) {
		if (!strcmp(value, name(i))) {
			*out = (int)i;
			return 0;
		}
	}
	return fail("contention: --%s %s: unknown; dpamt-bench contention --help lists them", what,
		    value);
}

static const char *fit_name(unsigned int i)
{
	return pl_posted_fit_name((enum pl_posted_fit)i);
}

static const char *load_name(unsigned int i)
{
	return pl_load_name((enum pl_load)i);
}

/* The name as the table of designs has it. */
static int design(struct pl_contention *c, const char *value)
{
	static struct pl_design all[PL_MAX_DESIGNS];
	size_t n = pl_designs(all);
	char *list;

	for (size_t i = 0; i < n; i++) {
		if (!strcmp(value, all[i].name)) {
			c->design = all[i].name;
			return 0;
		}
	}
	list = xstrdup(all[0].name);
	for (size_t i = 1; i < n; i++) {
		char *longer = xasprintf("%s, %s", list, all[i].name);

		free(list);
		list = longer;
	}
	fail("contention: --design %s: must be one of %s", value, list);
	free(list);
	return -1;
}

static const char *cost_name(unsigned int i)
{
	return pl_cost_name((enum pl_cost)i);
}

struct options {
	struct pl_contention c;
	char **runs, **check;
	const char *json, *figures;
	double percent, calls, crowd_percent;
	int cost, load, fit;
	bool set;		/* an option of --posted was given */
};

static int one_option(struct options *o, int c, const char *name, const char *value)
{
	uint64_t n;

	switch (c) {
	case 'r':
		o->runs = strv_add(o->runs, value);
		return 0;
	case 'c':
		o->check = strv_add(o->check, value);
		return 0;
	case 'd':
		return design(&o->c, value);
	case 'p':
		o->c.posted = true;
		return choice(name, value, fit_name, PL_NR_POSTED_FITS, &o->fit);
	case 'e':
		o->set = true;
		return pl_params_set(o->c.box, value);
	case 'K':
		if (!parse_u64(value, 1, 10000, &n))
			return fail("contention: --sets %s: must be a number from 1 to 10000", value);
		o->c.sets = n;
		o->set = true;
		return 0;
	case 'l':
		o->set = true;
		return choice(name, value, load_name, PL_NR_LOADS, &o->load);
	case 'w':
		if (number(name, value, 0, 1000, &o->crowd_percent))
			return -1;
		o->c.crowd = 1 + o->crowd_percent / 100;
		return 0;
	case 'C':
		return choice(name, value, cost_name, PL_NR_COSTS, &o->cost);
	case 'n':
		return vcpu_list(&o->c, value);
	case 'T':
		return number(name, value, 0, 1e12, &o->c.given.think_ns);
	case 'V':
		return number(name, value, 1, 1e12, &o->c.victim_think_ns);
	case 'H':
		return number(name, value, 0, 1e9, &o->c.given.hold_ns);
	case 'S':
		return number(name, value, 0, 1e9, &o->c.given.seamcall_ns);
	case 'P':
		return number(name, value, 0, 100, &o->percent);
	case 'O':
		return number(name, value, 0, 1e6, &o->c.handoff_ns);
	case 'L':
		return number(name, value, 0, 1e6, &o->c.line_ns);
	case 'N':
		return number(name, value, 1000, 1e9, &o->calls);
	case 's':
		if (!parse_u64(value, 0, UINT32_MAX, &n))
			return fail("contention: --seed %s: must be a number from 0 to %u", value,
				    UINT32_MAX);
		o->c.seed = n;
		return 0;
	case 'j':
		o->json = value;
		return 0;
	case 'g':
		o->figures = value;
		return 0;
	}
	return -1;
}

/* Was an option given that stands for a measurement? */
static bool measured_given(const struct options *o)
{
	const struct pl_calls *g = &o->c.given;

	return isfinite(g->think_ns) || isfinite(g->hold_ns) || isfinite(g->seamcall_ns) ||
	       isfinite(o->percent) || o->cost || o->c.crowd > 1;
}

static int parse(struct options *o, int argc, char **argv)
{
	struct option longopts[N_OPTIONS + 1];
	int c, last = 0, index = 0;

	cli_options_long(table, N_OPTIONS, longopts);
	opterr = 0;
	optind = 1;
	while ((c = getopt_long(argc, argv, "-:h", longopts, &index)) != -1) {
		if (c == 'h') {
			usage(stdout);
			return 1;
		}
		if (c == ':')
			return fail("contention: %s needs a value; see dpamt-bench contention --help",
				    argv[optind - 1]);
		if (c == 1 && (last == 'r' || last == 'c')) {
			c = last;
		} else if (c == '?' || c == 1) {
			return fail("contention: unknown %s %s; see dpamt-bench contention --help",
				    c == 1 ? "word" : "option", argv[optind - 1]);
		}
		if (one_option(o, c, longopts[index].name, optarg))
			return -1;
		last = c;
	}
	o->c.given.seamcall_share = o->percent / 100;
	o->c.calls = (unsigned long)o->calls;
	o->c.cost = (enum pl_cost)o->cost;
	o->c.load = (enum pl_load)o->load;
	o->c.fit = (enum pl_posted_fit)o->fit;
	if (o->set && !o->c.posted)
		return fail("contention: --set, --sets and --load need --posted");
	if (o->c.posted && (o->runs || o->check || measured_given(o)))
		return fail("contention: --posted is fitted to posted figures, without --runs, --check and durations of calls; give --set");
	return 0;
}

int cmd_contention(int argc, char **argv)
{
	struct options o = { .percent = NAN, .calls = 300000 };
	struct pl_evidence e, boots = { 0 };
	int ret;

	pl_contention_init(&o.c);
	ret = parse(&o, argc, argv);
	if (ret) {
		ret = ret > 0 ? 0 : EXIT_CANNOT_RUN;
	} else if (o.c.posted) {
		ret = pl_contention_posted(&o.c, o.json, o.figures) ? 1 : 0;
	} else if (pl_evidence_load(o.runs, strv_len(o.runs), &e)) {
		ret = 1;
	} else {
		ret = pl_evidence_load(o.check, strv_len(o.check), &boots) ? 1 : 0;
		if (!ret)
			ret = pl_contention(&o.c, &e, &boots, o.json, o.figures) ? 1 : 0;
		pl_evidence_free(&boots);
		pl_evidence_free(&e);
	}
	strv_free(o.runs);
	strv_free(o.check);
	return ret;
}
