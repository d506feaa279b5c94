// SPDX-License-Identifier: GPL-2.0
/*
 * What the contention model says from the posted figures of one TD: parameters, five TDs, and what
 * each design buys. All of it modelled; an interval is over the sets of parameters.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/err.h"
#include "lib/text.h"
#include "contention_text.h"
#include "figure.h"

struct five {
	struct pl_spread call_ns, total_ms;
	double one_ns, one_ms, five_ns, five_ms;	/* as posted */
};

struct posted {
	const struct pl_contention *c;
	struct pl_fitted *set;
	size_t n, tried[PL_NR_MISFITS];
	struct five five[PL_NR_POSTED][PL_NR_LOADS];
	struct pl_gains gains[PL_NR_LEVELS];
};

static void predict(struct posted *a)
{
	struct pl_lock_result *r = xcalloc(1, sizeof(*r));
	double *v = xcalloc(a->n, sizeof(*v));

	for (int w = 0; w < PL_NR_POSTED; w++) {
		for (int l = 0; l < PL_NR_LOADS; l++) {
			const struct pl_posted *p = &pl_posted_one_td[w];
			struct five *f = &a->five[w][l];
			double calls = l == PL_LOAD_FAULT ? p->get_calls : p->put_calls;
			double to_ms = PL_POSTED_TDS * calls / 1e6;

			for (size_t i = 0; i < a->n; i++)
				v[i] = pl_predict_five(&a->set[i], w, (enum pl_load)l, a->c->seed, r);
			f->call_ns = pl_spread_of(v, a->n);
			f->total_ms = (struct pl_spread){ f->call_ns.low * to_ms,
				f->call_ns.median * to_ms, f->call_ns.high * to_ms };
			f->one_ms = l == PL_LOAD_FAULT ? p->get_ms : p->put_ms;
			f->one_ns = f->one_ms / calls * 1e6;
			p = &pl_posted_five_tds[w];
			f->five_ns = pl_posted_ns(p, (enum pl_load)l);
			f->five_ms = l == PL_LOAD_FAULT ? p->get_ms : p->put_ms;
		}
	}
	free(v);
	free(r);
}

static void print_fit(FILE *f, const struct posted *a)
{
	double *v = xcalloc(a->n, sizeof(*v));

	fprintf(f, "Contention, fitted to posted figures [modelled]: %s\n\n",
		a->c->fit == PL_POSTED_ONE ? "one TD with 8 vCPUs" :
		"one TD and five, 8 vCPUs each");
	pl_params_print(f, a->c->box);
	fputs("\nSets of parameters drawn from these ranges:\n", f);
	for (int i = 0; i < PL_NR_MISFITS; i++)
		if (a->tried[i])
			fprintf(f, "%6zu %s\n", a->tried[i], pl_misfit_name((enum pl_misfit)i));
	fputs("\nWhat the fit leaves [modelled]      5 %   median     95 %\n", f);
#define LINE(name, what) do { \
	struct pl_spread s; \
	for (size_t i = 0; i < a->n; i++) \
		v[i] = (what); \
	s = pl_spread_of(v, a->n); \
	fprintf(f, s.high < 10 ? "%-30s%9.2f%9.2f%9.2f\n" : "%-30s%9.0f%9.0f%9.0f\n", name, s.low, s.median, s.high); \
} while (0)
	LINE("lock, uncontended [ns]", a->set[i].take_ns + a->set[i].hold_ns);
	LINE("  of that held [ns]", a->set[i].hold_ns);
	LINE("pair: alloc, reset, free [ns]", a->set[i].pair_ns);
	if (a->c->fit == PL_POSTED_FIVE) {
		LINE("hand-over between gets [ns]", a->set[i].handoff_ns[PL_LOAD_FAULT]);
		LINE("hand-over between puts [ns]", a->set[i].handoff_ns[PL_LOAD_TEARDOWN]);
	}
	LINE("get without lock [ns]", a->set[i].get_line_ns);
	LINE("put without lock [ns]", a->set[i].put_line_ns);
	for (int p = 0; p < PL_NR_PARAMS; p++)
		if (a->c->box[p].low < a->c->box[p].high &&
		    (p != PL_P_HANDOFF || a->c->fit == PL_POSTED_ONE))
			LINE(pl_params[p].name, a->set[i].p[p]);
#undef LINE
	free(v);
}

