// SPDX-License-Identifier: GPL-2.0
/*
 * The simulations against what theory says of them: queueing theory's closed forms for the lock
 * model, Little's law for the fleet, and limits in which a drain can be worked out by hand.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/capacity/contention.h"
#include "analysis/capacity/fleet.h"
#include "analysis/capacity/locksim.h"
#include "analysis/capacity/sizes.h"

#include <cmocka.h>

static void near(double got, double want, double relative)
{
	if (!(fabs(got - want) <= relative * fabs(want)))
		fail_msg("got %.10g, want %.10g within %g %%", got, want, 100 * relative);
}

static struct pl_lock_result *lock_result;

static struct pl_lock_model lock_model(unsigned int vcpus, int kind, double think, double hold)
{
	struct pl_lock_model m = { .design = { .name = "global", .locks = 1 }, .vcpus = vcpus,
				   .region_calls = 1, .region_vcpus = 1, .line_regions = 1,
				   .zones = 1 };

	m.think.kind = m.hold.kind = kind;
	m.think.mean_ns = think;
	m.hold.mean_ns = hold;
	return m;
}

/* M/M/1//N, the machine repairman: P0 = 1 / sum N!/(N-n)! (hold/think)^n. */
static void machine_repairman(void **state)
{
	static const unsigned int n[] = { 1, 2, 5, 20, 64 };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct pl_lock_model m = lock_model(n[i], PL_D_EXPONENTIAL, 10000, 1000);
		double term = 1, sum = 1, throughput, response;

		for (unsigned int k = 0; k < n[i]; k++) {
			term *= (n[i] - k) * 0.1;
			sum += term;
		}
		throughput = (1 - 1 / sum) / 1000;
		response = n[i] / throughput - 10000;	/* interactive response time law */
		pl_lock_run(&m, 1, 400000, lock_result);
		near(lock_result->calls_per_s, throughput * 1e9, 0.01);
		near(lock_result->utilisation, 1 - 1 / sum, 0.01);
		near(pl_dist_mean(&lock_result->wait_ns) + 1000, response, 0.02);
	}
}

/* D/D/1 with N customers: no wait up to the knee, then one call per hold time. */
static void deterministic(void **state)
{
	(void)state;
	for (unsigned int n = 1; n <= 32; n *= 2) {
		struct pl_lock_model m = lock_model(n, PL_D_FIXED, 9000, 1000);

		near(pl_lock_knee(&m), 10, 1e-12);
		pl_lock_run(&m, 1, 100000, lock_result);
		near(lock_result->calls_per_s, 1e9 * fmin(n / 10000.0, 1 / 1000.0), 1e-3);
		if (n > 10)
			near(pl_dist_mean(&lock_result->wait_ns), n * 1000 - 10000, 1e-3);
	}
}

static void designs(void **state)
{
	struct pl_lock_model m = lock_model(64, PL_D_EXPONENTIAL, 2000, 100);
	struct pl_design d[PL_MAX_DESIGNS];
	size_t n = pl_designs(d);
	double global = 0;

	(void)state;
	assert_true(n >= 5);
	m.get_seamcall.kind = m.put_seamcall.kind = PL_D_FIXED;
	m.get_seamcall.mean_ns = m.put_seamcall.mean_ns = 5000;
	m.seamcall_ratio = 0.01;
	m.line_ns = 100;
	for (size_t i = 0; i < n; i++) {
		m.design = d[i];
		pl_lock_run(&m, 1, 200000, lock_result);
		if (!i)
			global = lock_result->calls_per_s;
		if (d[i].irqsave)	/* interrupts are off while waiting */
			assert_true(pl_dist_quantile(&lock_result->irqs_off_ns, 0.5) >=
				    pl_dist_quantile(&lock_result->wait_ns, 0.5));
		else	/* only in the module */
			assert_true(lock_result->irqs_off_ns.max <= 5000);
		if (d[i].fastpath || d[i].locks != 1)
			assert_true(lock_result->calls_per_s > 2 * global);
		else	/* no pairs in this model: all that differs is when interrupts are off */
			near(lock_result->calls_per_s, global, 1e-9);
		near(lock_result->locked_ratio, d[i].fastpath ? 0.01 : 1, 0.02);
	}
	/* 64 vCPUs, one lock held 150 ns per call on average */
	near(global, 1e9 / 150, 0.02);
}

