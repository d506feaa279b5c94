// SPDX-License-Identifier: GPL-2.0
/*
 * The plan's arithmetic against published figures and closed forms, and inputs that cannot be: each
 * is refused with a line, none gets a number.
 *
 * Published: facts.md's sources are the Dynamic PAMT series' cover letters and documentation
 * (static PAMT ~0.4 % of memory, dynamic ~0.004 %, refcounts 2 MB per TB of address space).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array_size.h"
#include "analysis/capacity/check.h"
#include "analysis/capacity/pamt.h"
#include "analysis/capacity/regions.h"
#include "analysis/capacity/sizes.h"
#include "analysis/capacity/terms.h"

#include <cmocka.h>

static void near(double got, double want, double relative)
{
	if (!(fabs(got - want) <= relative * fabs(want)))
		fail_msg("got %.10g, want %.10g within %g %%", got, want, 100 * relative);
}

static void set(struct pl_scenario *s, const char *section, const char *list)
{
	char *error = NULL;

	if (pl_scenario_set_list(s, section, list, &error))
		fail_msg("%s %s: %s", section, list, error);
}

static struct pl_scenario scenario(const char *host, const char *td)
{
	struct pl_scenario s;
	char *error = NULL;

	pl_scenario_init(&s);
	set(&s, "host", host);
	set(&s, "td", td);
	if (pl_scenario_check(&s, false, &error))
		fail_msg("%s", error);
	return s;
}

static void published_host(void **state)
{
	static const struct {
		const char *memory;
		double gib, static_gib, dynamic_gib;
	} host[] = {	/* 0.4 % and 0.004 %, as the figures were rounded */
		{ "memory_gib=256", 256, 1.02, 0.01 },
		{ "memory_gib=2048", 2048, 8.19, 0.08 },
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct pl_scenario s = scenario(host[i].memory, "a:memory_gib=1");
		struct pl_pamt p = pl_pamt_of(&s.host);

		/* 0.4 % stands for 16 B / 4 KiB + 16 B / 2 MiB = 0.3914 % */
		near(p.static_bytes / PL_1G, host[i].static_gib, 0.025);
		near(p.static_bytes / PL_1G, host[i].gib * 0.00391389, 1e-4);
		near(p.dynamic_static_bytes / PL_1G, host[i].dynamic_gib, 0.05);
		near(p.dynamic_static_bytes / PL_1G, host[i].gib * 0.0000381, 2e-2);
	}
}

