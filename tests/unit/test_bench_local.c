// SPDX-License-Identifier: GPL-2.0
/*
 * Which boots of an experiment are for this machine? A boot on the wrong
 * kernel, or without what its command line asked for, would be a result under
 * another one's name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/boot/header.h"
#include "bench/doctor/doctor.h"
#include "bench/job/schedule.h"
#include "bench/target/local.h"
#include "bench/target/target.h"
#include "lib/array_size.h"
#include "lib/text.h"
#include "lib/variants.h"
#include "job_text.h"

#include <cmocka.h>	/* last: it has a fail() of its own */

static const char text[] =
	"[e]\nquestion = q\nexpected = e\nrefuted_by = r\nworkload = w\nvariants = immediate rcu\n"
	"aa = no\nseeds = 1\nappend = soft_tdx.jitter=10\nfactor.append = -; nocbs: rcu_nocbs=0-1\n"
	"factor.cost = mid high\n";
static const char platforms_text[] =
	"[e]\nquestion = q\nexpected = e\nrefuted_by = r\nworkload = w\nvariants = rcu\naa = no\n"
	"factor.platform = spr gnr\n";

static struct machine soft = {
	.policy = "spt_free rcu, pamt_put rcu, pamt_lock spinlock-irqsave, also none", .variant = "rcu",
	.release = "7.3.4", .version = "#1", .build_id = "00ff", .cost = "mid", .soft = true,
	.platform = "spr", .jitter_percent = 10, .boot_jitter_percent = 7,
	.cmdline = "quiet rcu_nocbs=0-1 soft_tdx.jitter=10 panic=-1", .cpus = 8, .mem_mib = 9000,
};
JOB_FIXTURE(job, text);

static struct boot_spec boot_of(const struct job *of, const char *variant, size_t cell)
{
	struct plan_item item = { .exp = &of->exp[0], .variant = variant, .cell = cell, .seed = 1 };
	const struct plan plan = { 0 };
	struct boot_spec s;

	spec_from_plan(&s, &item, &plan, "out");
	s.target = &target_local;
	return s;
}

/* The boot of @variant and @cell (append slowest, cost fastest). */
static struct boot_spec boot(const char *variant, size_t cell)
{
	return boot_of(&job, variant, cell);
}

static void refused(struct boot_spec s, const struct machine *m, const char *variant,
		    const char *want)
{
	char *why = target_local_prepare(&s, m, variant, NULL);

	assert_non_null(why);
	assert_string_equal(why, want);
	free(why);
	boot_spec_free(&s);
}

static void takes_what_is_its_own(void **state)
{
	struct boot_spec s = boot("rcu", 2);	/* nocbs, mid */
	json_t *h;

	(void)state;
	assert_null(target_local_prepare(&s, &soft, NULL, NULL));
	assert_int_equal(s.cpus, 8);
	assert_int_equal(s.mem_mib, 9000);
	assert_false(s.virtual_time);
	h = header_make(&s);
	assert_string_equal(json_string_value(json_object_get(h, "target")), "local");
	assert_string_equal(json_string_value(json_object_get(h, "time_base")), "simulated-wall");
	assert_string_equal(json_string_value(json_object_get(h, "module")), "simulated");
	assert_string_equal(json_string_value(json_object_get(h, "kernel_cmdline")), soft.cmdline);
	assert_string_equal(json_string_value(json_object_get(json_object_get(h, "kernel"), "build_id")),
			    "00ff");
	assert_string_equal(json_string_value(json_object_get(h, "platform")), "spr");
	assert_int_equal(json_integer_value(json_object_get(h, "boot_jitter_percent")), 7);
	assert_true(json_is_false(json_object_get(h, "repeatable")));
	json_decref(h);
	boot_spec_free(&s);
}

/* A single boot need not say which variant this machine runs. */
static void names_the_variant(void **state)
{
	struct boot_spec s = boot("rcu", 2);

	(void)state;
	free(s.variant);
	s.variant = NULL;
	assert_null(target_local_prepare(&s, &soft, NULL, NULL));
	assert_string_equal(s.variant, "rcu");
	boot_spec_free(&s);
}

