// SPDX-License-Identifier: GPL-2.0
/*
 * The contention model: closed forms, designs, parameters, and the fit to posted figures.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/capacity/contention.h"
#include "analysis/capacity/contention_gain.h"
#include "lib/variants.h"

#include <cmocka.h>

static struct pl_lock_result result, other;

static void near(double got, double want, double relative)
{
	if (!(fabs(got - want) <= relative * fabs(want)))
		fail_msg("got %.10g, want %.10g within %g %%", got, want, 100 * relative);
}

static struct pl_duration fixed(double ns)
{
	return (struct pl_duration){ PL_D_FIXED, ns, { { 0 }, { 0 }, 0 } };
}

/* Every term has a value of its own; nothing is random. */
static struct pl_lock_model merged(unsigned int vcpus)
{
	struct pl_lock_model m = {
		.design = { "merged", "", 1, false, false, PL_PAIR_FREED }, .vcpus = vcpus,
		.think = fixed(10000), .take = fixed(50), .hold = fixed(70),
		.get_seamcall = fixed(4000), .put_seamcall = fixed(2000), .handoff_ns = 120,
		.line_ns = 30, .line_handoff_ns = 60, .pair_alloc_ns = 400, .pair_free_ns = 250,
		.pair_reset_ns = 1400, .pair_cache_ns = 10, .region_vcpus = 1, .region_calls = 512,
		.line_regions = 1, .zones = 1, .high_pages = 252, .zone_page_ns = 60,
	};

	return m;
}

static void run(const struct pl_lock_model *m, unsigned long calls)
{
	pl_lock_run(m, 1, calls, &result);
}

