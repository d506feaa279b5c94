// SPDX-License-Identifier: GPL-2.0
/*
 * Compares the models with boots that they were not fitted to, term by term. An exact term that is
 * off by one is a bug in the model; pairs should be within 5 %, peaks of held memory within 15 %.
 * Random terms are compared by their medians over simulated courses and over boots that differ only
 * in their seed.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "analysis/stats/quantile.h"
#include "lib/array_size.h"
#include "lib/err.h"
#include "lib/text.h"
#include "check.h"
#include "drain.h"
#include "pamt.h"
#include "sizes.h"

#define COURSES 100	/* random courses of a drain per boot */

/* Aligned blocks of @block that @regions regions from 4 GiB on touch: workloads/core/td.h, TD_GPA. */
static double blocks(double regions, double block)
{
	double start = 4 * PL_1G, end = start + regions * PL_2M;

	return floor((end - 1) / block) - floor(start / block) + 1;
}

static double run_sept(const struct pl_run *r)
{
	return r->regions + blocks(r->regions, PL_1G) + blocks(r->regions, PL_512G);
}

static double run_control(const struct pl_run *r)
{
	return PL_TDR_PAGES + PL_TDCS_PAGES + r->vcpus * (PL_TDVPR_PAGES + PL_TDCX_PAGES);
}

double pl_run_pages(const struct pl_run *r, double *with_companions)
{
	double sept = run_sept(r);
	double tracked = r->tds * (r->regions * r->pages_per_region + sept + run_control(r));

	/* mirror tables and their kvm_mmu_page come out of the same regions */
	*with_companions = tracked + r->tds * (sept + 1) * (1 + 1 / PL_MMU_PAGES_PER_SLAB);
	return tracked;
}

static double regions_of(const struct pl_run *r)
{
	return pl_pamt_of(&r->host).regions;
}

static bool pl_region_point(const struct pl_run *r, struct pl_region_point *p)
{
	if (!(r->uses & PL_USE_SIZES) || !(r->pairs_peak > 0))
		return false;
	p->tracked = pl_run_pages(r, &p->pages);
	p->room = r->host_room;
	p->touched = r->pairs_peak;
	p->regions = regions_of(r);
	return true;
}

size_t pl_region_points(const struct pl_evidence *e, struct pl_region_point *p)
{
	size_t n = 0;

	for (size_t i = 0; i < e->n; i++) {
		const struct pl_run *r = &e->run[i];

		if (pl_region_point(r, &p[n]))
			n++;
	}
	return n;
}

static void remark(struct pl_check *c, char *text)
{
	for (size_t i = 0; i < c->nr_remarks; i++) {
		if (!strcmp(c->remark[i], text)) {
			free(text);
			return;
		}
	}
	c->remark = xreallocarray(c->remark, c->nr_remarks + 1, sizeof(*c->remark));
	c->remark[c->nr_remarks++] = text;
}

/* Boots that the model cannot tell apart: they differ only in their seed. */
struct group {
	const struct pl_run **run;
	size_t n;
};

static bool alike(const struct pl_run *a, const struct pl_run *b)
{
	return !strcmp(a->variant, b->variant) && !strcmp(a->time_base, b->time_base) &&
	       !strcmp(a->host_cpu, b->host_cpu) && !strcmp(a->setting, b->setting) &&
	       a->cpus == b->cpus && a->mem_bytes == b->mem_bytes;
}

static struct pl_check_row *row(struct pl_check *c, const struct group *g, enum pl_check_kind kind,
				const char *term, const char *unit, double predicted,
				double (*measure)(const struct pl_run *))
{
	double *v = xcalloc(g->n, sizeof(*v));
	struct pl_check_row *w = NULL;
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++) {
		double one = measure(g->run[i]);

		if (isfinite(one))
			v[n++] = one;
	}
	if (n && isfinite(predicted)) {
		an_sort(v, n);
		c->row = xreallocarray(c->row, c->n + 1, sizeof(*c->row));
		w = &c->row[c->n++];
		*w = (struct pl_check_row){ g->run[0], term, unit, kind, predicted,
					    an_quantile(v, n, 0.5), n, 0, v[0], v[n - 1], NAN, NAN };
	}
	free(v);
	return w;
}

