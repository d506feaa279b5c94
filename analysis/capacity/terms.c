// SPDX-License-Identifier: GPL-2.0
/*
 * The plan: what PAMT, tables, control pages and held-back memory take, under static and Dynamic
 * PAMT, each term with its source. Combines the exact results of pamt.c with those of regions.c and
 * drain.c, which are fitted to measured boots.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/stats/ladder.h"
#include "lib/array_size.h"
#include "lib/text.h"
#include "terms.h"
#include "check.h"
#include "sizes.h"

/* the 99.9 % point of a normal distribution, for the residuals of the occupancy fit */
#define Z_999	3.0902

static struct pl_term *add(struct pl_plan *p, const char *key, const char *label,
			   const char *unit, enum pl_source source, char *detail)
{
	struct pl_term *t = &p->term[p->nr_terms++];

	*t = (struct pl_term){ key, label, unit, NAN, NAN, NAN, NAN, source, detail };
	return t;
}

/* The same with either PAMT mode, and known. */
static void add_both(struct pl_plan *p, const char *key, const char *label, double bytes,
		     const char *detail)
{
	struct pl_term *t = add(p, key, label, "bytes", PL_SRC_EXACT, xstrdup(detail));

	t->static_mode = t->low = t->expected = t->high = bytes;
}

struct totals {
	double tracked;		/* 4K pages */
	double sept, mirror, mmu_bytes, control, spare_pamt, spare;
};

static struct totals sum(const struct pl_scenario *s)
{
	struct totals t = { 0 };

	for (size_t i = 0; i < s->nr_classes; i++) {
		const struct pl_class *c = &s->td[i];
		struct pl_td td = pl_td_of(c);

		t.tracked += c->count * pl_td_tracked_pages(&td);
		t.sept += c->count * td.sept_pages;
		t.mirror += c->count * td.mirror_pages;
		t.mmu_bytes += c->count * td.mmu_page_bytes;
		t.control += c->count * td.control_pages;
		t.spare_pamt += c->count * td.spare_pamt_pages;
		t.spare += c->count * td.spare_pages;
	}
	return t;
}

double pl_class_pairs(const struct pl_plan *p, const struct pl_class *c, double count)
{
	struct pl_td td = pl_td_of(c);
	struct pl_region_point n = {
		.tracked = count * pl_td_tracked_pages(&td), .room = PL_REGION_PAGES,
		.regions = p->pamt.regions,
	};

	n.pages = n.tracked + count * (td.mirror_pages + td.mmu_page_bytes / PL_4K);
	if (!(n.tracked > 0))
		return 0;
	if (c->layout.measured)
		return p->have_fit ? pl_regions_predict(&p->fit, &n) : NAN;
	return pl_regions_touched(n.tracked, c->layout.pages_per_region *
				  (p->have_fit ? p->fit.contiguity : 1), PL_REGION_PAGES,
				  n.regions);
}

struct pl_pairs pl_plan_pairs(const struct pl_plan *p, double scale)
{
	const struct pl_scenario *s = p->scenario;
	struct totals t = sum(s);
	struct pl_pairs r = {
		.low = pl_regions_packed(scale * t.tracked),
		.high = pl_regions_apart(scale * t.tracked, p->pamt.regions),
	};

	for (size_t i = 0; i < s->nr_classes; i++)
		r.expected += pl_class_pairs(p, &s->td[i], scale * s->td[i].count);
	if (isfinite(r.expected))
		r.expected = fmin(fmax(r.expected, r.low), r.high);
	return r;
}

/* Dynamic PAMT's bytes minus static PAMT's at @scale, with low, expected or high pairs. */
static double excess(const struct pl_plan *p, double scale, int which)
{
	struct pl_pairs n = pl_plan_pairs(p, scale);
	double pairs = which < 0 ? n.low : which > 0 ? n.high : n.expected;
	struct totals t = sum(p->scenario);

	return p->pamt.dynamic_static_bytes + p->pamt.refcount_bytes + PL_PAIR_BYTES * pairs +
	       scale * t.spare_pamt * PL_4K - p->pamt.static_bytes;
}

