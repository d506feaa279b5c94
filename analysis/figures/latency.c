// SPDX-License-Identifier: GPL-2.0
/*
 * Figures of latency: how long a destroy takes (share of destroys done by then),
 * and how long each operation takes that a boot repeats often (latency by percentile,
 * with the tail spread out). Each boot has its own curve; drawn are, at every percentile,
 * the median of the boots and their range. Samples of different boots are never
 * thrown together.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "lib/textfmt.h"
#include "figdata.h"

/* A spread of latencies beyond this factor is drawn on a logarithmic axis. */
#define LOG_FACTOR 20

static const struct an_curve *curve_of(const struct an_boot *b, const char *op)
{
	size_t i;

	for (i = 0; i < b->nr_curves; i++)
		if (!strcmp(b->curve[i].op, op))
			return &b->curve[i];
	return NULL;
}

/* The curves of @op over boots of one variant. */
struct bundle {
	struct an_band at[AN_LEVELS];
	size_t boots, least; /* boots with this operation; fewest samples in one of them */
};

static void bundle_make(const struct an_group *g, size_t v, const char *op, struct bundle *out)
{
	double *value = xcalloc(g->nr_boots, sizeof(*value));
	size_t i, l;

	memset(out, 0, sizeof(*out));
	for (l = 0; l < AN_LEVELS; l++) {
		out->boots = 0;
		for (i = 0; i < g->nr_boots; i++) {
			const struct an_curve *c = curve_of(g->boot[i], op);

			if (!c || strcmp(g->boot[i]->column, g->variant[v]))
				continue;
			value[out->boots++] = c->ns[l];
			if (!out->least || c->n < out->least)
				out->least = c->n;
		}
		out->at[l] = an_band(value, out->boots);
	}
	free(value);
}

struct extent {
	double low, high;
};

static void widen(struct extent *e, const struct bundle *b)
{
	if (b->boots) {
		e->low = fmin(e->low, b->at[0].min);
		e->high = fmax(e->high, b->at[AN_LEVELS - 1].max);
	}
}

static bool is_log(const struct extent *e)
{
	return e->low > 0 && e->high / e->low > LOG_FACTOR;
}

/* Block 2v: latency (median, min, max) by percentile; block 2v + 1: outline of the range. */
static void write_share(struct an_fig *fig, const char *variant, const struct bundle *b,
			double factor)
{
	size_t l;

	fprintf(fig->dat, "# %s: percent of destroys, latency: median, min, max of %zu boots\n",
		variant, b->boots);
	for (l = 0; b->boots && l < AN_LEVELS; l++)
		fprintf(fig->dat, "%.6g %.6g %.6g %.6g\n", 100 * an_level(l),
			b->at[l].median / factor, b->at[l].min / factor, b->at[l].max / factor);
	fprintf(fig->dat, "\n\n# %s: outline of the range\n", variant);
	for (l = 0; b->boots && l < AN_LEVELS; l++)
		fprintf(fig->dat, "%.6g %.6g\n", 100 * an_level(l), b->at[l].min / factor);
	for (l = AN_LEVELS; b->boots && l-- > 0;)
		fprintf(fig->dat, "%.6g %.6g\n", 100 * an_level(l), b->at[l].max / factor);
	fprintf(fig->dat, "\n\n");
}

static int write_destroy(struct an_fig *fig, const char *dir, const struct an_study *s,
			const struct an_group *g)
{
	struct bundle *b = xcalloc(g->nr_variants, sizeof(*b));
	struct extent e = { INFINITY, -INFINITY };
	struct unit_scale unit;
	double room;
	size_t v, samples = 0;
	int ret = 0;

	(void)s;
	for (v = 0; v < g->nr_variants; v++) {
		bundle_make(g, v, "td_destroy", &b[v]);
		widen(&e, &b[v]);
		if (b[v].least > samples)
			samples = b[v].least;
	}
	/* one destroy in a boot is a number of the table, and no curve */
	if (e.low > e.high || samples < 2)
		goto out;
	ret = an_fig_open(fig, dir, "destroy-latency", g, "Time to destroy a TD",
			  "line: median of the curves of all boots, band: their range");
	if (ret)
		goto out;
	unit = unit_scale_for(e.high, "ns");
	for (v = 0; v < g->nr_variants; v++)
		write_share(fig, g->variant[v], &b[v], unit.factor);
	/* never an empty range */
	room = fmax((e.high - e.low) * 0.05, e.high * 0.01) / unit.factor;
	fprintf(fig->set, "time_unit = '%s'\nlog_x = %d\nx_min = %.6g\nx_max = %.6g\n",
		unit.name, is_log(&e),
		is_log(&e) ? e.low / unit.factor / 1.2 : e.low / unit.factor - room,
		e.high / unit.factor + room);
	ret = an_fig_close(fig) ? -1 : 1;
out:
	free(b);
	return ret;
}

