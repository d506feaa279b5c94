// SPDX-License-Identifier: GPL-2.0
/*
 * What must be free for a replacement: the measured threshold as a term of a plan. Where nothing was
 * measured, or too little, there is no number.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/capacity/pamt.h"
#include "analysis/capacity/policy_cost.h"
#include "analysis/capacity/reference.h"
#include "analysis/capacity/sizes.h"
#include "bench/rundir/file_names.h"
#include "lib/array_size.h"
#include "scratch.h"

#include <cmocka.h>

/* A boot that replaced TDs of 514 S-EPT pages @n times at each of 1, 2 and 4 MiB. */
static struct pl_run boot(const char *variant, double n, double waited_1, double waited_2,
			  double waited_4)
{
	struct pl_run r = {
		.dir = "b",
		.name = "b",
		.time_base = "simulated-virtual",
		.workload = "pressure",
		.module = "m",
		.kernel = "7.3.4",
		.date = "2026-11-27",
		.shortage = "cgroup",
		.cpus = 2,
		.tds = 1,
		.sept_pages = 514,
		.uses = PL_USE_REPLACE,
		.tried = { { 1024, n, waited_1 }, { 2048, n, waited_2 }, { 4096, n, waited_4 } },
		.nr_tried = 3,
	};

	snprintf(r.variant, sizeof(r.variant), "%s", variant);
	return r;
}

static struct pl_scenario scenario(const char *td, const char *variant)
{
	struct pl_scenario s;
	char *error = NULL;

	pl_scenario_init(&s);
	if (pl_scenario_set_list(&s, "host", "memory_gib=64", &error) ||
	    pl_scenario_set_list(&s, "td", td, &error) ||
	    pl_scenario_set(&s, "kernel", "variant", variant, &error) ||
	    pl_scenario_check(&s, false, &error))
		fail_msg("%s", error);
	return s;
}

/* 1 GiB, of which each 2M is touched, is 514 S-EPT pages: the size that was measured. */
#define ALIKE "a:memory_gib=1,fragmentation=0"

static void at_the_measured_size(void **state)
{
	struct pl_run runs[] = { boot("rcu", 63, 20, 9, 0), boot("rcu", 63, 19, 8, 1),
				 boot("immediate", 63, 0, 0, 0) };
	struct pl_evidence e = { runs, ARRAY_SIZE(runs), NULL };
	struct pl_scenario s = scenario(ALIKE, "rcu");
	const struct pl_term *t;
	struct pl_plan p;

	(void)state;
	pl_plan_make(&s, &e, 1, &p);
	t = pl_plan_term(&p, "replace_bytes");
	assert_int_equal(t->source, PL_SRC_MEASURED);
	assert_true(t->expected == 4096 * 1024.0);
	assert_non_null(strstr(t->detail, "2 boots of rcu [simulated-virtual]: from 4096 KiB"));
	assert_non_null(strstr(t->detail, "(126 there)"));
	pl_plan_free(&p);
}

static void another_size_is_assumed(void **state)
{
	struct pl_run runs[] = { boot("rcu", 63, 0, 0, 0) };
	struct pl_evidence e = { runs, ARRAY_SIZE(runs), NULL };
	struct pl_scenario s = scenario("a:memory_gib=8,fragmentation=0", "rcu");
	double sept = pl_td_of(&s.td[0]).sept_pages;
	const struct pl_term *t;
	struct pl_plan p;

	(void)state;
	pl_plan_make(&s, &e, 1, &p);
	t = pl_plan_term(&p, "replace_bytes");
	assert_int_equal(t->source, PL_SRC_ASSUMED);
	assert_true(fabs(t->expected - 1024 * 1024.0 * sept / 514) < 1);
	/* nothing less than 1024 KiB was tried */
	assert_true(isnan(t->low));
	assert_non_null(strstr(t->detail, "from the least that was tried, 1024 KiB"));
	assert_non_null(strstr(t->detail, "in proportion, which is assumed"));
	pl_plan_free(&p);
}

