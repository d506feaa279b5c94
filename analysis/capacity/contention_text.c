// SPDX-License-Identifier: GPL-2.0
/*
 * What the lock model says: tables, JSON, figures; all of it modelled, measured points beside it.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/err.h"
#include "lib/text.h"
#include "contention_text.h"
#include "figure.h"

struct point {
	size_t design;			/* index in answer.design */
	enum pl_cost cost;
	unsigned int vcpus;
	double knee;
	struct pl_lock_result r;
};

struct answer {
	const struct pl_contention *c;
	struct pl_calls calls;
	struct pl_design design[PL_MAX_DESIGNS];
	size_t nr_designs;
	struct point *point;
	size_t n;
	struct pl_lock_check *check;
	size_t nr_checks;
};

void pl_contention_init(struct pl_contention *c)
{
	memset(c, 0, sizeof(*c));
	for (unsigned int n = 1; n <= 256; n *= 2)
		c->vcpus[c->nr_vcpus++] = n;
	c->given = (struct pl_calls){ .think_ns = NAN, .hold_ns = NAN, .seamcall_ns = NAN,
				      .seamcall_share = NAN };
	c->handoff_ns = 100;
	c->line_ns = -1;
	c->seed = 1;
	c->calls = 300000;
	c->crowd = 1;
	c->sets = 50;
	pl_params_init(c->box);
}

/* What was given goes before what was measured; something must be there. */
static int gather(const struct pl_contention *c, const struct pl_evidence *e, struct pl_calls *out)
{
	const struct pl_calls *g = &c->given;
	char *missing = NULL;

	if (isfinite(g->think_ns) && isfinite(g->hold_ns) && isfinite(g->seamcall_ns) &&
	    isfinite(g->seamcall_share) && !e->n) {
		*out = *g;
		strcpy(out->time_base, "assumed");
		out->runs = 0;
		return 0;
	}
	if (pl_calls_fit(e, out, &missing)) {
		fail("contention: missing measurement: %s; or give --think-ns, --hold-ns, --seamcall-ns and --seamcall-percent",
		     missing);
		free(missing);
		return -1;
	}
	if (isfinite(g->think_ns))
		out->think_ns = g->think_ns;
	if (isfinite(g->hold_ns))
		out->hold_ns = g->hold_ns;
	if (isfinite(g->seamcall_share))
		out->seamcall_share = g->seamcall_share;
	if (isfinite(g->seamcall_ns)) {
		out->seamcall_ns = g->seamcall_ns;
		out->seamcall_hist.n = 0;
	}
	return 0;
}

static struct pl_lock_model model(const struct answer *a, size_t design, unsigned int vcpus,
				  enum pl_cost cost)
{
	struct pl_lock_model m = pl_lock_model_of(&a->calls, &a->design[design], vcpus, cost);

	m.handoff_ns = a->c->handoff_ns;
	if (a->c->line_ns >= 0)
		m.line_ns = a->c->line_ns;
	m.victim_think = m.think;
	m.victim_think.mean_ns = a->c->victim_think_ns;
	return m;
}

/*
 * Designs to show: the one asked for, or all. Those that only save a pair's cost are left out where
 * that was not counted.
 */