static void print_five(FILE *f, const struct posted *a)
{
	fprintf(f, "\n%d TDs at once, %d vCPUs: mean call in ns,\n%s\n%-24s%9s%9s%9s%9s%10s%8s\n",
		PL_POSTED_TDS, PL_POSTED_VCPUS * PL_POSTED_TDS,
		a->c->fit == PL_POSTED_ONE ? "predicted [modelled] and posted" :
		"fitted [modelled] and posted: no prediction",
		"", "one TD", "5 %", "median", "95 %", "posted", "error");
	for (int w = 0; w < PL_NR_POSTED; w++) {
		for (int l = 0; l < PL_NR_LOADS; l++) {
			const struct five *v = &a->five[w][l];

			fprintf(f, "%-19s %-4s%9.0f%9.0f%9.0f%9.0f%10.0f%+7.0f%%\n",
				pl_posted_variant(w), l == PL_LOAD_FAULT ? "get" : "put", v->one_ns,
				v->call_ns.low, v->call_ns.median, v->call_ns.high, v->five_ns,
				100 * (v->call_ns.median / v->five_ns - 1));
		}
	}
}

#define COLUMN 12

/* A name in a column: "immediate-fastpath" as "fastpath". */
static const char *brief(const char *name)
{
	return strncmp(name, "immediate-", 10) ? name : name + 10;
}

/*
 * The line'th piece of @name, broken behind dashes so that no piece is longer than @room, as far as
 * its words are not; its length 0: there is none.
 */
static const char *piece(const char *name, unsigned int line, size_t room, size_t *len)
{
	for (;; name += *len) {
		size_t word;

		for (*len = 0; name[*len]; *len += word) {
			word = strcspn(name + *len, "-");
			word += name[*len + word] == '-';
			if (*len && *len + word > room)
				break;
		}
		if (!line--)
			return name;
	}
}

/* Names of designs, from design @from on, above columns of @width. */
static void print_head(FILE *f, const struct pl_gains *g, const char *first, size_t from, int width)
{
	bool more = true;

	for (unsigned int line = 0; more; line++) {
		char *text = NULL;
		size_t size;
		FILE *to = open_memstream(&text, &size);

		more = false;
		for (size_t d = from; d < g->nr_designs; d++) {
			size_t len;
			const char *p = piece(brief(g->design[d].name), line, (size_t)width - 1,
					      &len);

			fprintf(to, "%*.*s", width, (int)len, p);
			more |= len > 0;
		}
		fclose(to);
		if (more || !line)
			fprintf(f, "%6s%s\n", line ? "" : first, text);
		free(text);
	}
}

static void print_gains(FILE *f, const struct posted *a)
{
	const struct pl_gains *g = &a->gains[PL_L_FITTED];

	fprintf(f, "\nThroughput over that of immediate, %s [modelled]: median, 5..95 %%\n",
		pl_load_name(a->c->load));
	print_head(f, g, "vCPUs", 1, COLUMN);
	for (size_t v = 0; v < g->nr_vcpus; v++) {
		fprintf(f, "%6u", g->vcpus[v]);
		for (size_t d = 1; d < g->nr_designs; d++)
			fprintf(f, "%*.2f", COLUMN, pl_gain(g, d, 0, v).median);
		fprintf(f, "\n%6s", "");
		for (size_t d = 1; d < g->nr_designs; d++) {
			struct pl_spread s = pl_gain(g, d, 0, v);
			char *range = xasprintf(s.high < 10 ? "%.2f..%.2f" : "%.1f..%.1f",
					       s.low, s.high);

			fprintf(f, "%*s", COLUMN, range);
			free(range);
		}
		fputc('\n', f);
	}
}

static void print_levels(FILE *f, const struct posted *a)
{
	const struct pl_gains *g = &a->gains[PL_L_FITTED];

	fputs("\nThe same over the cost box: ADD, REMOVE and reset at one level, medians\n"
	      "[modelled] (no-erratum: mid, and nothing is cleared)\n", f);
	for (size_t v = 0; v < g->nr_vcpus; v += g->nr_vcpus > 4 ? 2 : 1) {
		char *first = xasprintf("%u", g->vcpus[v]);

		print_head(f, g, first, 1, COLUMN);
		free(first);
		for (int l = PL_L_LOW; l < PL_NR_LEVELS; l++) {
			fprintf(f, "%6.6s", pl_level_name((enum pl_level)l));
			for (size_t d = 1; d < g->nr_designs; d++)
				fprintf(f, "%*.2f", COLUMN, pl_gain(&a->gains[l], d, 0, v).median);
			fputc('\n', f);
		}
	}
}