static double refcount_kb(const struct pl_run *r) { return r->refcount_kb; }
static double pamt_kb(const struct pl_run *r) { return r->pamt_kb; }
static double spt_allocated(const struct pl_run *r) { return r->spt_allocated; }
static double get_calls(const struct pl_run *r) { return r->get; }
static double pairs_peak(const struct pl_run *r) { return r->pairs_peak; }
static double held_peak(const struct pl_run *r) { return r->held_peak; }
static double peak_bytes(const struct pl_run *r) { return r->has_retention ? r->peak_bytes : NAN; }
static double held_mean_ns(const struct pl_run *r) { return r->held_page_ns / r->spt_freed; }
static double peak_to_zero_ns(const struct pl_run *r)
{
	return r->has_retention ? r->zero_ns - r->peak_ns : NAN;
}

static void exact(struct pl_check *c, const struct pl_run *r)
{
	const struct group g = { &r, 1 };
	struct pl_pamt p = pl_pamt_of(&r->host);
	double with, tracked = pl_run_pages(r, &with);

	if (r->host.nr_ranges) {
		row(c, &g, PL_EXACT, "refcount table", "KiB", p.refcount_bytes / 1024, refcount_kb);
		row(c, &g, PL_EXACT, "PAMT at boot", "KiB", p.dynamic_static_bytes / 1024, pamt_kb);
	}
	if (!(r->uses & PL_USE_SIZES))
		return;
	row(c, &g, PL_EXACT, "S-EPT pages", "pages", run_sept(r) * r->tds * r->rounds,
	    spt_allocated);
	row(c, &g, PL_EXACT, "tdx_pamt_get() calls", "calls", tracked * r->rounds, get_calls);
}

void pl_run_drain(const struct pl_run *r, const struct pl_hold *h, size_t courses,
		  struct pl_drain_stats *s)
{
	struct pl_leaving td = { run_sept(r), r->regions * r->pages_per_region, r->regions };
	struct pl_leaving *all = xcalloc((size_t)r->tds, sizeof(*all));
	struct pl_drain d = { all, (size_t)r->tds, (size_t)r->threads, (size_t)r->cpus };

	for (size_t i = 0; i < d.nr_tds; i++)
		all[i] = td;
	pl_drain_many(h, &d, 1, courses, s);
	free(all);
}

static void held(struct pl_check *c, const struct group *g, const struct pl_hold *h, double pairs)
{
	const struct pl_run *r = g->run[0];
	double back, sept = run_sept(r) * r->tds;
	struct pl_check_row *w;
	struct pl_drain_stats s;

	pl_run_drain(r, h, COURSES, &s);
	w = row(c, g, PL_HELD, "held pages, peak", "pages", s.p50.peak_pages, held_peak);
	if (!h->deferred)
		return;
	if (w) {
		w->low = s.p01.peak_pages;
		w->high = s.p99.peak_pages;
		for (size_t i = 0; i < g->n; i++)
			w->within += g->run[i]->held_peak >= floor(w->low) &&
				     g->run[i]->held_peak <= ceil(w->high);
	}
	back = fmin(s.p50.peak_pages, pairs * s.p50.peak_pages / sept);
	row(c, g, PL_HELD, "held bytes, peak", "bytes",
	    PL_4K * s.p50.peak_pages + PL_PAIR_BYTES * back, peak_bytes);
	row(c, g, PL_HELD_TIME, "held time, mean", "ns", s.mean.page_ns / sept, held_mean_ns);
	row(c, g, PL_HELD_TIME, "peak to zero", "ns", s.p50.peak_to_zero_ns, peak_to_zero_ns);
}

static bool seen(const struct pl_evidence *fit, const struct pl_run *r)
{
	for (size_t i = 0; i < fit->n; i++) {
		if (!strcmp(fit->run[i].dir, r->dir))
			return true;
	}
	return false;
}