/* One vCPU: a call is the sum of its terms, in every design, get and put. */
static void alone(void **state)
{
	static const struct {
		struct pl_design design;
		double get_ns, get_seam_ns, put_ns, put_seam_ns;
	} c[] = {
		{ { "", "", 1, false, false, PL_PAIR_FREED },
		  400 + 50 + 70 + 1400 + 250, 400 + 50 + 70 + 4000, 120, 120 + 2000 + 1650 },
		{ { "", "", 1, false, true, PL_PAIR_FREED },
		  2170, 4520, 120, 3770 },
		{ { "", "", 64, false, false, PL_PAIR_FREED },
		  2170, 4520, 120, 3770 },
		{ { "", "", PL_LOCK_PER_REGION, false, false, PL_PAIR_FREED },
		  2170, 4520, 120, 3770 },
		{ { "", "", 1, true, false, PL_PAIR_ON_DEMAND },
		  30, 4520, 30, 3770 },
		{ { "", "", 1, false, false, PL_PAIR_RECYCLED },
		  10 + 120, 4520, 120, 3770 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		for (int put = 0; put < 2; put++) {
			for (int seam = 0; seam < 2; seam++) {
				struct pl_lock_model m = merged(1);
				double want = put ? seam ? c[i].put_seam_ns : c[i].put_ns :
						    seam ? c[i].get_seam_ns : c[i].get_ns;

				m.design = c[i].design;
				m.put_ratio = put;
				m.seamcall_ratio = seam;
				run(&m, 2000);
				near(pl_dist_mean(&result.call_ns), want, 1e-9);
				near(pl_lock_call_ns(&m), want, 1e-9);
				near(result.calls_per_s, 1e9 / (10000 + want), 1e-3);
				near(pl_lock_cycle_ns(&m), 10000 + want, 1e-9);
			}
		}
	}
}

/* Saturated, one server with a fixed time: a call per hold and hand-over, whatever else it costs. */
static void saturated(void **state)
{
	struct pl_lock_model m = merged(256);

	(void)state;
	run(&m, 100000);
	near(result.calls_per_s, 1e9 / (70 + 120), 1e-3);
	near(result.utilisation, 1, 1e-3);
	/* 256 calls go round: the call is what is left of it beside the think time */
	near(pl_dist_mean(&result.call_ns), 256 * 190 - 10000, 1e-3);
	near(pl_lock_knee(&m), (10000 + 2170 + 120) / 190.0, 1e-9);
	/* zero think time saturates with as few as the call is longer than the hold */
	m = merged(16);
	m.think = fixed(0);
	run(&m, 100000);
	near(result.calls_per_s, 1e9 / 190, 1e-3);
	/* nothing but hold: every vCPU waits for all others */
	m = merged(4);
	m.think = m.take = fixed(0);
	m.design.pair = PL_PAIR_ON_DEMAND;
	run(&m, 10000);
	near(result.calls_per_s, 1e9 / 190, 1e-3);
	near(pl_dist_mean(&result.call_ns), 4 * 190, 1e-3);
}

/* M/D/1: many vCPUs that call rarely are a Poisson stream. Wait = rho / (2 (1 - rho)) * hold. */
static void poisson(void **state)
{
	struct pl_lock_model m = merged(2000);
	double rho;

	(void)state;
	m.think = (struct pl_duration){ PL_D_EXPONENTIAL, 2e6, { { 0 }, { 0 }, 0 } };
	m.take = fixed(0);
	m.hold = fixed(600);
	m.handoff_ns = 0;
	m.design.pair = PL_PAIR_ON_DEMAND;
	run(&m, 2000000);
	rho = result.calls_per_s * 600e-9;
	near(rho, 0.6, 0.01);
	near(result.utilisation, rho, 0.01);
	near(pl_dist_mean(&result.wait_ns), rho / (2 * (1 - rho)) * 600, 0.03);
}

/* Zone lock: one batch of pages per so many faults; it bounds throughput where nothing else does. */
static void zone_lock(void **state)
{
	struct pl_lock_model m = merged(1);

	(void)state;
	m.batch_pages = 63;
	run(&m, 63000);
	near(result.zone_takes, 1 / 63.0, 0.01);	/* pairs come back: the guest's page is what is gone */
	m.put_ratio = 1;
	run(&m, 63000);
	near(result.zone_takes, 1 / 63.0, 0.01);
	m.put_ratio = 0;
	m.seamcall_ratio = 1;		/* each get keeps its pair */
	run(&m, 63000);
	near(result.zone_takes, 3 / 63.0, 0.01);
	m = merged(256);
	m.batch_pages = 63;
	m.design.fastpath = true;
	m.design.pair = PL_PAIR_ON_DEMAND;
	m.think = fixed(1000);
	run(&m, 400000);
	near(result.calls_per_s, 63e9 / (63 * 60 + 120), 0.02);
	near(result.zone_utilisation, 1, 0.02);
	m.zones = 2;
	run(&m, 400000);
	near(result.calls_per_s, 2 * 63e9 / (63 * 60 + 120), 0.02);
}

/* The refcount's line moves where vCPUs share a region, or a line of refcounts. */
static void refcount_line(void **state)
{
	struct pl_lock_model m = merged(4);

	(void)state;
	m.design.fastpath = true;
	m.design.pair = PL_PAIR_ON_DEMAND;
	m.think.kind = PL_D_EXPONENTIAL;
	m.think.mean_ns = 1e6;
	run(&m, 50000);
	near(pl_dist_mean(&result.call_ns), 30, 1e-6);
	m.region_vcpus = 4;
	run(&m, 100000);
	near(pl_dist_mean(&result.call_ns), 30 + 0.75 * 60, 0.02);
	m.region_vcpus = 1;
	m.line_regions = 4;
	run(&m, 100000);
	near(pl_dist_mean(&result.call_ns), 30 + 0.75 * 60, 0.02);
}

/* A lock per region: only those in one region wait for each other. */
static void per_region(void **state)
{
	struct pl_lock_model m = merged(64);

	(void)state;
	m.think = fixed(0);
	m.design.locks = PL_LOCK_PER_REGION;
	m.design.pair = PL_PAIR_ON_DEMAND;
	m.region_vcpus = 8;
	run(&m, 100000);
	near(result.calls_per_s, 8 * 1e9 / 190, 1e-3);
	m.think = fixed(10000);
	assert_true(isinf(pl_lock_knee(&m)));
	m.design.locks = 1;
	assert_true(isfinite(pl_lock_knee(&m)));
}

static void same_seed(void **state)
{
	struct pl_lock_model m = merged(8);

	(void)state;
	m.think.kind = PL_D_EXPONENTIAL;
	m.batch_pages = 63;
	m.seamcall_ratio = 0.003;
	m.put_ratio = 0.5;
	pl_lock_run(&m, 7, 20000, &result);
	pl_lock_run(&m, 7, 20000, &other);
	assert_memory_equal(&result, &other, sizeof(result));
	pl_lock_run(&m, 8, 20000, &other);
	assert_memory_not_equal(&result, &other, sizeof(result));
}

/* A boot of convert with one thread, 1000 gets and puts of one pair, all with the lock. */
static struct pl_run boot(bool counts_hold)
{
	struct pl_run r = {
		.dir = "boot",
		.variant = "immediate",
		.time_base = "wall",
		.workload = "convert",
		.threads = 1,
		.uses = PL_USE_CALLS,
		.cpus = 2,
		.tds = 1,
		.vcpus = 1,
		.phase_ns = 1e7,
		.get = 1000,
		.put = 1000,
		.add = 10,
		.remove = 10,
		.lock_wait_ns = 2000 * 50,
		.seamcall_ns = 20 * 3000,
		.total_ns = 400000,
		.get_locked = NAN,
		.put_locked = NAN,
		.lock_hold_ns = NAN,
		.pair_alloc_ns = NAN,
		.pair_free_ns = NAN,
		.lock_wait = { { 0, 32 }, { 0, 2000 }, 2 },
	};

	if (counts_hold) {
		r.get_locked = r.put_locked = 1000;
		r.lock_hold_ns = 2000 * 70 + r.seamcall_ns;
		r.pair_alloc_ns = 1000 * 400;
		r.pair_free_ns = 1000 * 900;	/* of 990 gets and 10 puts */
		r.total_ns = r.pair_alloc_ns + r.lock_wait_ns + r.lock_hold_ns + r.pair_free_ns +
			     2000 * 33;		/* reading the clock */
	}
	return r;
}

/* The lock's hold is counted apart from the pair; an older kernel's call is nothing but its lock. */
static void hold_and_pair(void **state)
{
	struct pl_run r = boot(true);
	struct pl_lock_model m;
	struct pl_design d;
	struct pl_calls c;
	double cycle_ns;

	(void)state;
	assert_int_equal(pl_calls_of(&r, &c), 0);
	assert_true(c.has_hold);
	near(c.hold_ns, 70, 1e-9);
	near(c.take_ns, 50, 1e-9);
	near(c.pair_alloc_ns, 400, 1e-9);
	near(c.pair_free_ns, 900, 1e-9);
	near(c.seamcall_ns, 3000, 1e-9);
	/* the model's terms of one thread alone are all the parts that were counted */
	cycle_ns = c.think_ns + (r.total_ns - 2000 * 33) / 2000;
	pl_design_find("immediate", &d);
	m = pl_lock_model_of(&c, &d, 1, PL_COST_AS_MEASURED);
	near(pl_lock_cycle_ns(&m), cycle_ns, 1e-6);
	pl_design_find("immediate-recycle", &d);
	m = pl_lock_model_of(&c, &d, 1, PL_COST_AS_MEASURED);
	near(cycle_ns - pl_lock_cycle_ns(&m), 0.5 * 0.99 * (400 + 900), 1e-6);

	/* a lock that few calls take */
	r.get_locked = r.put_locked = 10;
	r.lock_hold_ns = 20 * 90 + r.seamcall_ns;
	assert_int_equal(pl_calls_of(&r, &c), 0);
	near(c.hold_ns, 90, 1e-9);
	near(c.take_ns, 2000 * 50 / 20.0, 1e-9);
	near(c.pair_alloc_ns, 1000 * 400 / 10.0, 1e-9);

	r = boot(false);
	assert_int_equal(pl_calls_of(&r, &c), 0);
	assert_false(c.has_hold);
	near(c.hold_ns, (400000 - 2000 * 50 - 60000) / 2000.0, 1e-9);
	assert_true(c.pair_alloc_ns == 0 && c.pair_free_ns == 0);
}

/* Boots that count the hold and boots that do not are never averaged, nor compared. */
static void one_kind_of_boots(void **state)
{
	struct pl_run run[3] = { boot(true), boot(false), boot(true) };
	struct pl_evidence e = { .run = run, .n = 3 }, old = { .run = &run[1], .n = 1 };
	struct pl_lock_check check[PL_LOCK_CHECKS];
	struct pl_calls c;
	char *missing;

	(void)state;
	run[2].lock_hold_ns += 2000 * 20;
	assert_int_equal(pl_calls_fit(&e, &c, &missing), 0);
	assert_int_equal(c.runs, 2);
	near(c.hold_ns, 80, 1e-9);
	near(c.pair_free_ns, 900, 1e-9);
	assert_int_equal(pl_lock_check(&c, 100, -1, 1, &old, check), 0);
	assert_int_equal(pl_calls_fit(&old, &c, &missing), 0);
	assert_int_equal(pl_lock_check(&c, 100, -1, 1, &old, check), PL_LOCK_CHECKS);
}

/* A fit is of one design: boots of another are left out, not averaged with the first one's. */
static void one_design_per_fit(void **state)
{
	struct pl_run run[3] = { boot(true), boot(true), boot(true) };
	struct pl_evidence e = { .run = run, .n = 3 };
	struct pl_calls c;
	char *missing;

	(void)state;
	snprintf(run[1].variant, sizeof(run[1].variant), "immediate-fastpath");
	run[1].get_locked = run[1].put_locked = 1; /* two waits of 50 us each */
	assert_int_equal(pl_calls_fit(&e, &c, &missing), 0);
	assert_int_equal(c.runs, 2);
	assert_string_equal(c.variant, "immediate");
	near(c.take_ns, 50, 1e-9);
}

/* What a kernel variant does comes from the table of variants; one design for each kind of them. */
static void designs(void **state)
{
	struct pl_design d[PL_MAX_DESIGNS], one;
	size_t n = pl_designs(d);

	(void)state;
	assert_string_equal(d[0].name, "immediate");
	assert_int_equal(d[0].locks, 1);
	assert_int_equal(d[0].pair, PL_PAIR_FREED);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(d[i].name, d[k].name);
	for (size_t i = 0; i < nr_variants; i++) {
		assert_int_equal(pl_design_find(variants[i].name, &one), 0);
		assert_string_equal(one.name, variants[i].name);
		assert_int_equal(one.fastpath, strstr(variants[i].name, "fastpath") != NULL);
		assert_int_equal(one.pair, one.fastpath ? PL_PAIR_ON_DEMAND :
				 strstr(variants[i].name, "recycle") ? PL_PAIR_RECYCLED :
				 PL_PAIR_FREED);
		assert_int_equal(one.irqsave, strstr(variants[i].pamt_lock, "irqsave") != NULL);
	}
	assert_int_equal(pl_design_find("immediate-hashed", &one), 0);
	assert_int_equal(one.locks, 64);
	assert_int_equal(pl_design_find("rcu+debug", &one), 0);
	assert_true(one.irqsave);
	assert_int_equal(pl_design_find("immediate-recycle", &one), 0);
	assert_int_equal(one.pair, PL_PAIR_RECYCLED);
	assert_int_equal(pl_design_find("nobody's", &one), -1);
}

/* One design asked for is compared with the merged one; a variant of the rcu kind, too. */
static void one_design(void **state)
{
	static const unsigned int vcpus[] = { 64 };
	struct pl_range3 box[PL_NR_PARAMS];
	size_t tried[PL_NR_MISFITS];
	struct pl_gains g;
	struct pl_fitted f;

	(void)state;
	pl_params_init(box);
	assert_int_equal(pl_fit_box(box, PL_POSTED_ONE, 1, 5, &f, tried), 1);
	pl_gains_run(&g, &f, 1, vcpus, 1, PL_LOAD_FAULT, PL_L_FITTED, box, "rcu", 1);
	assert_int_equal(g.nr_designs, 2);
	assert_string_equal(g.design[0].name, "immediate");
	assert_string_equal(g.design[1].name, "rcu");
	near(pl_gain(&g, 1, 0, 0).median, 1, 1e-9);
	assert_true(g.irqs_off_ns[1] > 2 * g.irqs_off_ns[0]);
	pl_gains_free(&g);
}

/* What is drawn for five TDs is narrower, unless the caller said otherwise. */
static void ranges_of_five(void **state)
{
	struct pl_range3 box[PL_NR_PARAMS], before[PL_NR_PARAMS];

	(void)state;
	pl_params_init(box);
	memcpy(before, box, sizeof(box));
	pl_posted_ranges(box, PL_POSTED_ONE);
	assert_memory_equal(box, before, sizeof(box));
	pl_posted_ranges(box, PL_POSTED_FIVE);
	assert_true(box[PL_P_FAULTING].low > before[PL_P_FAULTING].low);
	box[PL_P_FAULTING] = (struct pl_range3){ 2, 2, 2 };
	pl_posted_ranges(box, PL_POSTED_FIVE);
	assert_true(box[PL_P_FAULTING].high == 2);
}

static void parameters(void **state)
{
	static const char *const bad[] = {
		"fault_ns", "fault_ns=", "fault_ns=x", "fault_ns=-1", "fault_ns=1:2", "fault_ns=3:2:1",
		"fault_ns=1:2:3:4", "fault_ns=inf", "fault_ns=nan", "fault=1", "=1", "",
		"zones=0", "faulting_vcpus=0.5", "seamcall_percent=101", "batch_pages=1",
		"batch_pages=5000",
	};
	struct pl_range3 box[PL_NR_PARAMS], before[PL_NR_PARAMS];
	char *error;

	(void)state;
	pl_params_init(box);
	for (int i = 0; i < PL_NR_PARAMS; i++)
		assert_true(box[i].low <= box[i].mid && box[i].mid <= box[i].high);
	memcpy(before, box, sizeof(box));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(pl_params_set(box, bad[i], &error), -1);
		assert_non_null(strstr(error, "must be"));
		free(error);
		assert_memory_equal(box, before, sizeof(box));
	}
	assert_int_equal(pl_params_set(box, "fault_ns=2000", &error), 0);
	assert_true(box[PL_P_FAULT].low == 2000 && box[PL_P_FAULT].high == 2000);
	assert_int_equal(pl_params_set(box, "reset_ns=0:1.5:3e2", &error), 0);
	assert_true(box[PL_P_RESET].low == 0 && box[PL_P_RESET].mid == 1.5 &&
		    box[PL_P_RESET].high == 300);
	assert_int_equal(pl_params_set(box, "batch_pages=0", &error), 0);
}

