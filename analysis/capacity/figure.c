// SPDX-License-Identifier: GPL-2.0
/*
 * Data of the plan's figures: memory against TDs under both PAMT modes, where Dynamic PAMT stops
 * paying, and what a drain holds. The scripts in plots/ only draw.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array_size.h"
#include "lib/err.h"
#include "lib/file.h"
#include "lib/paths.h"
#include "lib/text.h"
#include "figure.h"
#include "check.h"
#include "sizes.h"

#define POINTS 40

int pl_fig_begin(struct an_fig *fig, const char *dir, const char *name)
{
	char *data = xasprintf("%s/data", dir);
	int ret = make_dirs(data) ? fail("cannot make %s: %s", data, strerror(errno))
				  : an_fig_create(fig, dir, name);

	free(data);
	return ret;
}

void pl_fig_designs(struct an_fig *fig, const struct pl_design *design, size_t n)
{
	fputs("colours = '", fig->set);
	for (size_t i = 0; i < n; i++)
		fprintf(fig->set, "%s ", design[i].colour);
	fputs("'\ndesigns = '", fig->set);
	for (size_t i = 0; i < n; i++)
		fprintf(fig->set, "%s ", design[i].name);
	fputs("'\n", fig->set);
}

int pl_fig_end(struct an_fig *fig, const char *dir)
{
	char *scripts = path_in_checkout("plots");
	int ret = an_fig_close(fig);

	if (!ret)
		ret = an_fig_draw(fig, dir, scripts, fig->name);
	an_fig_free(fig);
	free(scripts);
	return ret ? -1 : 0;
}

static double total_count(const struct pl_scenario *s)
{
	double n = 0;

	for (size_t i = 0; i < s->nr_classes; i++)
		n += s->td[i].count;
	return n;
}

static double term(const struct pl_plan *p, const char *key)
{
	return pl_plan_term(p, key)->expected;
}

static int memory(const struct pl_plan *p, const char *dir)
{
	double n = total_count(p->scenario), gib = PL_1G;
	double tables = term(p, "sept_bytes") + term(p, "mirror_bytes") + term(p, "mmu_page_bytes");
	struct an_fig fig;

	if (pl_fig_begin(&fig, dir, "plan-memory"))
		return -1;
	fputs("# GiB: TDs, PAMT at boot (static mode), PAMT at boot + refcounts (dynamic), pairs expected, low, high,\n"
	      "# spare pages (dynamic), tables, control + KVM spare pages (both)\n", fig.dat);
	for (int i = 0; i <= POINTS; i++) {
		double x = (double)i / POINTS;
		struct pl_pairs pairs = pl_plan_pairs(p, x);

		fprintf(fig.dat, "%.6g %.8g %.8g %.8g %.8g %.8g %.8g %.8g %.8g\n", x * n,
			p->pamt.static_bytes / gib,
			(p->pamt.dynamic_static_bytes + p->pamt.refcount_bytes) / gib,
			(isfinite(pairs.expected) ? pairs.expected : pairs.low) * PL_PAIR_BYTES / gib,
			pairs.low * PL_PAIR_BYTES / gib, pairs.high * PL_PAIR_BYTES / gib,
			x * term(p, "pamt_spare_bytes") / gib, x * tables / gib,
			x * (term(p, "control_bytes") + term(p, "kvm_spare_bytes")) / gib);
	}
	fprintf(fig.set, "x_max = %.6g\ncaption = 'modelled; pairs: %s; host %g GiB, variant %s'\n", n,
		pl_source_name(pl_plan_term(p, "pamt_pairs_bytes")->source),
		p->scenario->host.memory_bytes / PL_1G, p->scenario->variant);
	return pl_fig_end(&fig, dir);
}

/* PAMT bytes as percent of RAM when @share of RAM is in TDs with @k pages per region. */
static double overhead(const struct pl_plan *p, double share, double k)
{
	double ram = p->scenario->host.memory_bytes, bytes = 0, tracked = 0, spare = 0;

	for (size_t i = 0; i < p->scenario->nr_classes; i++) {
		const struct pl_class *c = &p->scenario->td[i];
		struct pl_td t = pl_td_of(c);

		bytes += c->count * c->memory_bytes;
		tracked += c->count * pl_td_tracked_pages(&t);
		spare += c->count * t.spare_pamt_pages;
	}
	tracked *= share * ram / bytes;
	return 100 / ram * (p->pamt.dynamic_static_bytes + p->pamt.refcount_bytes +
			    spare * PL_4K * share * ram / bytes +
			    PL_PAIR_BYTES * pl_regions_touched(tracked, k, PL_REGION_PAGES, p->pamt.regions));
}