static void missing(const struct pl_evidence *e, const char *says)
{
	struct pl_scenario s = scenario(ALIKE, "rcu");
	const struct pl_term *t;
	struct pl_plan p;

	pl_plan_make(&s, e, 1, &p);
	t = pl_plan_term(&p, "replace_bytes");
	assert_int_equal(t->source, PL_SRC_MISSING);
	assert_true(isnan(t->low) && isnan(t->expected) && isnan(t->high));
	if (!strstr(t->detail, says))
		fail_msg("said '%s', not '%s'", t->detail, says);
	pl_plan_free(&p);
}

static void missing_is_no_number(void **state)
{
	struct pl_run other = boot("immediate", 63, 0, 0, 0), few = boot("rcu", 20, 9, 0, 0),
		      always = boot("rcu", 63, 60, 60, 60), teardown = boot("rcu", 63, 0, 0, 0);

	(void)state;
	missing(&(struct pl_evidence){ 0 }, "run dpamt-bench run pressure");
	missing(&(struct pl_evidence){ &other, 1, NULL }, "with rcu among its variants");
	missing(&(struct pl_evidence){ &few, 1, NULL }, "20 replacements at 2048 KiB with rcu are too few");
	missing(&(struct pl_evidence){ &always, 1, NULL }, "at 4096 KiB, the largest headroom tried");
	teardown.uses = PL_USE_TEARDOWN;
	missing(&(struct pl_evidence){ &teardown, 1, NULL }, "run dpamt-bench run pressure");
}

/* Boots of another size, or short of something else, are not added up with these. */
static void only_boots_alike(void **state)
{
	struct pl_run runs[] = { boot("rcu", 63, 0, 0, 0), boot("rcu", 63, 60, 60, 60),
				 boot("rcu", 63, 60, 60, 60) };
	struct pl_evidence e = { runs, ARRAY_SIZE(runs), NULL };
	struct pl_replace r;
	char *why = NULL;

	(void)state;
	runs[1].sept_pages = 5140;
	strcpy(runs[2].shortage, "machine");
	assert_int_equal(pl_replace_fit(&e, "rcu", 520, &r, &why), 0);
	assert_true(r.boots == 1 && r.sept_pages == 514 && r.bytes == 1024 * 1024.0);
	assert_int_equal(pl_replace_fit(&e, "rcu", 4000, &r, &why), -1);
	assert_non_null(strstr(why, "more than 5 %"));
	free(why);
}

/* Written to a reference and read again, beside boots of another time base. */
static void kept_by_a_reference(void **state)
{
	struct pl_run runs[] = { boot("rcu", 63, 20, 9, 0), boot("immediate", 1, 0, 0, 0) };
	struct pl_evidence e = { runs, ARRAY_SIZE(runs), NULL }, back;
	const char *dir = scratch();
	char *path = xasprintf("%s/reference.json", dir), *why;
	struct pl_replace r;

	(void)state;
	runs[1].uses = PL_USE_SIZES;
	strcpy(runs[1].time_base, "simulated-wall");
	strcpy(runs[0].date, "2026-11-27");
	strcpy(runs[1].date, "2026-11-26");
	assert_int_equal(pl_reference_write(&e, path), 0);
	assert_int_equal(pl_reference_load(path, true, &back), 0);
	assert_string_equal(back.run[0].time_base, "simulated-virtual");
	assert_string_equal(back.run[1].time_base, "simulated-wall");
	assert_string_equal(back.run[0].date, "2026-11-27");
	assert_string_equal(back.run[1].date, "2026-11-26");
	assert_non_null(strstr(back.source, ": 1 boots of 2026-11-26, kernel 7.3.4, simulated-wall, on "));
	assert_non_null(strstr(back.source, ", and 1 of replacements, of 2026-11-27, simulated-virtual;"));
	assert_int_equal(pl_replace_fit(&back, "rcu", 514, &r, &why), 0);
	assert_true(r.bytes == 4096 * 1024.0 && r.replacements == 63);
	assert_string_equal(r.shortage, "cgroup");
	pl_evidence_free(&back);

	/* boots of --runs take the place of those that are only about replacements */
	assert_int_equal(pl_reference_load(path, false, &back), 0);
	assert_int_equal(back.n, 1);
	assert_string_equal(back.run[0].variant, "immediate");
	assert_null(strstr(back.source, "of replacements"));
	pl_evidence_free(&back);
	free(path);
	remove_tree(dir);
}