/* Sets that are kept give the posted figures again, computed here. */
static void fit_gives_posted(void **state)
{
	struct pl_range3 box[PL_NR_PARAMS];
	size_t tried[PL_NR_MISFITS];
	struct pl_fitted f[2];

	(void)state;
	pl_params_init(box);
	assert_int_equal(pl_fit_box(box, PL_POSTED_ONE, 2, 5, f, tried), 2);
	assert_int_equal(tried[PL_FITS], 2);
	for (int i = 0; i < 2; i++) {
		struct pl_design fast, slow;
		struct pl_lock_model m;

		pl_design_find("immediate", &slow);
		pl_design_find("immediate-fastpath", &fast);
		m = pl_posted_model(&f[i], &slow, PL_LOAD_TEARDOWN, 1, 1);
		near(pl_lock_call_ns(&m), 130e6 / 706e3, 0.03);
		m = pl_posted_model(&f[i], &fast, PL_LOAD_TEARDOWN, 1, 1);
		near(pl_lock_call_ns(&m), 34e6 / 704e3, 0.05);
		m = pl_posted_model(&f[i], &slow, PL_LOAD_FAULT,
				    (unsigned int)fmax(round(f[i].p[PL_P_FAULTING]), 1), 1);
		pl_lock_run(&m, 99, 50000, &result);
		near(pl_dist_mean(&result.call_ns), 2025e6 / 706e3, 0.05);
		/* 40 vCPUs never take less than one TD */
		assert_true(pl_predict_five(&f[i], PL_MERGED, PL_LOAD_FAULT, 1, &result) >
			    0.99 * 2025e6 / 706e3);
	}
}