/* A victim that calls rarely waits for half a call and the queue before it: more than alone. */
static void victim(void **state)
{
	struct pl_lock_model m = lock_model(1, PL_D_FIXED, 1000, 500);
	double alone;

	(void)state;
	pl_lock_run(&m, 1, 50000, lock_result);
	alone = pl_dist_mean(&lock_result->victim_ns);
	near(alone, 500, 1e-9);
	m.vcpus = 8;
	m.victim_think = m.think;
	m.victim_think.mean_ns = 100000;
	pl_lock_run(&m, 1, 400000, lock_result);
	/* seven others, saturated: the victim waits for five to seven of them */
	assert_in_range((int)pl_dist_mean(&lock_result->victim_ns), 2500, 4000);
}

static void distribution(void **state)
{
	static struct pl_dist d, e;

	(void)state;
	for (uint64_t v = 1; v <= 100000; v++)
		pl_dist_add(v % 2 ? &d : &e, v, 3);
	pl_dist_merge(&d, &e);
	near(pl_dist_mean(&d), 50000.5, 1e-12);
	near(pl_dist_quantile(&d, 0.5), 50000, 0.017);
	near(pl_dist_quantile(&d, 0.999), 99900, 0.017);
	near(pl_dist_quantile(&d, 1), 100000, 0);
	assert_int_equal(d.total, 300000);
}

static struct pl_plan fleet_plan(struct pl_scenario *s, const char *td, const char *fleet)
{
	struct pl_evidence none = { 0 };
	struct pl_plan p;
	char *error = NULL;

	pl_scenario_init(s);
	assert_int_equal(pl_scenario_set_list(s, "host", "memory_gib=4000,tds_max=1000", &error), 0);
	assert_int_equal(pl_scenario_set_list(s, "td", td, &error), 0);
	assert_int_equal(pl_scenario_set_list(s, "fleet", fleet, &error), 0);
	assert_int_equal(pl_scenario_check(s, true, &error), 0);
	pl_plan_models(s, &none, &p);
	return p;
}

/* Little: TDs alive = arrivals per time x lifetime, whatever the law of the lifetimes. */
static void little(void **state)
{
	static const char *const td[] = {
		"a:memory_gib=1,fragmentation=0,arrivals_per_day=240,lifetime_hours=5",
		"a:memory_gib=1,fragmentation=0,arrivals_per_day=240,lifetime_hours=5,lifetime=fixed",
		"a:memory_gib=1,fragmentation=0,arrivals_per_day=240,lifetime_hours=5,lifetime=lognormal,lifetime_shape=0.8",
		"a:memory_gib=1,fragmentation=0,arrivals_per_day=240,lifetime_hours=5,lifetime=weibull,lifetime_shape=2,arrival=fixed",
	};
	struct pl_fleet *f = calloc(1, sizeof(*f));

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct pl_scenario s;
		struct pl_plan p = fleet_plan(&s, td[i], "hosts=20,days=100");

		pl_fleet_run(&p, 7, 2, f);
		near((double)f->lifetimes, 20 * 100 * 240, 0.01);
		near(pl_dist_mean(&f->tds), 50, 0.02);	/* 240 / 24 * 5 */
		near(pl_dist_mean(&f->pairs), pl_dist_mean(&f->tds) * 513, 0.01);
		if (i == 0)	/* M/G/infinity: Poisson, mean 50: p99.9 is 73 (R: qpois(.999, 50)) */
			near(pl_dist_quantile(&f->tds, 0.999), 73, 0.03);
		pl_plan_free(&p);
	}
	free(f);
}