/* Share of RAM in TDs, percent, from which on Dynamic PAMT takes more: 100 if it never does, 0 if always. */
static double break_even(const struct pl_plan *p, int which)
{
	double bytes = 0, lo = 0, hi;

	for (size_t i = 0; i < p->scenario->nr_classes; i++)
		bytes += p->scenario->td[i].count * p->scenario->td[i].memory_bytes;
	hi = p->scenario->host.memory_bytes / bytes;	/* all of RAM in TDs */
	if (!isfinite(excess(p, hi, which)))
		return NAN;
	if (excess(p, hi, which) <= 0)
		return 100;
	if (excess(p, 0, which) >= 0)
		return 0;
	for (int i = 0; i < 60; i++) {
		double mid = (lo + hi) / 2;

		if (excess(p, mid, which) > 0)
			hi = mid;
		else
			lo = mid;
	}
	return 100 * hi * bytes / p->scenario->host.memory_bytes;
}

struct pl_leaving *pl_plan_leaving(const struct pl_scenario *s, size_t n)
{
	struct pl_leaving *td = xcalloc(n, sizeof(*td));
	double total = 0, due[PL_MAX_CLASSES] = { 0 };

	for (size_t i = 0; i < s->nr_classes; i++)
		total += s->td[i].count;
	for (size_t k = 0; k < n; k++) {
		size_t best = 0;
		struct pl_td t;

		/* the class that is furthest behind its share */
		for (size_t i = 0; i < s->nr_classes; i++) {
			due[i] += s->td[i].count / total;
			if (due[i] > due[best])
				best = i;
		}
		due[best] -= 1;
		t = pl_td_of(&s->td[best]);
		td[k] = (struct pl_leaving){ t.sept_pages, t.guest_pages,
					     ceil(t.guest_pages / PL_REGION_PAGES) };
	}
	return td;
}

static char *fit_text(const struct pl_plan *p)
{
	return xasprintf("occupancy model fitted to %zu boots, %zu of them of fragmented hosts: pages fill %.0f %% of the room in a region, %.1f regions begun; residuals %.1f %% rms, left out %.1f %%, of the larger half %.1f %%",
			 p->fit.n, p->fit.fragmented, 100 * p->fit.contiguity, p->fit.open, 100 * p->fit.rms_relative,
			 100 * p->fit.held_out_rms_relative,
			 100 * p->fit.held_out_large_rms_relative);
}

static void pairs_term(struct pl_plan *p)
{
	struct pl_pairs n = pl_plan_pairs(p, 1);
	bool measured = false;
	struct pl_term *t;

	for (size_t i = 0; i < p->scenario->nr_classes; i++)
		measured |= p->scenario->td[i].layout.measured;
	t = add(p, "pamt_pairs_bytes", "PAMT pairs", "bytes", PL_SRC_ASSUMED, NULL);
	t->static_mode = 0;
	t->low = PL_PAIR_BYTES * n.low;
	t->expected = PL_PAIR_BYTES * n.expected;
	t->high = PL_PAIR_BYTES * n.high;
	if (measured && p->have_fit) {
		t->source = PL_SRC_MEASURED;
		t->detail = fit_text(p);
	} else if (measured) {
		t->source = PL_SRC_MISSING;
		t->detail = xasprintf("%s; bounds are exact", PL_MISSING_PAIRS);
	} else {
		t->detail = xasprintf("expected: the pages per region you gave%s; bounds are exact: packed, one page per region",
				      p->have_fit ? ", filled as boots measured" : "");
	}
}

static void sum_term(struct pl_plan *p)
{
	const struct pl_term *pairs = pl_plan_term(p, "pamt_pairs_bytes");
	struct totals t = sum(p->scenario);
	double fixed = p->pamt.dynamic_static_bytes + p->pamt.refcount_bytes;
	struct pl_term *s = add(p, "pamt_sum_bytes", "PAMT, all of it", "bytes", pairs->source,
				xstrdup("sum of the four above"));

	s->static_mode = p->pamt.static_bytes;
	s->low = fixed + pairs->low;
	s->expected = fixed + pairs->expected + t.spare_pamt * PL_4K;
	s->high = fixed + pairs->high + t.spare_pamt * PL_4K;
}