/* Ranges that no set of which can give the posted figures: none is made up. */
static void impossible(void **state)
{
	struct pl_range3 box[PL_NR_PARAMS];
	size_t tried[PL_NR_MISFITS];
	struct pl_fitted f[1];

	(void)state;
	pl_params_init(box);
	box[PL_P_ADD] = (struct pl_range3){ 1e6, 1e6, 1e6 };
	assert_int_equal(pl_fit_box(box, PL_POSTED_ONE, 1, 1, f, tried), 0);
	assert_int_equal(tried[PL_MISFIT_FAST] + tried[PL_MISFIT_LEAST], 100);
	pl_params_init(box);
	box[PL_P_RESET] = (struct pl_range3){ 300, 300, 300 };
	box[PL_P_ALLOC] = (struct pl_range3){ 200, 200, 200 };
	box[PL_P_FREE] = (struct pl_range3){ 100, 100, 100 };
	assert_int_equal(pl_fit_box(box, PL_POSTED_ONE, 1, 1, f, tried), 0);
	assert_true(tried[PL_MISFIT_PAIR] > 0);
}

/* Gains and flips of throughputs that are given. */
static void flips(void **state)
{
	static const unsigned int vcpus[] = { 1, 16, 256 };
	/* sets in the last dimension */
	double calls[2 * 3 * 2] = { 100, 100, 100, 100, 100, 100,	/* design 0 */
				    90, 95, 99, 101, 150, 100 };	/* design 1 */
	struct pl_gains g = { .nr_designs = 2, .nr_vcpus = 3, .nr_sets = 2, .vcpus = vcpus,
			      .calls_per_s = calls };
	struct pl_flip f = pl_flip_of(&g, 0, 1);

	(void)state;
	near(f.flips, 0.5, 1e-9);	/* 100 against 100 is none */
	near(f.vcpus.median, 256, 1e-9);
	assert_true(pl_flip_of(&g, 1, 0).flips == 0);
	near(pl_gain(&g, 1, 0, 2).median, 1.25, 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alone),
		cmocka_unit_test(saturated),
		cmocka_unit_test(poisson),
		cmocka_unit_test(zone_lock),
		cmocka_unit_test(refcount_line),
		cmocka_unit_test(per_region),
		cmocka_unit_test(same_seed),
		cmocka_unit_test(hold_and_pair),
		cmocka_unit_test(one_kind_of_boots),
		cmocka_unit_test(one_design_per_fit),
		cmocka_unit_test(designs),
		cmocka_unit_test(one_design),
		cmocka_unit_test(ranges_of_five),
		cmocka_unit_test(parameters),
		cmocka_unit_test(fit_gives_posted),
		cmocka_unit_test(impossible),
		cmocka_unit_test(flips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