/* Where one design overtakes another, and what cannot be told apart. */
static void print_flips(FILE *f, const struct posted *a)
{
	const struct pl_gains *g = &a->gains[PL_L_FITTED];
	bool any = false;

	fputs("\nWhere the order flips [modelled]\n", f);
	for (size_t b = 0; b < g->nr_designs; b++) {
		for (size_t c = 0; c < g->nr_designs; c++) {
			struct pl_flip flip = pl_flip_of(g, b, c);

			if (b == c || flip.flips < 0.05)
				continue;
			any = true;
			fprintf(f, "  %s overtakes %s at %.0f vCPUs [%.0f..%.0f],\n    in %.0f %% of the sets\n",
				g->design[c].name, g->design[b].name, flip.vcpus.median,
				flip.vcpus.low, flip.vcpus.high, 100 * flip.flips);
		}
	}
	if (!any)
		fputs("  nowhere\n", f);
	any = false;
	fputs("\nCannot be told apart (5..95 % contain 1, or differ by less than 2 %) [modelled]\n", f);
	for (size_t b = 0; b < g->nr_designs; b++) {
		for (size_t c = b + 1; c < g->nr_designs; c++) {
			size_t alike = 0;

			for (size_t v = 0; v < g->nr_vcpus; v++) {
				struct pl_spread s = pl_gain(g, c, b, v);

				if (s.low > 1 + PL_GAIN_TIE || s.high < 1 / (1 + PL_GAIN_TIE))
					continue;
				if (!alike++)
					fprintf(f, "  %s, %s:", g->design[b].name, g->design[c].name);
				fprintf(f, " %u", g->vcpus[v]);
			}
			if (alike)
				fputs(" vCPUs\n", f);
			any |= alike;
		}
	}
	if (!any)
		fputs("  none\n", f);
}

static void print_limits(FILE *f, const struct posted *a)
{
	const struct pl_gains *g = &a->gains[PL_L_FITTED];

	fputs("\nWhat limits, per vCPUs [modelled]: zone lock busy in % (median); interrupts\n"
	      "off by the lock and the module, p99.9 in ns (median)\n", f);
	print_head(f, g, "vCPUs", 0, 10);
	for (size_t v = 0; v < g->nr_vcpus; v++) {
		for (int what = 0; what < 2; what++) {
			if (what)
				fprintf(f, "%6s", "ns");
			else
				fprintf(f, "%4u %%", g->vcpus[v]);
			for (size_t d = 0; d < g->nr_designs; d++) {
				size_t i = (d * g->nr_vcpus + v) * g->nr_sets;
				const double *q = what ? g->irqs_off_ns : g->zone_ratio;

				fprintf(f, "%10.0f", (what ? 1 : 100) *
					pl_spread_of(q + i, g->nr_sets).median);
			}
			fputc('\n', f);
		}
	}
	fputs("\nimmediate-topup is not simulated: it moves the gets of S-EPT pages, one in 513,\n"
	      "and adds up to 40 gets and 40 puts per vCPU over its life, 0.05 % of the posted\n"
	      "calls of one TD. No throughput can tell it from immediate. It costs memory: up\n"
	      "to 40 cached pages per vCPU pin up to as many pairs, 320 KiB.\n", f);
}

static json_t *spread_json(struct pl_spread s)
{
	return json_pack("{s:f, s:f, s:f}", "p5", s.low, "median", s.median, "p95", s.high);
}

