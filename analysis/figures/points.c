// SPDX-License-Identifier: GPL-2.0
/*
 * Figures of medians over boots with their intervals: against the levels of a
 * factor, a panel per metric; and the times in PAMT get and put by variant.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "lib/textfmt.h"
#include "axis.h"
#include "figdata.h"

/* A range beyond this factor is drawn on a logarithmic axis. */
#define LOG_FACTOR 20
/* On an axis of names, variants share this much of the distance between names. */
#define DODGE 0.5

struct point {
	double y, low, high;
};

static struct point point_of(const struct an_study *s, const struct an_group *g,
			     const char *metric, const char *column, bool ratio)
{
	const struct an_row *r = an_study_row(s, g, metric);
	struct point none = { NAN, NAN, NAN }, p;
	size_t v;

	for (v = 0; v < g->nr_variants && strcmp(g->variant[v], column); v++)
		;
	if (!r || v == g->nr_variants || !r->cell[v].n)
		return none;
	if (ratio)
		p = (struct point){ r->cmp[v].ratio.ratio, r->cmp[v].ratio.low,
				    r->cmp[v].ratio.high };
	else
		p = (struct point){ r->cell[v].median, r->cell[v].ci.low, r->cell[v].ci.high };
	/* a median of one boot has no interval, a ratio may have no upper end */
	if (!isfinite(p.low))
		p.low = p.y;
	if (!isfinite(p.high))
		p.high = p.y;
	return isfinite(p.y) ? p : none;
}

/* Place of variant @v of @n beside the others at @at. */
static double dodged(double at, size_t v, size_t n)
{
	return n > 1 ? at + DODGE * ((double)v / (n - 1) - 0.5) : at;
}

struct range {
	double low, high;
};

static void widen(struct range *r, const struct point *p)
{
	r->low = fmin(r->low, p->low);
	r->high = fmax(r->high, p->high);
}

/* Axis for values in @r: from 0, or logarithmic; in units of @factor. */
static void write_range(FILE *f, const char *name, size_t i, struct range r, double factor,
			bool ratio)
{
	/* 1 is what a ratio is measured by, so it is always on the axis */
	double low = ratio ? fmin(r.low, 1) : r.low, high = ratio ? fmax(r.high, 1) : r.high;
	bool log = low > 0 && high / low > LOG_FACTOR;

	if (ratio && !log) {
		double room = fmax(fmax(r.high - 1, 1 - r.low), 0.02) * 1.15;

		fprintf(f, "%s_min[%zu] = %.6g\n%s_max[%zu] = %.6g\n", name, i, fmax(1 - room, 0),
			name, i, 1 + room);
	} else {
		fprintf(f, "%s_min[%zu] = %.6g\n%s_max[%zu] = %.6g\n", name, i,
			log ? low / factor / 1.6 : 0, name, i,
			high > 0 ? (log ? 1.6 : 1.12) * high / factor : 1);
	}
	fprintf(f, "%s_log[%zu] = %d\n", name, i, log);
}

static bool is_there(const struct an_study *s, const struct an_sweep *w, const char *metric)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (an_study_row(s, &s->group[w->group[i]], metric))
			return true;
	return false;
}

/* Primary metrics with a value in some group of the sweep, at most @max. Returns their number. */
static size_t metrics_of(const struct an_study *s, const struct an_sweep *w, const char **out,
			 size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < s->metrics.n && n < max; i++)
		if (an_primary(&s->group[w->group[0]], &s->metrics.m[i]) &&
		    is_there(s, w, s->metrics.m[i].name))
			out[n++] = s->metrics.m[i].name;
	return n;
}

/* "bar: its 93.8 % interval", of @n groups that may differ in boots; malloc'ed. */
static char *bar_text(const struct an_study *s, const size_t *group, size_t n, const char *metric)
{
	double low = INFINITY, high = 0;
	size_t i, v;

	for (i = 0; i < n; i++) {
		const struct an_group *g = &s->group[group[i]];
		const struct an_row *r = an_study_row(s, g, metric);

		for (v = 0; r && v < g->nr_variants; v++) {
			if (!(r->cell[v].ci.level > 0))
				continue;
			low = fmin(low, r->cell[v].ci.level);
			high = fmax(high, r->cell[v].ci.level);
		}
	}
	if (!(high > 0))
		return xstrdup("no interval with one boot");
	if (high - low < 0.0005)
		return xasprintf("bar: its %.1f %% interval", 100 * high);
	return xasprintf("bar: its %.1f to %.1f %% interval", 100 * low, 100 * high);
}

#define PANELS_MAX 6