FIGURE(destroy_latency) = {
	.name = "destroy-latency",
	.place = 20,
	.write = write_destroy,
};

/* An operation has a tail to draw if each boot has so many samples of it: p99 is then one of them. */
#define LEAST_SAMPLES 100
/* Panels that one figure has room for. */
#define MAX_OPS	      6

static size_t samples_of(const struct an_boot *b, const char *op)
{
	const struct an_curve *c = curve_of(b, op);

	return c ? c->n : 0;
}

/* The operations to draw, in the order of the first boot; returns how many. */
static size_t often_repeated(const struct an_group *g, const char *op[MAX_OPS])
{
	const struct an_boot *first = g->boot[0];
	size_t n = 0;

	for (size_t i = 0; i < first->nr_curves && n < MAX_OPS; i++) {
		size_t least = SIZE_MAX;

		for (size_t k = 0; k < g->nr_boots; k++) {
			size_t samples = samples_of(g->boot[k], first->curve[i].op);

			least = samples < least ? samples : least;
		}
		if (least >= LEAST_SAMPLES)
			op[n++] = first->curve[i].op;
	}
	return n;
}

/*
 * 1 / (1 - level) on a log axis gives each "nine" the same width; no further than the samples
 * reach.
 */
static void write_tail(struct an_fig *fig, const char *op, const char *variant,
		       const struct bundle *b, double factor, double *reach)
{
	size_t l;

	fprintf(fig->dat, "# %s, %s: 1 / (1 - level), latency: median, min, max of %zu boots\n", op,
		variant, b->boots);
	for (l = 0; b->boots && l < AN_LEVELS - 1; l++) {
		double x = 1 / (1 - an_level(l));

		if (x > b->least)
			break;
		fprintf(fig->dat, "%.6g %.6g %.6g %.6g\n", x, b->at[l].median / factor,
			b->at[l].min / factor, b->at[l].max / factor);
		*reach = fmax(*reach, x);
	}
	fprintf(fig->dat, "\n\n");
}

static int write_ops(struct an_fig *fig, const char *dir, const struct an_study *s,
		     const struct an_group *g)
{
	const char *op[MAX_OPS];
	size_t i, v, n = often_repeated(g, op);
	struct extent e = { INFINITY, -INFINITY };
	struct bundle *b;
	double reach = 2;
	int ret;

	(void)s;
	if (!n)
		return 0;
	b = xcalloc(n * g->nr_variants, sizeof(*b));
	for (i = 0; i < n; i++) {
		for (v = 0; v < g->nr_variants; v++) {
			bundle_make(g, v, op[i], &b[i * g->nr_variants + v]);
			widen(&e, &b[i * g->nr_variants + v]);
		}
	}
	ret = an_fig_open(fig, dir, "op-latency", g, "Latency of each operation",
			  "line: median of the curves of all boots, band: their range");
	if (ret)
		goto out;
	fprintf(fig->set, "ops = '");
	for (i = 0; i < n; i++) {
		fprintf(fig->set, "%s%s", i ? " " : "", op[i]);
		/* always microseconds: the operations are compared with each other */
		for (v = 0; v < g->nr_variants; v++)
			write_tail(fig, op[i], g->variant[v], &b[i * g->nr_variants + v], 1e3,
				   &reach);
	}
	fprintf(fig->set,
		"'\nnr_ops = %zu\ntime_unit = 'us'\nlog_y = %d\nx_max = %.6g\ny_min = %.6g\n"
		"y_max = %.6g\n",
		n, is_log(&e), reach, is_log(&e) ? e.low / 1e3 * 0.8 : 0, e.high / 1e3 * 1.25);
	ret = an_fig_close(fig) ? -1 : 1;
out:
	free(b);
	return ret;
}

FIGURE(op_latency) = {
	.name = "op-latency",
	.place = 30,
	.write = write_ops,
};
