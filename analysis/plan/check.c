// SPDX-License-Identifier: GPL-2.0
/*
 * Model against measurement, term by term, on boots that the fit did not see. An exact term that is
 * off by one is a bug in the model; pairs should be within 5 %, peaks of held memory within 15 %.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../../bench/util.h"
#include "check.h"
#include "drain.h"
#include "pamt.h"
#include "sizes.h"

#define COURSES 100	/* random courses of a drain per boot */

/* Aligned blocks of @block that @regions regions from 4 GiB on touch: workloads/td.h, TD_GPA. */
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
	if (!r->has_layout || !strcmp(r->workload, "convert") || !(r->pairs_peak > 0))
		return false;
	p->tracked = pl_run_pages(r, &p->pages);
	p->room = r->per_region > 0 ? r->per_region : PL_REGION_PAGES;
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

static struct pl_check_row *row(struct pl_check *c, const struct pl_run *r, enum pl_check_kind kind,
				const char *term, const char *unit, double predicted,
				double measured)
{
	struct pl_check_row *w;

	if (!isfinite(predicted) || !isfinite(measured))
		return NULL;
	c->row = xreallocarray(c->row, c->n + 1, sizeof(*c->row));
	w = &c->row[c->n++];
	*w = (struct pl_check_row){ r, term, unit, kind, predicted, measured, NAN, NAN };
	return w;
}

static void exact(struct pl_check *c, const struct pl_run *r)
{
	struct pl_pamt p = pl_pamt_of(&r->host);
	double with, tracked = pl_run_pages(r, &with);

	if (r->host.nr_ranges) {
		row(c, r, PL_EXACT, "refcount table", "KiB", p.refcount_bytes / 1024,
		    r->refcount_kb);
		row(c, r, PL_EXACT, "PAMT at boot", "KiB", p.dynamic_static_bytes / 1024,
		    r->pamt_kb);
	}
	if (!r->has_layout || !strcmp(r->workload, "convert"))
		return;
	row(c, r, PL_EXACT, "S-EPT pages", "pages", run_sept(r) * r->tds * r->rounds,
	    r->spt_allocated);
	row(c, r, PL_EXACT, "tdx_pamt_get() calls", "calls", tracked * r->rounds, r->get);
}

void pl_run_drain(const struct pl_run *r, const struct pl_hold *h, size_t courses,
		  struct pl_drain_stats *s)
{
	struct pl_leaving td = { run_sept(r), r->regions * r->pages_per_region, r->regions };
	struct pl_leaving *all = xcalloc((size_t)r->tds, sizeof(*all));
	struct pl_drain d = { all, (size_t)r->tds, (size_t)r->threads, (size_t)r->cpus,
			      !strcmp(r->time_base, "simulated-virtual") };

	for (size_t i = 0; i < d.nr_tds; i++)
		all[i] = td;
	pl_drain_many(h, &d, 1, courses, s);
	free(all);
}

static void held(struct pl_check *c, const struct pl_run *r, const struct pl_hold *h,
		 double pairs)
{
	double back, sept = run_sept(r) * r->tds;
	struct pl_check_row *w;
	struct pl_drain_stats s;

	pl_run_drain(r, h, COURSES, &s);
	w = row(c, r, PL_HELD, "held pages, peak", "pages", s.p50.peak_pages, r->held_peak);
	if (w && h->deferred) {
		w->low = s.p01.peak_pages;
		w->high = s.p99.peak_pages;
	}
	if (h->deferred) {
		back = fmin(s.p50.peak_pages,
			    pairs * s.p50.peak_pages / sept);
		row(c, r, PL_HELD, "held bytes, peak", "bytes",
		    4096 * s.p50.peak_pages + PL_PAIR_BYTES * back, r->peak_bytes);
		row(c, r, PL_HELD_TIME, "held time, mean", "ns",
		    s.mean.page_ns / sept, r->held_page_ns / r->spt_freed);
		row(c, r, PL_HELD_TIME, "peak to zero", "ns", s.p50.peak_to_zero_ns,
		    r->zero_ns - r->peak_ns);
	}
}

static bool seen(const struct pl_evidence *fit, const struct pl_run *r)
{
	for (size_t i = 0; i < fit->n; i++) {
		if (!strcmp(fit->run[i].dir, r->dir))
			return true;
	}
	return false;
}