/* Held memory of both variants, from one TD torn down alone. */
static struct pl_run teardown(const char *variant, double regions)
{
	bool rcu = !strcmp(variant, "rcu");
	struct pl_run r = {
		.dir = "t",
		.name = "t",
		.time_base = "simulated-wall",
		.workload = "teardown",
		.module = "m",
		.uses = PL_USE_SIZES | PL_USE_TEARDOWN,
		.cpus = 2,
		.hz = 250,
		.tds = 1,
		.threads = 1,
		.vcpus = 1,
		.rounds = 1,
		.regions = regions,
		.pages_per_region = 1,
		.host_room = 512,
		.serial = true,
		.held_peak = rcu ? regions : 1,
		.spt_allocated = regions,
		.spt_freed = regions,
		.held_page_ns = regions * (rcu ? 5e6 : 1e3),
		.held_max_ns = rcu ? 6e6 : 2e3,
		.held = { { rcu ? 4194304 : 1024 }, { regions }, 1 },
		.before_reclaim_ns = 1e5 * regions,
		.has_retention = true,
		.first_reclaim_ns = 1e6,
		.first_free_ns = rcu ? 5e6 : 1.1e6,
		.reclaim_ns = 1e4,
		.free_ns = rcu ? 1e3 : NAN,
		.unequal = NAN,
	};

	snprintf(r.variant, sizeof(r.variant), "%s", variant);
	return r;
}

static void sentence_of(struct pl_run *runs, size_t n, const char *variant, double *bytes,
			char **sentence)
{
	struct pl_evidence e = { runs, n, NULL };
	struct pl_scenario s = scenario(ALIKE, variant);
	struct pl_policy_cost c;
	struct pl_plan p;

	pl_plan_make(&s, &e, 1, &p);
	pl_policy_cost_make(&p, &e, 1, &c);
	*bytes = c.headroom_bytes;
	*sentence = c.sentence;
	pl_plan_free(&p);
}

static void rcu_costs(void **state)
{
	struct pl_run runs[] = { teardown("rcu", 64), teardown("immediate", 64),
				 boot("rcu", 63, 9, 9, 0), boot("immediate", 63, 0, 0, 0) };
	double under_rcu, under_immediate, alone;
	char *a, *b;

	(void)state;
	sentence_of(runs, 4, "rcu", &under_rcu, &a);
	sentence_of(runs, 4, "immediate", &under_immediate, &b);
	/* the same question, whichever kernel the plan is of */
	assert_string_equal(a, b);
	assert_true(under_rcu == under_immediate && under_rcu > 0);
	assert_non_null(strstr(a, "rcu instead of immediate on this host costs "));
	assert_non_null(strstr(a, "a replacement needs 4 MiB free, against 1 MiB"));
	assert_null(strchr(a, '\n'));
	free(a);
	free(b);

	/* the threshold is what decides where less is held */
	sentence_of(runs, 2, "rcu", &alone, &a);
	assert_non_null(strstr(a, "what a replacement needs is not known under either"));
	assert_true(alone != under_rcu);
	free(a);

	/* without a boot of rcu nothing is said */
	sentence_of(runs + 1, 1, "immediate", &alone, &a);
	assert_true(isnan(alone));
	assert_string_equal(a, "What rcu instead of immediate costs on this host is not known: "
			       "headroom under rcu is not given: memory held back.");
	free(a);
}