/* One panel: blocks of the data file, one per column; false if it has no point. */
static bool write_panel(struct an_fig *fig, const struct an_study *s, const struct an_sweep *w,
			const struct an_axis *axis, const char *metric, size_t panel, bool ratio)
{
	const struct an_group *g = &s->group[w->group[0]];
	const char *unit = s->metrics.m[an_metrics_find(&s->metrics, metric)].unit;
	struct range r = { INFINITY, -INFINITY };
	struct unit_scale scale = { 1, "" };
	size_t i, v, points;

	for (v = ratio; v < g->nr_variants; v++) {
		for (i = 0; i < w->n; i++) {
			struct point p = point_of(s, &s->group[w->group[i]], metric,
						  g->variant[v], ratio);

			if (!isnan(p.y))
				widen(&r, &p);
		}
	}
	if (r.low > r.high)
		return false;
	if (!ratio)
		scale = unit_scale_for(r.high, unit);
	for (v = 0; v < g->nr_variants; v++) {
		fprintf(fig->dat, "# %s, %s: x, %s, interval\n", metric, g->variant[v],
			ratio ? "ratio" : "median");
		for (i = points = 0; i < w->n; i++) {
			struct point p = point_of(s, &s->group[w->group[i]], metric,
						  g->variant[v], ratio);

			if (isnan(p.y) || (ratio && !v))
				continue;
			points++;
			fprintf(fig->dat, "%.6g %.6g %.6g %.6g\n",
				an_axis_place(axis, i, v - ratio, g->nr_variants - ratio),
				p.y / scale.factor, p.low / scale.factor, p.high / scale.factor);
		}
		/* gnuplot does not count a block without a line */
		fprintf(fig->dat, points ? "\n\n" : "NaN NaN NaN NaN\n\n\n");
	}
	fprintf(fig->set, "panel[%zu] = '%s [%s]'\n", panel, metric,
		ratio	      ? "ratio"
		: *scale.name ? scale.name
			      : unit);
	write_range(fig->set, "y", panel, r, scale.factor, ratio);
	return true;
}

int an_fig_sweep(struct an_fig *fig, const char *dir, const struct an_study *s,
		 const struct an_sweep *w, const struct an_sweep_figure *f)
{
	const struct an_group *g = &s->group[w->group[0]];
	const char *metric[PANELS_MAX];
	size_t i, n = metrics_of(s, w, metric, PANELS_MAX), drawn = 0;
	char *label, *p, *bar, *how;
	struct an_axis axis;

	if (!n || (f->ratio && g->nr_variants < 2))
		return 0;
	/* the label of the first group, with the factor's name in place of its level */
	p = xasprintf("%s-%s", w->factor, w->level[0]);
	label = xstrdup(g->label);
	if (strstr(label, p)) {
		char *at = strstr(label, p) + strlen(w->factor);

		memmove(at, at + 1 + strlen(w->level[0]), strlen(at + strlen(w->level[0])));
	}
	free(p);
	bar = bar_text(s, w->group, w->n, metric[0]);
	how = f->ratio ? xstrdup("median over boots against the first variant's, bar: 95 % bootstrap "
				 "interval")
		       : xasprintf("median over boots, %s%s", bar,
				   g->nr_variants > 1 ? "; variants side by side" : "");
	i = an_fig_open_named(fig, dir, f->kind, label, g, f->title, how);
	free(bar);
	free(how);
	free(label);
	if (i)
		return -1;
	fprintf(fig->set,
		"array panel[%d]\narray y_min[%d]\narray y_max[%d]\narray y_log[%d]\n",
		PANELS_MAX, PANELS_MAX, PANELS_MAX, PANELS_MAX);
	axis = an_axis_make(w->level, w->n, w->numeric);
	for (i = 0; i < n; i++)
		drawn += write_panel(fig, s, w, &axis, metric[i], drawn + 1, f->ratio);
	fprintf(fig->set, "nr_panels = %zu\nis_ratio = %d\nx_name = '%s%s'\n", drawn, f->ratio,
		w->factor, w->numeric && axis.even ? " (not to scale)" : "");
	an_axis_write(&axis, fig->set);
	an_axis_free(&axis);
	if (an_fig_close(fig))
		return -1;
	if (!drawn)
		an_fig_free(fig);
	return drawn > 0;
}

static int write_lock(struct an_fig *fig, const char *dir, const struct an_study *s,
			const struct an_group *g)
{
	static const char *const metric[] = { "pamt_lock_wait_ns_mean", "pamt_seamcall_ns_mean",
					      "pamt_total_ns_mean" };
	struct range r = { INFINITY, -INFINITY };
	char *bar, *how;
	size_t i, v;
	int err;

	for (i = 0; i < 3; i++) {
		for (v = 0; v < g->nr_variants; v++) {
			struct point p = point_of(s, g, metric[i], g->variant[v], false);

			if (!isnan(p.y))
				widen(&r, &p);
		}
	}
	if (r.low > r.high)
		return 0;
	i = (size_t)(g - s->group);
	bar = bar_text(s, &i, 1, metric[0]);
	how = xasprintf("median over boots of each boot's mean, %s", bar);
	err = an_fig_open(fig, dir, "lock-time", g, "Time per PAMT get and put, and per SEAMCALL", how);
	free(bar);
	free(how);
	if (err)
		return -1;
	for (v = 0; v < g->nr_variants; v++) {
		bool any = false;

		fprintf(fig->dat, "# %s: place, median, interval [us]\n", g->variant[v]);
		for (i = 0; i < 3; i++) {
			struct point p = point_of(s, g, metric[i], g->variant[v], false);

			if (isnan(p.y))
				continue;
			any = true;
			fprintf(fig->dat, "%.6g %.6g %.6g %.6g\n", dodged(i + 1, v, g->nr_variants),
				p.y / 1e3, p.low / 1e3, p.high / 1e3);
		}
		an_fig_end_block(fig, !any, "-1 1 1 1\n");
	}
	fprintf(fig->set, "array y_min[1]\narray y_max[1]\narray y_log[1]\n");
	write_range(fig->set, "y", 1, r, 1e3, false);
	return an_fig_close(fig) ? -1 : 1;
}

FIGURE(lock_time) = {
	.name = "lock-time",
	.place = 50,
	.write = write_lock,
};