static void held_terms(struct pl_plan *p, unsigned long seed)
{
	const struct pl_scenario *s = p->scenario;
	size_t n = (size_t)s->drain_tds;
	struct pl_drain d = { .nr_tds = n, .threads = n, .cpus = (size_t)s->host.cpus };
	double pairs = pl_plan_pairs(p, 1).expected, tds = 0, all = 0;
	struct pl_leaving *td;
	struct pl_term *t;
	size_t courses;
	char *what;

	if (!p->have_hold) {
		for (int i = 0; i < 3; i++) {
			static const char *const key[] = { "held_spt_bytes", "held_pairs_bytes",
							   "held_time_ns" };
			static const char *const label[] = { "held S-EPT pages, peak",
							     "held-back pairs, peak",
							     "held, for how long" };

			add(p, key[i], label[i], i == 2 ? "ns" : "bytes", PL_SRC_MISSING,
			    xasprintf("missing measurement: %s", p->missing_hold));
		}
		return;
	}
	td = pl_plan_leaving(s, n);
	d.td = td;
	for (size_t i = 0; i < n; i++)
		all += td[i].sept_pages;
	courses = p->hold.deferred ? PL_COURSES : 1;
	pl_drain_many(&p->hold, &d, seed, courses, &p->drain);
	for (size_t i = 0; i < s->nr_classes; i++)
		tds += s->td[i].count;
	pairs *= (double)n / tds;	/* of the TDs that leave */
	what = xasprintf("%g TDs at once, simulated from %zu boots of %s [%s]; p50 .. p99.9 of %zu %s%s",
			 s->drain_tds, p->hold.runs, p->hold.variant, p->hold.time_base,
			 courses, p->hold.deferred ? "random courses" :
			 "course: each page is freed at once",
			 all / (double)n > p->hold.largest_sept_pages ?
			 "; TDs larger than any measured: extrapolated" : "");
	t = add(p, "held_spt_bytes", "held S-EPT pages, peak", "bytes", PL_SRC_MEASURED,
		xstrdup(what));
	t->static_mode = p->drain.p50.peak_pages * PL_4K;
	t->expected = p->drain.p50.peak_pages * PL_4K;
	t->high = p->drain.p999.peak_pages * PL_4K;
	t = add(p, "held_pairs_bytes", "held-back pairs, peak", "bytes", PL_SRC_MEASURED,
		xasprintf("%s; no more than the held pages, or the leaving TDs' pairs", what));
	t->static_mode = 0;
	t->expected = fmin(p->drain.p50.peak_pages,
			   pairs * p->drain.p50.peak_pages / all) * PL_PAIR_BYTES;
	t->high = fmin(p->drain.p999.peak_pages,
		       isfinite(pairs) ? pairs : INFINITY) * PL_PAIR_BYTES;
	t = add(p, "held_time_ns", "held, for how long", "ns", PL_SRC_MEASURED, what);
	t->static_mode = p->drain.p50.held_ns;
	t->expected = p->drain.p50.held_ns;
	t->high = p->drain.p999.held_ns;
	free(td);
}

double pl_largest_sept_pages(const struct pl_scenario *s)
{
	double most = 0;

	for (size_t i = 0; i < s->nr_classes; i++)
		most = fmax(most, pl_td_of(&s->td[i]).sept_pages);
	return most;
}

double pl_replace_bytes(const struct pl_plan *p, double sept_pages)
{
	return p->replace.bytes * sept_pages / p->replace.sept_pages;
}