/* An archive is unpacked in a VM's memory. */
static void leaves_archives(void **state)
{
	static const char of_archive[] =
		"[e]\nquestion = q\nexpected = e\nrefuted_by = r\nvariants = rcu\nroot = /x.cpio\ncommand = x\n";
	struct job archive;

	(void)state;
	assert_int_equal(job_text_load(of_archive, &archive), 0);
	refused(boot_of(&archive, "rcu", 0), &soft, NULL,
		"runs a program of an archive, which only the target qemu does");
	job_free(&archive);
}

static void leaves_what_is_not(void **state)
{
	struct boot_spec two_nodes = boot("rcu", 2);
	struct machine other = soft;

	(void)state;
	refused(boot("immediate", 2), &soft, NULL, "needs variant immediate");
	refused(boot("rcu", 2), &soft, "rcu+hz100", "needs variant rcu");
	other = soft;
	other.nodes = 1;
	two_nodes.nodes = 2;
	refused(two_nodes, &other, NULL, "needs 2 NUMA nodes with memory, here is 1");
	other.nodes = 3;
	two_nodes = boot("rcu", 2);
	two_nodes.nodes = 2;
	refused(two_nodes, &other, NULL, "needs 2 NUMA nodes with memory, here are 3");
	refused(boot("rcu", 3), &soft, NULL, "needs soft_tdx.cost=high, here it is mid");
	other.cmdline = "quiet soft_tdx.jitter=10 rcu_nocbs=0-15";
	refused(boot("rcu", 2), &other, NULL, "needs 'rcu_nocbs=0-1' on the kernel's command line");
	other.cmdline = "rcu_nocbs=0-1 soft_tdx.jitter=10 tdx_stats=off";
	refused(boot("rcu", 2), &other, NULL, "needs a boot without tdx_stats=off");
}

/* The machine was booted for another level of a factor, or for another experiment of the job. */
static void leaves_what_another_boot_is_booted_with(void **state)
{
	struct boot_spec all[] = { boot("rcu", 0), boot("rcu", 2) }; /* plain, nocbs */
	struct machine plain = soft;
	char **words = target_local_words(all, ARRAY_SIZE(all)), *why;

	(void)state;
	assert_null(target_local_prepare(&all[1], &soft, NULL, words));
	why = target_local_prepare(&all[0], &soft, NULL, words);
	assert_non_null(why);
	assert_string_equal(why, "needs a boot without 'rcu_nocbs=0-1'");
	free(why);
	plain.cmdline = "quiet soft_tdx.jitter=10";
	assert_null(target_local_prepare(&all[0], &plain, NULL, words));
	strv_free(words);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		boot_spec_free(&all[i]);
}

/* Hardware has no module to set up: what is for that alone does not hinder. */
static void hardware_needs_no_soft_module(void **state)
{
	struct machine hardware = soft;
	struct boot_spec s = boot("rcu", 2);
	json_t *h;

	(void)state;
	hardware.soft = false;
	hardware.cost = hardware.platform = NULL;
	hardware.jitter_percent = hardware.boot_jitter_percent = -1;
	hardware.cmdline = "rcu_nocbs=0-1";
	assert_null(target_local_prepare(&s, &hardware, NULL, NULL));
	h = header_make(&s);
	assert_string_equal(json_string_value(json_object_get(h, "time_base")), "hardware");
	assert_string_equal(json_string_value(json_object_get(h, "module")), "hardware");
	assert_true(json_is_null(json_object_get(h, "cost")));
	assert_true(json_is_null(json_object_get(h, "platform")));
	assert_true(json_is_null(json_object_get(h, "boot_jitter_percent")));
	json_decref(h);
	boot_spec_free(&s);
	refused(boot("rcu", 3), &hardware, NULL,
		"needs the software TDX module, for cost high; here is a hardware one");
}