static void check_group(struct pl_check *c, const struct pl_evidence *fit, const struct group *g,
			const struct pl_region_fit *regions)
{
	const struct pl_run *r = g->run[0];
	struct pl_region_point point;
	double pairs = r->pairs_peak;
	struct pl_hold h;
	char *missing = NULL;

	for (size_t i = 0; i < g->n; i++)
		exact(c, g->run[i]);
	if (regions && pl_region_point(r, &point)) {
		pairs = pl_regions_predict(regions, &point);
		row(c, g, PL_PAIRS, "PAMT pairs, peak", "pairs", pairs, pairs_peak);
	}
	if (!(r->uses & PL_USE_TEARDOWN))
		return;
	if (pl_hold_fit(fit, r->variant, &h, &missing)) {
		remark(c, xasprintf("held memory of %s not checked: %s", r->variant, missing));
		free(missing);
	} else if (strcmp(h.time_base, r->time_base)) {
		remark(c, xasprintf("%s: held memory not checked: %s, the fit is %s", r->name,
				    r->time_base, h.time_base));
	} else if (r->threads > 1 && !strcmp(r->time_base, "simulated-virtual")) {
		remark(c, xstrdup("held memory of TDs torn down side by side not checked in virtual time: one CPU runs at a time there; run the boots with --time wall"));
	} else {
		held(c, g, &h, pairs);
	}
}

int pl_check_make(const struct pl_evidence *fit, const struct pl_evidence *check,
		  struct pl_check *c)
{
	struct pl_region_point *p = xcalloc(fit->n + 1, sizeof(*p));
	struct group g = { xcalloc(check->n + 1, sizeof(*g.run)), 0 };
	bool *done = xcalloc(check->n + 1, sizeof(*done));
	struct pl_region_fit regions;
	bool have_regions = !pl_regions_fit(p, pl_region_points(fit, p), &regions);

	memset(c, 0, sizeof(*c));
	if (!have_regions)
		remark(c, xstrdup("pairs not checked: the fit needs at least 3 teardown boots of 2 sizes"));
	for (size_t i = 0; i < check->n; i++) {
		if (seen(fit, &check->run[i])) {
			remark(c, xasprintf("%s is part of the fit: not checked",
					    check->run[i].name));
			done[i] = true;
		}
	}
	for (size_t i = 0; i < check->n; i++) {
		g.n = 0;
		if (done[i])
			continue;
		for (size_t k = i; k < check->n; k++) {
			if (done[k] || (k != i && !alike(&check->run[i], &check->run[k])))
				continue;
			g.run[g.n++] = &check->run[k];
			done[k] = true;
		}
		check_group(c, fit, &g, have_regions ? &regions : NULL);
	}
	free(done);
	free(g.run);
	free(p);
	if (!c->n) {
		pl_check_free(c);
		return fail("plan: nothing to check: --check needs boots that are not among --runs");
	}
	return 0;
}

void pl_check_free(struct pl_check *c)
{
	for (size_t i = 0; i < c->nr_remarks; i++)
		free(c->remark[i]);
	free(c->remark);
	free(c->row);
	memset(c, 0, sizeof(*c));
}

static double error(const struct pl_check_row *w)
{
	return w->measured ? w->predicted / w->measured - 1 : w->predicted ? INFINITY : 0;
}

static const struct {
	const char *what;
	double aim;
} kinds[] = {
	[PL_EXACT] = { "exact terms", 0 },
	[PL_PAIRS] = { "PAMT pairs", 0.05 },
	[PL_HELD] = { "peak held", 0.15 },
	[PL_HELD_TIME] = { "time held", NAN },
};

static void number(char *buf, size_t n, double v, const char *unit)
{
	if (!strcmp(unit, "ns"))
		snprintf(buf, n, "%.3g ms", v / 1e6);
	else
		snprintf(buf, n, "%.0f", v);
}