int pl_check_make(const struct pl_evidence *fit, const struct pl_evidence *check,
		  struct pl_check *c)
{
	struct pl_region_point *p = xcalloc(fit->n + 1, sizeof(*p));
	struct pl_region_fit regions;
	bool have_regions = !pl_regions_fit(p, pl_region_points(fit, p), &regions);

	memset(c, 0, sizeof(*c));
	if (!have_regions)
		remark(c, xstrdup("pairs not checked: the fit needs at least 3 teardown boots of 2 sizes"));
	for (size_t i = 0; i < check->n; i++) {
		const struct pl_run *r = &check->run[i];
		struct pl_hold h;
		char *missing = NULL;
		double pairs = r->pairs_peak;
		struct pl_region_point point;

		if (seen(fit, r)) {
			remark(c, xasprintf("%s is part of the fit: not checked", r->name));
			continue;
		}
		exact(c, r);
		if (have_regions && pl_region_point(r, &point)) {
			pairs = pl_regions_predict(&regions, &point);
			row(c, r, PL_PAIRS, "PAMT pairs, peak", "pairs", pairs, r->pairs_peak);
		}
		if (strcmp(r->workload, "teardown"))
			continue;
		if (pl_hold_fit(fit, r->variant, &h, &missing)) {
			remark(c, xasprintf("held memory of %s not checked: %s", r->variant, missing));
			free(missing);
		} else if (strcmp(h.time_base, r->time_base)) {
			remark(c, xasprintf("%s: held memory not checked: %s, the fit is %s",
					    r->name, r->time_base, h.time_base));
		} else {
			held(c, r, &h, pairs);
		}
	}
	free(p);
	if (!c->n) {
		pl_check_free(c);
		return fail(-1, "plan: nothing to check: --check needs boots that are not among --runs");
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
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
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
				courses++;
				covered += c->row[i].measured >= floor(c->row[i].low) &&
					   c->row[i].measured <= ceil(c->row[i].high);
			}
		}
		if (!n)
			continue;
		fprintf(f, "%-12s %3.0f terms, mean error %5.1f %%, worst %5.1f %%", kinds[k].what,
			n, 100 * sum / n, 100 * worst);
		if (isfinite(kinds[k].aim))
			fprintf(f, ", %3.0f within %.0f %%", within, 100 * kinds[k].aim);
		if (courses)
			fprintf(f, "; %.0f of %.0f in 1..99 %% of courses", covered, courses);
		fputc('\n', f);
	}
}

void pl_check_print(FILE *f, const struct pl_check *c)
{
	const struct pl_run *last = NULL;

	fputs("Predicted [modelled] and measured, boots that the fit did not see\n", f);
	fprintf(f, "  %-22s %12s %12s %8s  %s\n", "", "predicted", "measured", "error", "1..99 % courses");
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
		fprintf(f, "  %-22s %12s %12s %+7.1f%%", w->term, a, b, 100 * error(w));
		if (isfinite(w->high))
			fprintf(f, "  %.0f..%.0f", w->low, w->high);
		fputc('\n', f);
	}
	print_summary(f, c);
	for (size_t i = 0; i < c->nr_remarks; i++)
		fprintf(f, "note: %s\n", c->remark[i]);
}

json_t *pl_check_json(const struct pl_check *c)
{
	static const char *const names[] = { "exact", "pairs", "held", "held_time" };
	json_t *o = json_pack("{s:s, s:i}", "schema", "dpamt-bench/plan-check", "version", 1);
	json_t *rows = json_array(), *remarks = json_array();

	for (size_t i = 0; i < c->n; i++) {
		const struct pl_check_row *w = &c->row[i];

		json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:f, s:f, s:o}",
			"run", w->run->name, "variant", w->run->variant, "time_base",
			w->run->time_base, "kind", names[w->kind], "term", w->term, "unit",
			w->unit, "predicted", w->predicted, "measured", w->measured,
			"error_ratio", isfinite(error(w)) ? json_real(error(w)) : json_null()));
	}
	for (size_t i = 0; i < c->nr_remarks; i++)
		json_array_append_new(remarks, json_string(c->remark[i]));
	json_object_set_new(o, "rows", rows);
	json_object_set_new(o, "remarks", remarks);
	return o;
}