/* A machine has one platform; a TDX host has none that could be chosen. */
static void a_platform_is_not_chosen_here(void **state)
{
	struct machine hardware = soft, gnr = soft;
	struct job two;
	struct boot_spec s;

	(void)state;
	assert_int_equal(job_text_load(platforms_text, &two), 0);
	refused(boot_of(&two, "rcu", 1), &soft, NULL, "needs soft_tdx.platform=gnr, here it is spr");
	gnr.platform = "gnr";
	refused(boot_of(&two, "rcu", 0), &gnr, NULL, "needs soft_tdx.platform=spr, here it is gnr");
	hardware.soft = false;
	hardware.cost = hardware.platform = NULL;
	refused(boot_of(&two, "rcu", 1), &hardware, NULL,
		"needs the software TDX module, for platform gnr; here is a hardware one");
	s = boot_of(&two, "rcu", 0);
	assert_null(target_local_prepare(&s, &hardware, NULL, NULL));
	boot_spec_free(&s);
	job_free(&two);
}

/* What the software module imitates is asked of a TDX host in vain, without a factor too. */
static void hardware_refuses_options_of_the_module(void **state)
{
	static const char *const asked[][2] = {
		{ "mid", "gnr" },
		{ "high", "spr" },
		{ "low", "spr" },
	};
	struct machine hardware = { .variant = "rcu", .cmdline = "", .cpus = 8, .mem_mib = 9000 };

	(void)state;
	for (size_t i = 0; i <= ARRAY_SIZE(asked); i++) {
		struct boot_spec s = { .variant = xstrdup("rcu"), .record = RECORD_TRACE };
		char *why;

		s.append = xstrdup("");
		s.factors = json_object(); /* a single boot has none */
		s.cost = xstrdup(i < ARRAY_SIZE(asked) ? asked[i][0] : "mid");
		s.platform = xstrdup(i < ARRAY_SIZE(asked) ? asked[i][1] : "spr");
		why = target_local_prepare(&s, &hardware, NULL, NULL);
		assert_int_equal(!why, i == ARRAY_SIZE(asked));
		if (why)
			assert_non_null(strstr(why, "needs the software TDX module"));
		free(why);
		boot_spec_free(&s);
	}
}

static void knows_the_policies(void **state)
{
	(void)state;
	assert_string_equal(variant_of_policy("rcu", "rcu", "spinlock-irqsave", "none")->name, "rcu");
	assert_string_equal(variant_of_policy("rcu", "rcu", "spinlock-irqsave", "sept-remove")->name,
			    "rcu-septremove");
	assert_string_equal(variant_of_policy("rcu", "immediate", "spinlock", "none")->name,
			    "rcu-page");
	assert_string_equal(variant_of_policy("immediate", "immediate", "hashed-64", "none")->name,
			    "immediate-hashed");
	assert_null(variant_of_policy("immediate", "rcu", "spinlock", "none"));
	assert_null(variant_of_policy("", "", "", "none"));
}

static void words_are_whole(void **state)
{
	(void)state;
	assert_true(machine_has_word(&soft, "quiet"));
	assert_true(machine_has_word(&soft, "panic=-1"));
	assert_false(machine_has_word(&soft, "rcu_nocbs=0"));
	assert_false(machine_has_word(&soft, "jitter=10"));
}

static void a_target_needs_all_of_its_own(void **state)
{
	struct findings f = { 0 };

	(void)state;
	finding_add(&f, "a", FOUND_OK, NULL, "", FOR_QEMU | FOR_LOCAL);
	finding_add(&f, "b", FOUND_MISSING, NULL, "", 0);
	assert_true(findings_allow(&f, FOR_QEMU));
	finding_add(&f, "c", FOUND_UNKNOWN, NULL, "", FOR_LOCAL);
	assert_true(findings_allow(&f, FOR_QEMU));
	assert_false(findings_allow(&f, FOR_LOCAL));
	findings_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_is_its_own),
		cmocka_unit_test(names_the_variant),
		cmocka_unit_test(leaves_what_is_not),
		cmocka_unit_test(leaves_archives),
		cmocka_unit_test(leaves_what_another_boot_is_booted_with),
		cmocka_unit_test(hardware_needs_no_soft_module),
		cmocka_unit_test(a_platform_is_not_chosen_here),
		cmocka_unit_test(hardware_refuses_options_of_the_module),
		cmocka_unit_test(knows_the_policies),
		cmocka_unit_test(words_are_whole),
		cmocka_unit_test(a_target_needs_all_of_its_own),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