static void choose(struct answer *a)
{
	struct pl_design all[PL_MAX_DESIGNS];
	size_t n = pl_designs(all);

	if (a->c->design && !pl_design_find(a->c->design, &a->design[0])) {
		a->nr_designs = 1;
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (a->calls.has_hold || all[i].pair != PL_PAIR_RECYCLED)
			a->design[a->nr_designs++] = all[i];
}

static void compute(struct answer *a)
{
	const struct pl_contention *c = a->c;

	choose(a);
	a->point = xcalloc(a->nr_designs * c->nr_vcpus * PL_NR_COSTS, sizeof(*a->point));
	for (size_t d = 0; d < a->nr_designs; d++) {
		for (int cost = 0; cost < PL_NR_COSTS; cost++) {
			for (size_t i = 0; i < c->nr_vcpus; i++) {
				struct pl_lock_model m = model(a, d, c->vcpus[i],
							       (enum pl_cost)cost);
				struct point *p = &a->point[a->n++];

				p->design = d;
				p->cost = (enum pl_cost)cost;
				p->vcpus = c->vcpus[i];
				p->knee = pl_lock_knee(&m);
				pl_lock_run(&m, c->seed, c->calls, &p->r);
			}
		}
	}
}

static void print_design(FILE *f, const struct answer *a, size_t d)
{
	bool first = true;

	for (size_t i = 0; i < a->n; i++) {
		const struct point *p = &a->point[i];

		if (p->design != d || p->cost != a->c->cost)
			continue;
		if (first)
			fprintf(f, "\n%s, cost %s [modelled]: saturates at %.3g vCPUs\n%6s%12s%7s%10s%10s%10s%12s%11s\n",
				a->design[p->design].name, pl_cost_name(p->cost), p->knee, "vCPUs",
				"calls/s", "busy", "wait mean", "p99", "p99.9", "IRQoff 99.9",
				"victim p99");
		first = false;
		fprintf(f, "%6u%12.4g%6.0f%%%10.4g%10.0f%10.0f%12.0f%11.0f\n", p->vcpus,
			p->r.calls_per_s, 100 * p->r.utilisation, pl_dist_mean(&p->r.wait_ns),
			pl_dist_quantile(&p->r.wait_ns, 0.99),
			pl_dist_quantile(&p->r.wait_ns, 0.999),
			pl_dist_quantile(&p->r.irqs_off_ns, 0.999),
			pl_dist_quantile(&p->r.victim_ns, 0.99));
	}
}

static void print(FILE *f, const struct answer *a)
{
	const struct pl_calls *c = &a->calls;

	fprintf(f, "calls: think %.4g ns, lock held %.4g ns, SEAMCALL %.4g ns in %.4g %% of them\n",
		c->think_ns, c->hold_ns, c->seamcall_ns, 100 * c->seamcall_share);
	if (c->has_hold)
		fprintf(f, "pair: allocated in %.4g ns, reset and freed in %.4g ns\n",
			c->pair_alloc_ns, c->pair_free_ns);
	if (c->runs)
		fprintf(f, "from %zu boots [%s]; hand-over %.4g ns assumed; times below in ns\n",
			c->runs, c->time_base, a->c->handoff_ns);
	else
		fprintf(f, "all assumed; hand-over %.4g ns; times below in ns\n", a->c->handoff_ns);
	for (size_t d = 0; d < a->nr_designs; d++)
		print_design(f, a, d);
	fputs("\nsaturation [vCPUs] over the cost box\n", f);
	for (size_t d = 0; d < a->nr_designs; d++) {
		bool any = false;

		for (size_t i = 0; i < a->n; i++) {
			const struct point *p = &a->point[i];

			if (p->design != d || p->vcpus != a->c->vcpus[0])
				continue;
			if (!any)
				fprintf(f, "  %-19s", a->design[p->design].name);
			any = true;
			fprintf(f, "  %s %.4g", pl_cost_name(p->cost), p->knee);
		}
		if (any)
			fputc('\n', f);
	}
	if (!a->nr_checks)
		return;
	fprintf(f, "\nPredicted [modelled] and measured\n%-34s%-18s%10s%10s%9s\n", "", "", "predicted",
		"measured", "error");
	for (size_t i = 0; i < a->nr_checks; i++) {
		const struct pl_lock_check *k = &a->check[i];
		char name[64];

		snprintf(name, sizeof(name), "%.20s %g CPU, %g thr", k->run->variant, k->run->cpus,
			 k->run->threads);
		fprintf(f, "%-34s%-18s%10.4g%10.4g", name, k->term, k->predicted, k->measured);
		if (k->measured > 0)
			fprintf(f, "%+8.1f%%\n", 100 * (k->predicted / k->measured - 1));
		else	/* nothing to be a percentage of */
			fprintf(f, "%9s\n", "-");
	}
}

static json_t *to_json(const struct answer *a)
{
	const struct pl_calls *c = &a->calls;
	json_t *o = json_pack("{s:s, s:i, s:s, s:s, s:f, s:f, s:f, s:f, s:f, s:i}", "schema",
			      "dpamt-bench/contention", "version", 2, "label", "modelled",
			      "time_base", c->time_base, "think_ns", c->think_ns, "hold_ns",
			      c->hold_ns, "seamcall_ns", c->seamcall_ns, "seamcall_ratio",
			      c->seamcall_share, "handoff_ns", a->c->handoff_ns, "runs",
			      (int)c->runs);
	json_t *points = json_array(), *checks = json_array();

	if (c->has_hold) {
		json_object_set_new(o, "pair_alloc_ns", json_real(c->pair_alloc_ns));
		json_object_set_new(o, "pair_free_ns", json_real(c->pair_free_ns));
	}
	for (size_t i = 0; i < a->n; i++) {
		const struct point *p = &a->point[i];

		json_array_append_new(points, json_pack(
			"{s:s, s:s, s:i, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}",
			"design", a->design[p->design].name, "cost", pl_cost_name(p->cost), "vcpus",
			(int)p->vcpus, "calls_per_s", p->r.calls_per_s, "utilisation_ratio",
			p->r.utilisation, "saturation_vcpus", isfinite(p->knee) ? p->knee : -1.0,
			"wait_mean_ns", pl_dist_mean(&p->r.wait_ns),
			"wait_p50_ns", pl_dist_quantile(&p->r.wait_ns, 0.5),
			"wait_p99_ns", pl_dist_quantile(&p->r.wait_ns, 0.99),
			"wait_p999_ns", pl_dist_quantile(&p->r.wait_ns, 0.999),
			"irqs_off_p999_ns", pl_dist_quantile(&p->r.irqs_off_ns, 0.999),
			"irqs_off_max_ns", (double)p->r.irqs_off_ns.max,
			"victim_p99_ns", pl_dist_quantile(&p->r.victim_ns, 0.99)));
	}
	for (size_t i = 0; i < a->nr_checks; i++)
		json_array_append_new(checks, json_pack("{s:s, s:s, s:f, s:f, s:f}", "run",
			a->check[i].run->name, "term", a->check[i].term, "predicted",
			a->check[i].predicted, "measured", a->check[i].measured, "error_ratio",
			a->check[i].predicted / a->check[i].measured - 1));
	json_object_set_new(o, "points", points);
	json_object_set_new(o, "check", checks);
	return o;
}

int pl_contention_json(json_t *j, const char *path)
{
	size_t flags = JSON_INDENT(1) | JSON_REAL_PRECISION(12);
	int ret;

	if (!strcmp(path, "-"))
		ret = json_dumpf(j, stdout, flags) || putchar('\n') == EOF;
	else
		ret = json_dump_file(j, path, flags);
	if (ret)
		fail("contention: cannot write %s: %s", path, strerror(errno));
	json_decref(j);
	return ret ? -1 : 0;
}

/* One block per design: vCPUs, calls/s, wait p99, IRQs off p99.9, at measured, low, mid, high cost. */
static int figure(const struct answer *a, const char *dir)
{
	struct an_fig fig;
	int blocks = 0;

	if (pl_fig_begin(&fig, dir, "plan-contention"))
		return -1;
	fputs("# vCPUs, then at the cost asked for: calls/s, wait p99 ns, IRQs-off p99.9 ns, victim p99 ns;\n"
	      "# calls/s at cost low, mid, high\n", fig.dat);
	pl_fig_designs(&fig, a->design, a->nr_designs);
	for (size_t d = 0; d < a->nr_designs; d++) {
		if (blocks++)
			fputs("\n\n", fig.dat);
		for (size_t k = 0; k < a->c->nr_vcpus; k++) {
			double calls[PL_NR_COSTS] = { 0 };
			const struct point *at = NULL;

			for (size_t i = 0; i < a->n; i++) {
				const struct point *p = &a->point[i];

				if (p->design != d || p->vcpus != a->c->vcpus[k])
					continue;
				calls[p->cost] = p->r.calls_per_s;
				if (p->cost == a->c->cost)
					at = p;
			}
			fprintf(fig.dat, "%u %.6g %.6g %.6g %.6g %.6g %.6g %.6g\n", a->c->vcpus[k],
				calls[a->c->cost], pl_dist_quantile(&at->r.wait_ns, 0.99),
				pl_dist_quantile(&at->r.irqs_off_ns, 0.999),
				pl_dist_quantile(&at->r.victim_ns, 0.99), calls[PL_COST_LOW],
				calls[PL_COST_MID], calls[PL_COST_HIGH]);
		}
	}
	fputs("\n\n# measured: vCPUs, calls/s, design\n", fig.dat);
	for (size_t i = 0; i < a->nr_checks; i++) {
		if (!strcmp(a->check[i].term, "calls per second"))
			fprintf(fig.dat, "%g %.6g %s\n",
				fmin(a->check[i].run->threads, a->check[i].run->cpus),
				a->check[i].measured, a->check[i].run->variant);
	}
	fprintf(fig.set,
		"blocks = %d\npoints = %zu\ncaption = 'curves: modelled, from %zu boots (%s); "
		"points: measured'\n",
		blocks, a->nr_checks, a->calls.runs, a->calls.time_base);
	return pl_fig_end(&fig, dir);
}

int pl_contention(const struct pl_contention *c, const struct pl_evidence *e,
		  const struct pl_evidence *check, const char *json, const char *figures)
{
	struct answer a = { .c = c };
	int ret = 0;

	if (gather(c, e, &a.calls))
		return -1;
	compute(&a);
	a.check = xcalloc(PL_LOCK_CHECKS * check->n + 1, sizeof(*a.check));
	a.nr_checks = pl_lock_check(&a.calls, c->handoff_ns, c->line_ns, c->crowd, check, a.check);
	if (check->n && !a.nr_checks)
		warn("contention: nothing to compare: --check needs boots of convert in %s time",
		     a.calls.time_base);
	if (!json || strcmp(json, "-"))
		print(stdout, &a);
	if (json)
		ret |= pl_contention_json(to_json(&a), json);
	if (figures)
		ret |= figure(&a, figures);
	free(a.check);
	free(a.point);
	return ret ? -1 : 0;
}