static void print_summary(FILE *f, const struct pl_check *c)
{
	fputs("\n", f);
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		double worst = 0, sum = 0, within = 0, n = 0, courses = 0, covered = 0;

		for (size_t i = 0; i < c->n; i++) {
			double e = fabs(error(&c->row[i]));

			if (c->row[i].kind != (enum pl_check_kind)k)
				continue;
			worst = fmax(worst, e);
			sum += e;
			within += e <= kinds[k].aim + 1e-12;
			n++;
			if (isfinite(c->row[i].high)) {
				courses += (double)c->row[i].boots;
				covered += (double)c->row[i].within;
			}
		}
		if (!n)
			continue;
		fprintf(f, "%-12s %3.0f terms, mean error %5.1f %%, worst %5.1f %%", kinds[k].what,
			n, 100 * sum / n, 100 * worst);
		if (isfinite(kinds[k].aim))
			fprintf(f, ", %3.0f within %.0f %%", within, 100 * kinds[k].aim);
		if (courses)
			fprintf(f, "; %.0f of %.0f boots in 1..99 %% of courses", covered, courses);
		fputc('\n', f);
	}
}

void pl_check_print(FILE *f, const struct pl_check *c)
{
	const struct pl_run *last = NULL;

	fputs("Predicted [modelled] and measured, boots that the fit did not see\n", f);
	fprintf(f, "  %-20s %9s %9s %8s  %s\n", "median of boots", "predicted", "measured", "error",
		"boots: measured; 1..99 % of courses");
	for (size_t i = 0; i < c->n; i++) {
		const struct pl_check_row *w = &c->row[i];
		char a[32], b[32];

		if (w->run != last)
			fprintf(f, "%s: %s %s, %g TDs x %g regions, %s\n", w->run->name,
				w->run->variant, w->run->workload, w->run->tds, w->run->regions,
				w->run->time_base);
		last = w->run;
		number(a, sizeof(a), w->predicted, w->unit);
		number(b, sizeof(b), w->measured, w->unit);
		fprintf(f, "  %-20s %9s %9s %+7.1f%%", w->term, a, b, 100 * error(w));
		if (w->boots > 1) {
			number(a, sizeof(a), w->measured_low, w->unit);
			number(b, sizeof(b), w->measured_high, w->unit);
			fprintf(f, "  %zu: %s..%s", w->boots, a, b);
		}
		if (isfinite(w->high))
			fprintf(f, "; %.0f..%.0f", w->low, w->high);
		fputc('\n', f);
	}
	print_summary(f, c);
	for (size_t i = 0; i < c->nr_remarks; i++)
		fprintf(f, "note: %s\n", c->remark[i]);
}

json_t *pl_check_json(const struct pl_check *c)
{
	static const char *const names[] = { "exact", "pairs", "held", "held_time" };
	json_t *o = json_pack("{s:s, s:i}", "schema", "dpamt-bench/plan-check", "version", 2);
	json_t *rows = json_array(), *remarks = json_array();

	for (size_t i = 0; i < c->n; i++) {
		const struct pl_check_row *w = &c->row[i];

		json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:f, s:f, s:f, s:f, s:o, s:o*, s:o*, s:o*}",
			"run", w->run->name, "variant", w->run->variant, "time_base",
			w->run->time_base, "kind", names[w->kind], "term", w->term, "unit",
			w->unit, "boots", (int)w->boots, "predicted", w->predicted, "measured",
			w->measured, "measured_low", w->measured_low, "measured_high", w->measured_high,
			"error_ratio", isfinite(error(w)) ? json_real(error(w)) : json_null(),
			"courses_p01", isfinite(w->low) ? json_real(w->low) : NULL,
			"courses_p99", isfinite(w->high) ? json_real(w->high) : NULL,
			"boots_within", isfinite(w->high) ? json_integer((json_int_t)w->within) : NULL));
	}
	for (size_t i = 0; i < c->nr_remarks; i++)
		json_array_append_new(remarks, json_string(c->remark[i]));
	json_object_set_new(o, "rows", rows);
	json_object_set_new(o, "remarks", remarks);
	return o;
}