static void threads_do_not_matter(void **state)
{
	struct pl_fleet *a = calloc(1, sizeof(*a)), *b = calloc(1, sizeof(*b));
	struct pl_scenario s;
	struct pl_plan p = fleet_plan(&s, "a:memory_gib=2,fragmentation=0.5,arrivals_per_day=50,conversions_per_hour=1",
				      "hosts=13,days=20");

	(void)state;
	pl_fleet_run(&p, 3, 1, a);
	pl_fleet_run(&p, 3, 5, b);
	a->wall_s = b->wall_s = 0;
	a->threads = b->threads = 0;
	a->rss_kib = b->rss_kib = 0;
	assert_memory_equal(a, b, sizeof(*a));
	assert_true(a->conversions > 0);
	pl_fleet_run(&p, 4, 5, b);
	assert_memory_not_equal(&a->pairs, &b->pairs, sizeof(a->pairs));
	pl_plan_free(&p);
	free(a);
	free(b);
}

static void full_host_rejects(void **state)
{
	struct pl_fleet *f = calloc(1, sizeof(*f));
	struct pl_scenario s;
	struct pl_plan p = fleet_plan(&s, "a:memory_gib=1000,fragmentation=0,arrivals_per_day=24,lifetime_hours=10",
				      "hosts=4,days=50");

	(void)state;
	pl_fleet_run(&p, 1, 1, f);
	assert_true(f->rejected > 0);
	assert_in_range(f->tds.max, 1, 4);	/* 4096 GiB */
	pl_plan_free(&p);
	free(f);
}

static struct pl_hold holding(bool deferred)
{
	struct pl_hold h = { .deferred = deferred, .reclaim_ns = 10000, .free_ns = 2000,
			     .guest_page_ns = 1000, .tick_ns = 4e6, .slice_ns = 1.4e6,
			     .held_mean_ns = { 16e6, 16e6 } };

	for (int k = 0; k < 2; k++) {
		h.held[k].n = 1;
		h.held[k].low_ns[0] = 11e6;
		h.held[k].count[0] = 1;
	}
	return h;
}

static void drains(void **state)
{
	struct pl_leaving td[4];
	struct pl_drain d = { td, 1, 1, 2 };
	struct pl_hold h = holding(true);
	struct pl_drain_stats one, all;

	(void)state;
	for (int i = 0; i < 4; i++)
		td[i] = (struct pl_leaving){ 200, 1000, 200 };
	/* 200 pages are reclaimed in 2 ms, long before a grace period ends: all of them are held */
	pl_drain_many(&h, &d, 1, 200, &one);
	near(one.p50.peak_pages, 200, 1e-9);
	/* a few pages are all covered by one grace period: held for as long as was measured */
	td[0].sept_pages = 10;
	pl_drain_many(&h, &d, 1, 1000, &one);
	near(one.mean.page_ns / 10, 16e6, 0.1);
	td[0].sept_pages = 200;
	pl_drain_many(&h, &d, 1, 200, &one);
	/* one after the other: no more than one TD's at a time, as each waits for its callbacks */
	d.nr_tds = 4;
	pl_drain_many(&h, &d, 1, 50, &all);
	near(all.max.peak_pages, 200, 1e-9);
	near(all.mean.page_ns, 4 * one.mean.page_ns, 0.1);
	/* all at once, a CPU each: up to all of them */
	d.threads = d.cpus = 4;
	pl_drain_many(&h, &d, 1, 50, &all);
	assert_true(all.p50.peak_pages > 700 && all.max.peak_pages <= 800 + 1e-6);
	/* a reader that nothing interrupts holds all pages of a large TD until it is done */
	td[0].sept_pages = 5000;
	d.nr_tds = d.threads = d.cpus = 1;
	pl_drain_many(&h, &d, 1, 20, &one);
	near(one.p50.peak_pages, 5000, 1e-3);
	/* unless RCU makes it yield after 20 ms: no more than two such periods' worth */
	h.reader_limit_ns[0] = 20e6;
	h.nr_limits = 1;
	pl_drain_many(&h, &d, 1, 20, &one);
	assert_in_range((int)one.p50.peak_pages, 2000, 4400);

	/* freed at once: a page per CPU that reclaims */
	h = holding(false);
	d = (struct pl_drain){ td, 4, 4, 2 };
	pl_drain_many(&h, &d, 1, 1, &one);
	near(one.max.peak_pages, 2, 0);
}

