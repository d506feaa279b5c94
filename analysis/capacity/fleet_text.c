// SPDX-License-Identifier: GPL-2.0
/*
 * Prints the result of a fleet simulation, as text of at most 80 columns and as JSON.
 */
#include <math.h>

#include <jansson.h>

#include "fleet.h"
#include "sizes.h"

static const double levels[] = { 0.5, 0.99, 0.999, 1 };
static const char *const level_names[] = { "p50", "p99", "p999", "max" };

/* The distributions, in the order of both outputs. */
struct view {
	const char *key, *label, *unit;
	const struct pl_dist *d;
	double bytes;		/* of one; 0: no memory */
	double scale;		/* of the text: microseconds to milliseconds */
};

#define VIEWS 7

static void views(const struct pl_fleet *f, struct view *v)
{
	struct view all[VIEWS] = {
		{ "tds", "TDs per host, over time", "tds", &f->tds, 0, 1 },
		{ "pamt_pairs", "PAMT pairs per host", "pairs", &f->pairs, PL_PAIR_BYTES, 1 },
		{ "held_pages", "held pages, over time", "pages", &f->held_pages, PL_4K, 1 },
		{ "teardown_peak_pages", "held pages, per teardown", "pages",
		  &f->teardown_peak_pages, PL_4K, 1 },
		{ "teardown_held_us", "held for [ms], teardown", "us", &f->teardown_held_us, 0,
		  1e-3 },
		{ "drain_peak_pages", "held pages, per drain", "pages", &f->drain_peak_pages,
		  PL_4K, 1 },
		{ "drain_held_us", "held for [ms], drain", "us", &f->drain_held_us, 0, 1e-3 },
	};

	for (int i = 0; i < VIEWS; i++)
		v[i] = all[i];
}

/* Four digits, or all of a whole number: a column of ten. */
static void column(FILE *out, int width, double v)
{
	fprintf(out, v >= 1000 ? "%*.0f" : "%*.4g", width, v);
}

void pl_fleet_print(FILE *out, const struct pl_plan *p, const struct pl_fleet *f)
{
	const struct pl_scenario *s = p->scenario;
	struct view v[VIEWS];

	views(f, v);
	fprintf(out, "%g hosts of %g GiB, %g days, variant %s [modelled]\n", s->hosts,
		s->host.memory_bytes / PL_1G, s->days, s->variant);
	fprintf(out,
		"%lu lifetimes, %lu arrivals rejected (no memory or KeyID)\n"
		"%lu conversions, %lu drains\n\n",
		f->lifetimes, f->rejected, f->conversions, f->drains);
	fprintf(out, "%-26s%12s%10s%10s%10s%10s\n", "", "mean", "p50", "p99", "p99.9", "max");
	for (int i = 0; i < VIEWS; i++) {
		if (!v[i].d->total)
			continue;
		fprintf(out, "%-26s", v[i].label);
		column(out, 12, v[i].scale * pl_dist_mean(v[i].d));
		for (size_t k = 0; k < 4; k++)
			column(out, 10, v[i].scale * pl_dist_quantile(v[i].d, levels[k]));
		fputc('\n', out);
		if (!v[i].bytes)
			continue;
		fprintf(out, "%-26s", "  in MiB");
		column(out, 12, v[i].bytes * pl_dist_mean(v[i].d) / 1048576);
		for (size_t k = 0; k < 4; k++)
			column(out, 10, v[i].bytes * pl_dist_quantile(v[i].d, levels[k]) / 1048576);
		fputc('\n', out);
	}
	if (!p->have_hold)
		fprintf(out, "\nheld memory: missing measurement: %s\n", p->missing_hold);
	else
		fprintf(out, "\nheld memory: %zu boots of %s [%s]\n", p->hold.runs, p->hold.variant,
			p->hold.time_base);
	if (!p->have_replace)
		fprintf(out, "free to replace a TD: missing measurement: %s\n", p->missing_replace);
	else
		fprintf(out,
			"free to replace a TD: %.1f MiB for the largest, in proportion to S-EPT pages;\n  %zu boots of %s [%s]\n",
			pl_replace_bytes(p, pl_largest_sept_pages(s)) / PL_1M, p->replace.boots,
			p->replace.variant, p->replace.time_base);
}

json_t *pl_fleet_json(const struct pl_plan *p, const struct pl_fleet *f, unsigned long seed)
{
	const struct pl_scenario *s = p->scenario;
	json_t *o = json_pack("{s:s, s:i, s:s, s:s, s:f, s:f, s:I}", "schema", "dpamt-bench/fleet",
			      "version", 1, "label", "modelled", "variant", s->variant, "hosts",
			      s->hosts, "simulated_days", s->days, "seed", (json_int_t)seed);
	struct view v[VIEWS];

	views(f, v);
	json_object_set_new(o, "lifetimes", json_integer((json_int_t)f->lifetimes));
	json_object_set_new(o, "rejected_arrivals", json_integer((json_int_t)f->rejected));
	json_object_set_new(o, "conversions", json_integer((json_int_t)f->conversions));
	json_object_set_new(o, "drains", json_integer((json_int_t)f->drains));
	for (int i = 0; i < VIEWS; i++) {
		json_t *d;

		if (!v[i].d->total) {
			json_object_set_new(o, v[i].key, json_null());
			continue;
		}
		d = json_pack("{s:s, s:f}", "unit", v[i].unit, "mean", pl_dist_mean(v[i].d));
		for (size_t k = 0; k < 4; k++)
			json_object_set_new(d, level_names[k],
					    json_real(pl_dist_quantile(v[i].d, levels[k])));
		json_object_set_new(o, v[i].key, d);
	}
	if (!p->have_hold)
		json_object_set_new(o, "missing", json_string(p->missing_hold));
	json_object_set_new(o, "replace_bytes",
			    p->have_replace
				    ? json_real(pl_replace_bytes(p, pl_largest_sept_pages(s)))
				    : json_null());
	if (!p->have_replace)
		json_object_set_new(o, "missing_replace", json_string(p->missing_replace));
	return o;
}