static void beside_a_reference(void **state)
{
	struct pl_run rcu = boot("rcu", 63, 9, 9, 0), fit = teardown("rcu", 64), other = fit;
	struct pl_evidence e = { 0 }, more = { 0 };

	(void)state;
	assert_false(pl_evidence_only_replaces(&e));
	e = (struct pl_evidence){ malloc(sizeof(rcu)), 1, xstrdup("1 boots of --runs") };
	more = (struct pl_evidence){ malloc(sizeof(fit)), 1, xstrdup("the reference") };
	rcu.dir = xstrdup("b");
	fit.dir = xstrdup("t");
	e.run[0] = rcu;
	more.run[0] = fit;
	assert_true(pl_evidence_only_replaces(&e));
	assert_false(pl_evidence_only_replaces(&more));
	assert_int_equal(pl_evidence_add(&e, &more), 0);
	assert_int_equal(e.n, 2);
	assert_int_equal(more.n, 0);
	assert_string_equal(e.source, "the reference; beside them 1 boots of --runs");
	strcpy(other.module, "cost high");
	more = (struct pl_evidence){ &other, 1, NULL };
	assert_int_equal(pl_evidence_add(&e, &more), -1);
	assert_int_equal(e.n, 2);
	pl_evidence_free(&e);
}

static struct pl_run read_result(const char *begin, const char *victim)
{
	json_t *result = json_pack("{s:i, s:{s:i, s:s, s:s, s:s}, s:{s:i}}", "tds", 6, "params",
				   "tds", 3, "where", "cgroup", "begin", begin, "victim", victim,
				   "pressure", "sept_pages_per_td", 514);
	struct pl_run r = { .workload = "pressure" };

	pl_workload_read(&r, result);
	json_decref(result);
	return r;
}

/* Only a replacement that begins at once, with nobody beside it, is what the plan is about. */
static void workload_is_read(void **state)
{
	struct pl_run r = read_result("memory", "none");

	(void)state;
	assert_int_equal(r.uses, PL_USE_REPLACE);
	assert_true(r.sept_pages == 514 && r.tds == 3);
	assert_string_equal(r.shortage, "cgroup");
	assert_int_equal(read_result("after", "none").uses, 0);
	assert_int_equal(read_result("memory", "small").uses, 0);
}

/* A boot's own record is added up by headroom. */
static void record_is_read(void **state)
{
	const char *dir = scratch();
	struct pl_run r = { 0 };
	char *why = NULL;

	(void)state;
	assert_int_equal(pl_replacements_read(dir, &r, &why), -1);
	assert_string_equal(why, "there is no " FILE_REPLACEMENTS);
	free(why);
	put(dir, FILE_REPLACEMENTS,
		      CSV_REPLACEMENTS "\n0,0,2048,5,6,0,0,0,0,0,,\n1,0,1024,5,6,0,1,0,0,0,,\n"
				       "2,0,2048,5,6,0,0,3,0,0,,\n");
	assert_int_equal(pl_replacements_read(dir, &r, &why), 0);
	assert_int_equal(r.nr_tried, 2);
	assert_true(r.tried[0].kib == 2048 && r.tried[0].replaced == 2 && r.tried[0].waited == 1);
	assert_true(r.tried[1].kib == 1024 && r.tried[1].replaced == 1 && r.tried[1].waited == 1);
	put(dir, FILE_REPLACEMENTS, CSV_REPLACEMENTS "\n");
	assert_int_equal(pl_replacements_read(dir, &r, &why), -1);
	assert_non_null(strstr(why, "no replacement is in it"));
	free(why);
	remove_tree(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_the_measured_size), cmocka_unit_test(another_size_is_assumed),
		cmocka_unit_test(missing_is_no_number), cmocka_unit_test(only_boots_alike),
		cmocka_unit_test(kept_by_a_reference),	cmocka_unit_test(rcu_costs),
		cmocka_unit_test(beside_a_reference),	cmocka_unit_test(workload_is_read),
		cmocka_unit_test(record_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