/* Where hardly anybody waits: to take a free lock costs what it costs, and a line has to come over. */
static void free_lock(void **state)
{
	struct pl_lock_model m = lock_model(1, PL_D_FIXED, 1e6, 100);

	(void)state;
	m.think.kind = PL_D_EXPONENTIAL;
	m.take = (struct pl_duration){ PL_D_FIXED, 130, { { 0 }, { 0 }, 0 } };
	m.handoff_ns = 80;
	pl_lock_run(&m, 1, 100000, lock_result);
	near(pl_dist_mean(&lock_result->wait_ns), 130, 1e-6);
	near(lock_result->calls_per_s, 1e9 / (1e6 + 130 + 100), 0.01);
	m.vcpus = 4;	/* three of four times another one had it */
	pl_lock_run(&m, 1, 100000, lock_result);
	near(pl_dist_mean(&lock_result->wait_ns), 130 + 0.75 * 80, 0.01);
	/* saturated: a call per hold and hand-over, and the lock is never free */
	m.vcpus = 64;
	m.think.mean_ns = 1000;
	pl_lock_run(&m, 1, 100000, lock_result);
	near(lock_result->calls_per_s, 1e9 / (100 + 80), 0.01);
	near(lock_result->utilisation, 1, 0.01);
	near(pl_lock_knee(&m), (1000 + 130 + 100 + 80) / 180.0, 1e-9);
	m.vcpus = 4;
	m.think.mean_ns = 1e6;
	/* the fast path takes a lock for its SEAMCALLs only */
	m.design.fastpath = true;
	m.seamcall_ratio = 0.1;
	/* in turn, as their SEAMCALLs come at equal steps: nearly always another one had it */
	pl_lock_run(&m, 1, 100000, lock_result);
	near(pl_dist_mean(&lock_result->wait_ns), 130 + 80, 0.03);
	near(lock_result->locked_ratio, 0.1, 0.01);
}

static void histogram(void **state)
{
	struct pl_hist h = { .low_ns = { 1024, 4096 }, .count = { 1, 3 }, .n = 2 };

	(void)state;
	near(pl_hist_quantile(&h, 0), 1024, 1e-12);
	near(pl_hist_quantile(&h, 0.125), 1024 * M_SQRT2, 1e-12);
	near(pl_hist_quantile(&h, 1), 8192, 1e-12);
	near(pl_hist_mean(&h), (1024 + 3 * 4096) / 4.0 / M_LN2, 1e-12);
	h.n = 0;
	assert_true(isnan(pl_hist_quantile(&h, 0.5)) && isnan(pl_hist_mean(&h)));
}

static int setup(void **state)
{
	(void)state;
	lock_result = calloc(1, sizeof(*lock_result));
	return !lock_result;
}

static int teardown(void **state)
{
	(void)state;
	free(lock_result);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machine_repairman),
		cmocka_unit_test(deterministic),
		cmocka_unit_test(designs),
		cmocka_unit_test(victim),
		cmocka_unit_test(distribution),
		cmocka_unit_test(little),
		cmocka_unit_test(threads_do_not_matter),
		cmocka_unit_test(full_host_rejects),
		cmocka_unit_test(drains),
		cmocka_unit_test(free_lock),
		cmocka_unit_test(histogram),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