static int break_even(const struct pl_plan *p, const char *dir)
{
	static const double k[] = { 512, 64, 16, 4, 1 };
	struct an_fig fig;

	if (pl_fig_begin(&fig, dir, "plan-break-even"))
		return -1;
	fputs("# share of RAM in TDs [%], static PAMT, dynamic at 512, 64, 16, 4, 1 pages per region [% of RAM]\n",
	      fig.dat);
	for (int i = 0; i <= 4 * POINTS; i++) {
		double share = (double)i / (4 * POINTS);

		fprintf(fig.dat, "%.6g %.8g", 100 * share,
			100 * p->pamt.static_bytes / p->scenario->host.memory_bytes);
		for (size_t j = 0; j < ARRAY_SIZE(k); j++)
			fprintf(fig.dat, " %.8g", overhead(p, share, k[j]));
		fputc('\n', fig.dat);
	}
	fprintf(fig.set, "layouts = '512 64 16 4 1'\n"
		"caption = 'modelled, exact sizes; pages per region assumed; host %g GiB'\n",
		p->scenario->host.memory_bytes / PL_1G);
	return pl_fig_end(&fig, dir);
}

/* Peak held as multiples of one TD's S-EPT pages, against TDs torn down per second. */
static int drain(const struct pl_plan *p, const struct pl_evidence *e, unsigned long seed,
		 const char *dir)
{
	size_t n = (size_t)p->scenario->drain_tds, points = 0;
	double sept = 0;
	struct pl_leaving *td = pl_plan_leaving(p->scenario, n);
	struct an_fig fig;

	if (pl_fig_begin(&fig, dir, "plan-drain")) {
		free(td);
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		sept += td[i].sept_pages;
	fputs("# modelled: threads, S-EPT pages per second, peak held [pages] p50, p99, max\n", fig.dat);
	for (size_t threads = 1; ; threads = threads * 2 < n ? threads * 2 : n) {
		struct pl_drain d = { td, n, threads, (size_t)p->scenario->host.cpus };
		struct pl_drain_stats s;

		pl_drain_many(&p->hold, &d, seed, 100, &s);
		fprintf(fig.dat, "%zu %.6g %.6g %.6g %.6g\n", threads,
			sept / (s.p50.total_ns / 1e9), s.p50.peak_pages, s.p99.peak_pages,
			s.max.peak_pages);
		if (threads >= n)
			break;
	}
	fputs("\n\n# measured: threads, S-EPT pages per second, peak held [pages]; the same boot modelled p50, p1, p99\n", fig.dat);
	for (size_t i = 0; i < e->n; i++) {
		const struct pl_run *r = &e->run[i];
		struct pl_drain_stats s;

		if (!(r->uses & PL_USE_TEARDOWN) || strcmp(r->variant, p->hold.variant) ||
		    !(r->destroy_phase_ns > 0))
			continue;
		pl_run_drain(r, &p->hold, 100, &s);
		fprintf(fig.dat, "%g %.6g %.6g %.6g %.6g %.6g\n", r->threads,
			r->spt_allocated / r->rounds / (r->destroy_phase_ns / 1e9), r->held_peak,
			s.p50.peak_pages, s.p01.peak_pages, s.p99.peak_pages);
		points++;
	}
	fprintf(fig.set, "points = %zu\ncaption = 'lines: modelled, %zu TDs of the plan on %g CPUs, 1 to all at once; "
		"points: boots of %s (%s)'\n", points, n,
		p->scenario->host.cpus, p->hold.variant, p->hold.time_base);
	free(td);
	return pl_fig_end(&fig, dir);
}

int pl_plan_figures(const struct pl_plan *p, const struct pl_evidence *e, unsigned long seed,
		    const char *dir)
{
	if (memory(p, dir) || break_even(p, dir))
		return -1;
	if (p->have_hold)
		return drain(p, e, seed, dir);
	warn("plan: no figure of the drain: missing measurement: %s", p->missing_hold);
	return 0;
}