static void replace_term(struct pl_plan *p)
{
	const struct pl_replace *r = &p->replace;
	double sept = pl_largest_sept_pages(p->scenario), scale = sept / r->sept_pages;
	struct pl_term *t;
	char *scaled;

	t = add(p, "replace_bytes", "free to replace a TD", "bytes", PL_SRC_MISSING, NULL);
	if (!p->have_replace) {
		t->detail = xasprintf("missing measurement: %s", p->missing_replace);
		return;
	}
	/* a threshold is known to the steps in which headrooms were tried */
	t->source = fabs(scale - 1) < 0.01 ? PL_SRC_MEASURED : PL_SRC_ASSUMED;
	t->low = r->at_most ? NAN : scale * r->low_bytes;
	t->expected = scale * r->bytes;
	t->high = isfinite(r->high_bytes) ? scale * r->high_bytes : NAN;
	scaled =
		t->source == PL_SRC_MEASURED
			? xstrdup("")
			: xasprintf(
				  "; for the largest TD here, of %.0f, taken in proportion, which is assumed",
				  sept);
	t->detail = xasprintf(
		"experiment pressure, %zu boots of %s [%s]: %s %.0f KiB of headroom on at most %.0f %% of the replacements waited (%zu there), %g TD of %.0f S-EPT pages at once, %s short of memory; low and high: %.0f %% interval%s",
		r->boots, r->variant, r->time_base,
		r->at_most ? "from the least that was tried," : "from", r->bytes / 1024,
		100 * AN_FEW, r->replacements, r->tds, r->sept_pages,
		strcmp(r->shortage, "machine") ? "a cgroup" : "the machine",
		100 * AN_FEW_CONFIDENCE, scaled);
	free(scaled);
}

/* What the headroom's confidence has to say of replacements. */
static char *replace_text(const struct pl_plan *p, double held_bytes)
{
	const struct pl_term *t = pl_plan_term(p, "replace_bytes");

	if (!p->have_replace)
		return xstrdup("what a replacement needs is not in it: not known");
	return xasprintf("what a replacement needs, %.1f MiB (%s), is %s", t->expected / PL_1M,
			 pl_source_name(t->source),
			 t->expected > held_bytes ? "in it in place of held memory, which is less"
						  : "less than held memory, which serves it, too");
}

static void headroom(struct pl_plan *p)
{
	static const char *const parts[] = { "sept_bytes", "mirror_bytes", "mmu_page_bytes",
					     "control_bytes", "kvm_spare_bytes" };
	const struct pl_term *pairs = pl_plan_term(p, "pamt_pairs_bytes");
	const struct pl_term *spare = pl_plan_term(p, "pamt_spare_bytes");
	const struct pl_term *held = pl_plan_term(p, "held_spt_bytes");
	const struct pl_term *back = pl_plan_term(p, "held_pairs_bytes");
	double bytes = spare->high, held_bytes = held->high + back->high;
	char *why, *replace;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		bytes += pl_plan_term(p, parts[i])->high;
	p->headroom_bytes = NAN;
	if (pairs->source == PL_SRC_MISSING || held->source == PL_SRC_MISSING) {
		p->headroom_why = xasprintf("not given: %s%s%s",
			pairs->source == PL_SRC_MISSING ? "PAMT pairs" : "",
			pairs->source == PL_SRC_MISSING && held->source == PL_SRC_MISSING ?
			" and " : "",
			held->source == PL_SRC_MISSING ? "memory held back" : "");
		return;
	}
	if (pairs->source == PL_SRC_MEASURED) {
		double sd = p->fit.held_out_large_rms_relative;

		bytes += fmin(pairs->expected * (1 + Z_999 * sd), pairs->high);
		why = xasprintf(
			"99.9 %%, if residuals are normal and the host's memory is as fragmented as in the %zu boots: pairs %+.1f %%, held memory at its 99.9th percentile (%s)",
			p->fit.n, 100 * Z_999 * sd, p->hold.time_base);
	} else {
		bytes += pairs->expected;
		why = xasprintf(
			"as good as the fragmentation you assumed (worst case: %.1f MiB of pairs more); held memory at its 99.9th percentile (%s)",
			(pairs->high - pairs->expected) / 1048576, p->hold.time_base);
	}
	replace = replace_text(p, held_bytes);
	p->headroom_why = xasprintf("%s; %s", why, replace);
	free(replace);
	free(why);
	if (p->have_replace)
		held_bytes = fmax(held_bytes, pl_plan_term(p, "replace_bytes")->expected);
	p->headroom_bytes = bytes + held_bytes;
}