/* What kernels printed of hosts: "virt/tdx: N KB allocated for PAMT". */
static void printed_by_kernels(void **state)
{
	static const struct {
		const char *host;
		double kb, dynamic_kb;	/* 0: not seen */
	} host[] = {
		/* Documentation/arch/x86/tdx.rst; dynamic: a boot of 64 GiB in two nodes */
		{ "memory_gib=64", 262668, 2572 },
		/* a host of 2 TiB that printed its convertible memory */
		{ "ranges_gib=0-1.8671875@0 4-1024.96875@0 1026-2049@1", 8396820, 0 },
		/* a patch's cover letter: 252 GiB; three TDMRs: two nodes */
		{ "memory_gib=252,numa_nodes=2", 1034220, 0 },
		/* a distribution's manual: 256 GiB; five TDMRs: four nodes */
		{ "memory_gib=256,numa_nodes=4", 1050644, 0 },
		/* boots: nodes that meet 256 MiB or 4 KiB above a whole GiB, or below 2 GiB */
		{ "ranges_gib=0-2@0 4-5.25@0 5.25-8@1", 0, 252 },
		{ "ranges_gib=0-2@0 4-5.250980377197265625@0 5.250980377197265625-8@1", 0, 252 },
		{ "ranges_gib=0-1.0009765625@0 1.0009765625-2@1 4-6@1", 0, 168 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(host); i++) {
		struct pl_scenario s = scenario(host[i].host, "a:memory_gib=1");
		struct pl_pamt p = pl_pamt_of(&s.host);

		if (host[i].kb)
			near(p.static_bytes / 1024, host[i].kb, 0);
		if (host[i].dynamic_kb)
			near(p.dynamic_static_bytes / 1024, host[i].dynamic_kb, 0);
	}
}

/* "0-A B-C ... -END": @n holes of 64 KiB in [1, 2) GiB, and the ends of QEMU's low memory. */
static void with_holes(char *text, size_t size, int n)
{
	size_t at = (size_t)snprintf(text, size, "ranges_gib=0.0009765625-");

	for (int i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, size - at, "%.10f %.10f-", 1 + (i + 1) / 64.0,
				       1 + (i + 1) / 64.0 + 1 / 16384.0);
	snprintf(text + at, size - at, "1.99987411 4-6");
}

/* Boots with so many holes: 14 came up, with 15 the kernel said "reserved areas exhausted". */
static void holes(void **state)
{
	char text[4096], *error = NULL;
	struct pl_scenario s;

	(void)state;
	with_holes(text, sizeof(text), 14);
	scenario(text, "a:memory_gib=1");
	pl_scenario_init(&s);
	with_holes(text, sizeof(text), 15);
	set(&s, "host", text);
	set(&s, "td", "a:memory_gib=1");
	assert_int_equal(pl_scenario_check(&s, false, &error), -1);
	assert_non_null(strstr(error, "reserved areas exhausted"));
	free(error);
}

static void published_refcounts(void **state)
{
	struct pl_scenario s = scenario("memory_gib=1022", "a:memory_gib=1");

	(void)state;
	/* 1022 GiB and a hole of 2: addresses up to 1 TiB */
	near(s.host.range[s.host.nr_ranges - 1].end_bytes, 1024 * PL_1G, 0);
	near(pl_pamt_of(&s.host).refcount_bytes, 2 * 1048576.0, 0);
}

static void published_guest(void **state)
{
	struct pl_scenario s = scenario("memory_gib=2048",
					"a:memory_gib=704,fragmentation=0,vcpus=88");
	struct pl_evidence none = { 0 };
	struct pl_plan p;

	(void)state;
	/* 704 GB at 4K: ~3 GB of DPAMT */
	pl_plan_models(&s, &none, &p);
	near(PL_PAIR_BYTES * pl_plan_pairs(&p, 1).expected / 1e9, 3, 0.03);
	pl_plan_free(&p);

	/*
	 * The same at 1G: control and S-EPT pages only. The published ~5 MB says neither vCPUs nor
	 * layout; with 88 vCPUs, each page in a region of its own, it is 4.4 MB, packed 16 KB.
	 */
	s = scenario("memory_gib=2048",
		     "a:memory_gib=704,percent_4k=0,percent_1g=100,fragmentation=1,vcpus=88");
	pl_plan_models(&s, &none, &p);
	near(PL_PAIR_BYTES * pl_plan_pairs(&p, 1).high / 1e6, 5, 0.15);
	assert_true(PL_PAIR_BYTES * pl_plan_pairs(&p, 1).low < 0.02e6);
	pl_plan_free(&p);
}

static void td_sizes(void **state)
{
	struct pl_scenario s = scenario("memory_gib=64", "a:memory_gib=2,vcpus=3");
	struct pl_td t = pl_td_of(&s.td[0]);

	(void)state;
	near(t.guest_pages, 524288, 0);
	near(t.sept_pages, 1024 + 2 + 1, 0);
	near(t.mirror_pages, 1028, 0);
	near(t.control_pages, 1 + 6 + 3 * 6, 0);
	near(t.spare_pamt_pages, 30, 0);
	/* across the hole at 3..4 GiB: 8 GiB lie in [0, 3) and [4, 9) */
	near(pl_sept_pages(8 * PL_1G, 1, 0, 0), 4096 + 8 + 1, 0);
	near(pl_sept_pages(8 * PL_1G, 0, 1, 0), 8 + 1, 0);
	near(pl_sept_pages(8 * PL_1G, 0, 0, 1), 1, 0);
	near(pl_sept_pages(704 * PL_1G, 0, 0, 1), 2, 0);
}

static void pamt_ranges(void **state)
{
	struct pl_scenario s;
	struct pl_pamt p;
	char *error = NULL;

	(void)state;
	pl_scenario_init(&s);
	set(&s, "host", "memory_gib=3.5,numa_nodes=1,ranges_gib=0-1.5 2-4");
	set(&s, "td", "a:memory_gib=1");
	assert_int_equal(pl_scenario_check(&s, false, &error), 0);
	p = pl_pamt_of(&s.host);
	/* TDMRs are whole GiB: 0..2 and 2..4 */
	near(p.tdmr_bytes, 4 * PL_1G, 0);
	near(p.regions, 1792, 0);
	/* 128 KiB of bitmap, 32 KiB of 2M level, a page of 1G level per TDMR */
	near(p.dynamic_static_bytes, (128 + 32 + 8) * 1024.0, 0);
	near(p.refcount_bytes, 8192, 0);
}

static void occupancy_limits(void **state)
{
	const double n = 100000, r = 262144;

	(void)state;
	near(pl_regions_touched(n, 512, 512, r), n / 512, 1e-9);
	/* at random: R (1 - (1 - 1/R)^n) but for the finite size of regions */
	near(pl_regions_touched(n, 1, 512, r), r * (1 - pow(1 - 1 / r, n)), 1e-3);
	near(pl_regions_touched(512 * r, 8, 512, r), r, 1e-12);
	near(pl_regions_touched(0, 8, 512, r), 0, 1e-12);
	for (double k = 1; k < 512; k *= 2) {
		assert_true(pl_regions_touched(n, k, 512, r) > pl_regions_touched(n, 2 * k, 512, r));
		assert_true(pl_regions_touched(n, k, 512, r) <= pl_regions_apart(n, r));
		assert_true(pl_regions_touched(n, k, 512, r) >= n / 512);
	}
	/* dilute: pages / k */
	near(pl_regions_touched(1000, 16, 512, 1e7), 1000 / 16.0, 1e-3);
	/* a host with 4 free pages per region: packed is a page in 4 */
	near(pl_regions_touched(1000, 4, 4, 2048), 250, 1e-9);
}

static void occupancy_fit(void **state)
{
	struct pl_region_point p[6];
	struct pl_region_fit fit;

	(void)state;
	for (int i = 0; i < 6; i++) {
		p[i].tracked = p[i].pages = 1000 << i;
		p[i].regions = 2048;
		p[i].room = 512;
		p[i].touched = 3 + pl_regions_touched(p[i].pages, 24, 512, 2048);
	}
	assert_int_equal(pl_regions_fit(p, 6, &fit), 0);
	near(fit.contiguity * 512, 24, 1e-3);
	near(fit.open, 3, 1e-2);
	assert_true(fit.rms_relative < 1e-4 && fit.held_out_rms_relative < 1e-3);
	/* one point that does not belong shows */
	p[3].touched *= 1.5;
	assert_int_equal(pl_regions_fit(p, 6, &fit), 0);
	assert_true(fit.max_relative > 0.1 && fit.held_out_rms_relative > fit.rms_relative);
	/* too few, or all of one size: no fit */
	assert_int_equal(pl_regions_fit(p, 2, &fit), -1);
	p[1] = p[2] = p[0];
	assert_int_equal(pl_regions_fit(p, 3, &fit), -1);
}

static void missing_is_no_number(void **state)
{
	struct pl_scenario s = scenario("memory_gib=64", "a:memory_gib=8,count=4");
	struct pl_evidence none = { 0 };
	struct pl_plan p;

	(void)state;
	pl_plan_make(&s, &none, 1, &p);
	assert_true(isnan(p.headroom_bytes));
	for (size_t i = 0; i < p.nr_terms; i++) {
		const struct pl_term *t = &p.term[i];

		if (strncmp(t->key, "held", 4))
			continue;
		assert_int_equal(t->source, PL_SRC_MISSING);
		assert_true(isnan(t->expected) && isnan(t->high) && isnan(t->static_mode));
		assert_non_null(strstr(t->detail, "missing measurement: run dpamt-bench run"));
	}
	assert_true(isnan(pl_plan_term(&p, "pamt_pairs_bytes")->expected));
	assert_true(isfinite(pl_plan_term(&p, "pamt_pairs_bytes")->low));
	pl_plan_free(&p);
}

static void break_even_point(void **state)
{
	struct pl_scenario s = scenario("memory_gib=512", "a:memory_gib=8,fragmentation=0");
	struct pl_evidence none = { 0 };
	double share, cost;
	struct pl_plan p;
	size_t bytes;
	char *text;
	FILE *f = open_memstream(&text, &bytes);

	(void)state;
	pl_plan_make(&s, &none, 1, &p);
	share = pl_plan_term(&p, "break_even_percent")->expected;
	assert_in_range((int)share, 90, 99);
	/* at that share both modes take the same */
	cost = p.pamt.dynamic_static_bytes + p.pamt.refcount_bytes +
	       PL_PAIR_BYTES * pl_plan_pairs(&p, share / 100 * 512 / 8).expected +
	       share / 100 * 512 / 8 * 10 * PL_4K;
	near(cost, p.pamt.static_bytes, 1e-5);	/* to a pair */
	pl_plan_free(&p);

	/* refcounts for 16 TiB of addresses: more than static PAMT of 8 GiB, with no TD at all */
	s = scenario("ranges_gib=0-2 16376-16382", "a:memory_gib=1,fragmentation=0");
	pl_plan_make(&s, &none, 1, &p);
	near(pl_plan_term(&p, "break_even_percent")->expected, 0, 0);
	pl_plan_print(f, &p, NULL);
	pl_plan_free(&p);
	/* mapped at 1G there is next to nothing to keep */
	s = scenario("memory_gib=512", "a:memory_gib=8,percent_4k=0,percent_1g=100,fragmentation=0");
	pl_plan_make(&s, &none, 1, &p);
	near(pl_plan_term(&p, "break_even_percent")->expected, 100, 0);
	pl_plan_print(f, &p, NULL);
	pl_plan_free(&p);
	fclose(f);
	assert_non_null(strstr(text, "never      never"));
	assert_non_null(strstr(text, "always     always"));
	assert_null(strstr(text, "0.00 %"));
	free(text);
}

static void impossible(void **state)
{
	static const struct {
		const char *host, *td, *says;
		bool simulated;
	} bad[] = {
		{ "memory_gib=64", "a:memory_gib=65", "more than the host's", false },
		{ "memory_gib=64", "a:memory_gib=8,count=9", "more than the host's", false },
		{ "memory_gib=64,tds_max=7", "a:memory_gib=1,count=8", "tds_max", false },
		{ "memory_gib=64", "a:memory_gib=1,percent_4k=50", "must be 100", false },
		{ "memory_gib=64", "a:vcpus=2", "no memory_gib", false },
		{ "memory_gib=64", "a:memory_gib=1,count=0", "nothing to plan", false },
		{ "memory_gib=64,ranges_gib=0-32", "a:memory_gib=1", "cover 32", false },
		{ "memory_gib=256,ranges_gib=0-2 4-4194304", "a:memory_gib=1", "more than memory_gib", false },
		{ "memory_gib=64,ranges_gib=0-2 4-67", "a:memory_gib=1", "cover 65 GiB, more", false },
		{ "memory_gib=64,tds_max=0", "a:memory_gib=1", "too few private KeyIDs", false },
		{ "memory_gib=64,tds_max=6", "a:memory_gib=1,count=2", "Dynamic PAMT does not come up: addresses have 49 bits", false },
		{ "memory_gib=64,keyid_bits=3", "a:memory_gib=1", "Dynamic PAMT does not come up", false },
		{ "ranges_gib=0-64 40000-40004", "a:memory_gib=1", "leave 45 bits of address, 32768 GiB", false },
		{ "ranges_gib=0-2 1048572-1048576,tds_max=60,keyid_bits=4,phys_bits=51,tds_max=14", "a:memory_gib=1", "such a host cannot be", false },
		{ "memory_gib=4096,numa_nodes=200", "a:memory_gib=1", "TDMRs exhausted", false },
		{ "ranges_gib=0-2@0 4-6", "a:memory_gib=1", "with nodes", false },
		{ "ranges_gib=0-2@-1", "a:memory_gib=1", "with nodes", false },
		{ "memory_gib=64", "a:memory_gib=1", "arrivals_per_day", true },
		{ "numa_nodes=1", "a:memory_gib=1", "no host memory", false },
		{ "memory_gib=-1", NULL, "must be a number", false },
		{ "memory_gib=nan", NULL, "must be a number", false },
		{ "memory_gib=1e999", NULL, "must be a number", false },
		{ "memory_gib=12x", NULL, "must be a number", false },
		{ "memory=12", NULL, "no key 'memory'", false },
		{ "ranges_gib=4-2", NULL, "ascending", false },
		{ "memory_gib=64", "a:arrivals_per_day=-100", "must be a number", false },
		{ "memory_gib=64", "a:lifetime_hours=0", "must be a number", false },
		{ "memory_gib=64", "a:lifetime=normal", "exponential, fixed", false },
		{ "memory_gib=64", "a:vcpus=0", "whole number", false },
		{ "memory_gib=64", "a:fragmentation=2", "must be a number from 0 to 1", false },
		{ "memory_gib=64", "a:pages_per_region=513", "must be a number", false },
		{ "memory_gib=64", "memory_gib=1", "must be NAME:KEY=VALUE", false },
		{ "memory_gib=64", "a:memory_gib", "is not KEY=VALUE", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct pl_scenario s;
		char *error = NULL;
		int ret;

		pl_scenario_init(&s);
		ret = pl_scenario_set_list(&s, "host", bad[i].host, &error);
		if (!ret && bad[i].td)
			ret = pl_scenario_set_list(&s, "td", bad[i].td, &error);
		if (!ret)
			ret = pl_scenario_check(&s, bad[i].simulated, &error);
		if (!ret || !error)
			fail_msg("%s %s was accepted", bad[i].host, bad[i].td);
		if (!strstr(error, bad[i].says) || strchr(error, '\n'))
			fail_msg("%s %s: said '%s'", bad[i].host, bad[i].td, error);
		free(error);
	}
}

static void ini_file(void **state)
{
	char path[] = "/tmp/test_plan_XXXXXX", *error = NULL;
	struct pl_scenario s;
	FILE *f = fdopen(mkstemp(path), "w");

	(void)state;
	fputs("[host]\nmemory_gib = 128\n[td web]\nmemory_gib = 4 ; each\ncount = 7\n", f);
	fclose(f);
	pl_scenario_init(&s);
	assert_int_equal(pl_scenario_load(&s, path, &error), 0);
	near(s.td[0].count, 7, 0);
	near(s.host.memory_bytes, 128 * PL_1G, 0);

	f = fopen(path, "w");
	fputs("[host]\nmemory_gib = 128\n\nmemory_mib = 4\n", f);
	fclose(f);
	assert_int_equal(pl_scenario_load(&s, path, &error), -1);
	assert_non_null(strstr(error, ":4: "));
	free(error);
	remove(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_host),
		cmocka_unit_test(printed_by_kernels),
		cmocka_unit_test(holes),
		cmocka_unit_test(published_refcounts),
		cmocka_unit_test(published_guest),
		cmocka_unit_test(td_sizes),
		cmocka_unit_test(pamt_ranges),
		cmocka_unit_test(occupancy_limits),
		cmocka_unit_test(occupancy_fit),
		cmocka_unit_test(missing_is_no_number),
		cmocka_unit_test(break_even_point),
		cmocka_unit_test(impossible),
		cmocka_unit_test(ini_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