static json_t *to_json(const struct posted *a)
{
	json_t *o = json_pack("{s:s, s:i, s:s, s:s, s:s, s:I, s:I}", "schema",
			      "dpamt-bench/contention-posted", "version", 1, "label", "modelled",
			      "fitted_tds", pl_posted_fit_name(a->c->fit), "load", pl_load_name(a->c->load), "sets", (json_int_t)a->n, "seed",
			      (json_int_t)a->c->seed);
	json_t *params = json_object(), *five = json_array(), *gains = json_array();

	for (int i = 0; i < PL_NR_PARAMS; i++)
		json_object_set_new(params, pl_params[i].name, json_pack("{s:f, s:f, s:f}",
			"low", a->c->box[i].low, "mid", a->c->box[i].mid, "high",
			a->c->box[i].high));
	for (int w = 0; w < PL_NR_POSTED; w++)
		for (int l = 0; l < PL_NR_LOADS; l++)
			json_array_append_new(five, json_pack(
				"{s:s, s:s, s:i, s:f, s:f, s:f, s:f, s:o, s:o}", "design",
				pl_posted_variant(w), "call", l == PL_LOAD_FAULT ? "get" : "put",
				"tds", PL_POSTED_TDS, "one_td_ns", a->five[w][l].one_ns,
				"one_td_ms", a->five[w][l].one_ms, "posted_ns",
				a->five[w][l].five_ns, "posted_ms", a->five[w][l].five_ms, "call_ns",
				spread_json(a->five[w][l].call_ns), "total_ms",
				spread_json(a->five[w][l].total_ms)));
	for (int l = 0; l < PL_NR_LEVELS; l++) {
		const struct pl_gains *g = &a->gains[l];

		for (size_t d = 0; d < g->nr_designs; d++) {
			for (size_t v = 0; v < g->nr_vcpus; v++) {
				size_t i = (d * g->nr_vcpus + v) * g->nr_sets;

				json_array_append_new(gains, json_pack(
					"{s:s, s:s, s:i, s:o, s:o, s:o, s:o}", "design",
					g->design[d].name, "cost", pl_level_name((enum pl_level)l),
					"vcpus", (int)g->vcpus[v], "gain_ratio",
					spread_json(pl_gain(g, d, 0, v)), "calls_per_s",
					spread_json(pl_spread_of(g->calls_per_s + i, g->nr_sets)),
					"irqs_off_p999_ns",
					spread_json(pl_spread_of(g->irqs_off_ns + i, g->nr_sets)),
					"zone_utilisation_ratio",
					spread_json(pl_spread_of(g->zone_ratio + i, g->nr_sets))));
			}
		}
	}
	json_object_set_new(o, "parameters", params);
	json_object_set_new(o, "prediction", five);
	json_object_set_new(o, "gains", gains);
	return o;
}

/* One block per design: vCPUs, gain at 5 %, median, 95 % of the sets. */
static int figure(const struct posted *a, const char *dir)
{
	const struct pl_gains *g = &a->gains[PL_L_FITTED];
	struct an_fig fig;

	if (pl_fig_begin(&fig, dir, "plan-contention-gain"))
		return -1;
	fputs("# vCPUs, throughput over that of immediate: 5 %, median, 95 % of the sets\n", fig.dat);
	pl_fig_designs(&fig, g->design + 1, g->nr_designs - 1);
	for (size_t d = 1; d < g->nr_designs; d++) {
		for (size_t v = 0; v < g->nr_vcpus; v++) {
			struct pl_spread s = pl_gain(g, d, 0, v);

			fprintf(fig.dat, "%u %.6g %.6g %.6g\n", g->vcpus[v], s.low, s.median, s.high);
		}
		fputs("\n\n", fig.dat);
	}
	fprintf(fig.set,
		"blocks = %zu\ncaption = 'modelled, %s, fitted to posted figures of %s; "
		"median and 5 to 95 %% of %zu sets'\n",
		g->nr_designs - 1, pl_load_name(a->c->load),
		a->c->fit == PL_POSTED_ONE ? "one TD" : "one TD and of five", a->n);
	return pl_fig_end(&fig, dir);
}

int pl_contention_posted(const struct pl_contention *c, const char *json, const char *figures)
{
	struct pl_contention narrowed = *c;
	struct posted a = { .c = &narrowed, .set = xcalloc(c->sets, sizeof(*a.set)) };
	int ret = 0;

	pl_posted_ranges(narrowed.box, c->fit);
	a.n = pl_fit_box(a.c->box, c->fit, c->sets, c->seed, a.set, a.tried);
	if (a.n < c->sets) {
		ret = fail("contention: only %zu of %zu tries in these ranges give the posted figures: no prediction; widen what --set has narrowed",
			   a.n, 100 * c->sets);
		free(a.set);
		return ret;
	}
	predict(&a);
	for (int l = 0; l < PL_NR_LEVELS; l++)
		pl_gains_run(&a.gains[l], a.set, a.n, c->vcpus, c->nr_vcpus, c->load,
			     (enum pl_level)l, a.c->box, c->design, c->seed);
	if (!json || strcmp(json, "-")) {
		print_fit(stdout, &a);
		print_five(stdout, &a);
		print_gains(stdout, &a);
		print_levels(stdout, &a);
		print_flips(stdout, &a);
		print_limits(stdout, &a);
	}
	if (json)
		ret = pl_contention_json(to_json(&a), json);
	if (figures)
		ret |= figure(&a, figures);
	for (int l = 0; l < PL_NR_LEVELS; l++)
		pl_gains_free(&a.gains[l]);
	free(a.set);
	return ret ? -1 : 0;
}
