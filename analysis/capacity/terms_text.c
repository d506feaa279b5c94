// SPDX-License-Identifier: GPL-2.0
/*
 * A plan as text of at most 80 columns, and as JSON. Both walk over the same terms.
 */
#include <math.h>
#include <string.h>

#include <jansson.h>

#include "lib/textfmt.h"
#include "sizes.h"
#include "terms.h"

/* A break-even: 0 and 100 are no shares, but answers. */
static void percent(char *buf, size_t n, double v)
{
	if (v <= 0)
		snprintf(buf, n, "never");
	else if (v >= 100)
		snprintf(buf, n, "always");
	else if (v < 0.005)
		snprintf(buf, n, "<0.01 %%");
	else
		snprintf(buf, n, "%.2f %%", fmin(v, 99.99));
}

static const char *cell(char *buf, size_t n, double v, const char *unit)
{
	if (!isfinite(v))
		snprintf(buf, n, "-");
	else if (!strcmp(unit, "percent"))
		percent(buf, n, v);
	else
		value_text(buf, n, v, unit);
	return buf;
}

static void print_scenario(FILE *f, const struct pl_plan *p)
{
	const struct pl_scenario *s = p->scenario;
	double bytes = 0, tds = 0;

	for (size_t i = 0; i < s->nr_classes; i++) {
		tds += s->td[i].count;
		bytes += s->td[i].count * s->td[i].memory_bytes;
	}
	print_keyed(f, 0, 8, "host",
		    "%g GiB, %g node%s, %g CPUs, addresses up to %g GiB, variant %s",
		    s->host.memory_bytes / PL_1G, s->host.numa_nodes,
		    s->host.numa_nodes == 1 ? "" : "s", s->host.cpus,
		    s->host.range[s->host.nr_ranges - 1].end_bytes / PL_1G, s->variant);
	if (s->host_source[0])
		print_para(f, 8, 8, "%s", s->host_source);
	for (size_t i = 0; i < s->nr_classes; i++) {
		const struct pl_class *c = &s->td[i];
		char layout[32] = "layout as measured";

		if (!c->layout.measured)
			snprintf(layout, sizeof(layout), "%.4g pages/region", c->layout.pages_per_region);
		print_keyed(f, 0, 8, "td", "%g x %s: %g GiB, %g vCPUs, 4K/2M/1G %g/%g/%g %%, %s",
			    c->count, c->name, c->memory_bytes / PL_1G, c->vcpus, 100 * c->share_4k,
			    100 * c->share_2m, 100 * c->share_1g, layout);
	}
	fprintf(f, "        %g TDs with %.1f %% of RAM; a drain tears %g down at once\n", tds,
		100 * bytes / s->host.memory_bytes, s->drain_tds);
	if (p->fit_source)
		print_keyed(f, 0, 8, "fit", "%s", p->fit_source);
	fputc('\n', f);
}

void pl_plan_print(FILE *f, const struct pl_plan *p, const char *verdict)
{
	char a[32], b[32], c[32], d[32];

	print_scenario(f, p);
	fprintf(f, "%-22s%10s |%10s%10s%11s  %s\n", "[modelled]", "static", "low", "DPAMT", "high",
		"source");
	for (size_t i = 0; i < p->nr_terms; i++) {
		const struct pl_term *t = &p->term[i];

		if (t->source == PL_SRC_MISSING && !isfinite(t->low) && !isfinite(t->high)) {
			fprintf(f, "%-22s missing measurement [%zu]\n", t->label, i + 1);
			continue;
		}
		fprintf(f, "%-22s%10s |%10s%10s%11s  %s [%zu]\n", t->label,
			cell(a, sizeof(a), t->static_mode, t->unit),
			cell(b, sizeof(b), t->low, t->unit),
			t->source == PL_SRC_MISSING ? "missing"
						    : cell(c, sizeof(c), t->expected, t->unit),
			cell(d, sizeof(d), t->high, t->unit), pl_source_name(t->source), i + 1);
	}
	fputs("\nheadroom beyond the TDs' own memory, with DPAMT: ", f);
	fputs(isfinite(p->headroom_bytes) ? cell(a, sizeof(a), p->headroom_bytes, "bytes") :
	      "missing measurement", f);
	fputc('\n', f);
	print_para(f, 2, 2, "confidence: %s", p->headroom_why);
	if (verdict) {
		fputc('\n', f);
		print_para(f, 0, 2, "%s", verdict);
	}
	fputs("\nsources\n", f);
	for (size_t i = 0; i < p->nr_terms; i++) {
		char first[8];

		snprintf(first, sizeof(first), "[%zu]", i + 1);
		print_keyed(f, 1, 6, first, "%s", p->term[i].detail);
	}
}

static json_t *num(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

json_t *pl_plan_json(const struct pl_plan *p)
{
	const struct pl_scenario *s = p->scenario;
	json_t *o = json_pack("{s:s, s:i, s:s, s:s}", "schema", "dpamt-bench/plan", "version", 1,
			      "label", "modelled", "variant", s->variant);
	json_t *terms = json_array(), *tds = json_array();

	json_object_set_new(o, "host", json_pack("{s:f, s:f, s:f, s:f}", "memory_bytes",
		s->host.memory_bytes, "cpus", s->host.cpus, "numa_nodes", s->host.numa_nodes,
		"drain_tds", s->drain_tds));
	for (size_t i = 0; i < s->nr_classes; i++) {
		const struct pl_class *c = &s->td[i];

		json_array_append_new(tds, json_pack(
			"{s:s, s:f, s:f, s:f, s:f, s:f, s:f, s:b, s:o}", "name", c->name, "count",
			c->count, "memory_bytes", c->memory_bytes, "vcpus", c->vcpus,
			"share_4k_ratio", c->share_4k, "share_2m_ratio", c->share_2m,
			"share_1g_ratio", c->share_1g, "layout_measured", c->layout.measured,
			"pages_per_region_pages",
			num(c->layout.measured ? NAN : c->layout.pages_per_region)));
	}
	for (size_t i = 0; i < p->nr_terms; i++) {
		const struct pl_term *t = &p->term[i];
		bool no = t->source == PL_SRC_MISSING;

		json_array_append_new(terms, json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:s, s:s}",
			"term", t->key, "unit", t->unit, "static", num(t->static_mode), "low",
			num(t->low), "expected", num(no ? NAN : t->expected), "high",
			num(t->high), "source", pl_source_name(t->source), "source_detail",
			t->detail));
	}
	json_object_set_new(o, "fit", p->fit_source ? json_string(p->fit_source) : json_null());
	json_object_set_new(o, "tds", tds);
	json_object_set_new(o, "terms", terms);
	json_object_set_new(o, "headroom_bytes", num(p->headroom_bytes));
	json_object_set_new(o, "headroom_confidence", json_string(p->headroom_why));
	return o;
}