void pl_plan_models(const struct pl_scenario *s, const struct pl_evidence *e, struct pl_plan *p)
{
	struct pl_region_point *points = xcalloc(e->n + 1, sizeof(*points));

	memset(p, 0, sizeof(*p));
	p->scenario = s;
	p->fit_source = e->source;
	p->pamt = pl_pamt_of(&s->host);
	p->have_fit = !pl_regions_fit(points, pl_region_points(e, points), &p->fit);
	free(points);
	p->have_hold = !pl_hold_fit(e, s->variant, &p->hold, &p->missing_hold);
	p->have_replace = !pl_replace_fit(e, s->variant, pl_largest_sept_pages(s), &p->replace,
					  &p->missing_replace);
}

void pl_plan_make(const struct pl_scenario *s, const struct pl_evidence *e, unsigned long seed,
		  struct pl_plan *p)
{
	struct totals t = sum(s);
	struct pl_term *term;

	pl_plan_models(s, e, p);
	term = add(p, "pamt_boot_bytes", "PAMT at boot", "bytes", PL_SRC_EXACT,
		   xstrdup("16 B per 4K, 2M and 1G; dynamic: 1 bit per 4K (metadata 0x9100000100000010..13), TDMRs aligned to 1 GiB"));
	term->static_mode = p->pamt.static_bytes;
	term->low = term->expected = term->high = p->pamt.dynamic_static_bytes;
	term = add(p, "pamt_refcount_bytes", "refcount table", "bytes", PL_SRC_EXACT,
		   xstrdup("4 B per 2M up to the highest address (pamt.c)"));
	term->static_mode = 0;
	term->low = term->expected = term->high = p->pamt.refcount_bytes;
	pairs_term(p);
	term = add(p, "pamt_spare_bytes", "spare PAMT pages", "bytes", PL_SRC_EXACT,
		   xstrdup("up to 10 pages per vCPU that faults (tdx.c, TDX_FAULT_NR_PAMT)"));
	term->static_mode = term->low = 0;
	term->expected = term->high = t.spare_pamt * PL_4K;
	sum_term(p);
	add_both(p, "sept_bytes", "S-EPT (external_spt)", t.sept * PL_4K,
		 "a table per touched 2M, 1G, 512G; root in the TDCS");
	add_both(p, "mirror_bytes", "mirror (sp->spt)", t.mirror * PL_4K,
		 "one per S-EPT table, and the root (tdp_mmu.c)");
	add_both(p, "mmu_page_bytes", "struct kvm_mmu_page", t.mmu_bytes,
		 "184 B, 22 per page (mmu_internal.h of v7.3)");
	add_both(p, "control_bytes", "control pages", t.control * PL_4K,
		 "TDR, 6 TDCS; per vCPU TDVPR, 5 TDCX (tdcs_base_size, tdvps_base_size)");
	add_both(p, "kvm_spare_bytes", "KVM's spare pages", t.spare * PL_4K,
		 "up to 40 sp->spt and 4 S-EPT pages per vCPU that faults (caches in mmu.c, tdx.c)");
	held_terms(p, seed);
	replace_term(p);
	term = add(p, "break_even_percent", "break-even", "percent",
		   pl_plan_term(p, "pamt_pairs_bytes")->source,
		   xstrdup("share of RAM in TDs of this mix up to which Dynamic PAMT takes less memory: \"always\" at any share, \"never\" at none. low: one page per region, high: packed"));
	term->low = break_even(p, 1);
	term->expected = break_even(p, 0);
	term->high = break_even(p, -1);
	headroom(p);
}

void pl_plan_free(struct pl_plan *p)
{
	for (size_t i = 0; i < p->nr_terms; i++)
		free(p->term[i].detail);
	free(p->missing_hold);
	free(p->missing_replace);
	free(p->headroom_why);
	memset(p, 0, sizeof(*p));
}

const struct pl_term *pl_plan_term(const struct pl_plan *p, const char *key)
{
	for (size_t i = 0; i < p->nr_terms; i++) {
		if (!strcmp(p->term[i].key, key))
			return &p->term[i];
	}
	return NULL;
}

const char *pl_source_name(enum pl_source source)
{
	static const char *const names[] = { "exact", "measured", "assumed", "missing" };

	return names[source];
}
