// SPDX-License-Identifier: GPL-2.0
/*
 * A plan is for a variant that boots tell of and the terms describe; any other is refused by name, with
 * the variants that there are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/capacity/known_variant.h"
#include "lib/array_size.h"

#include <cmocka.h>

static struct pl_run boots[] = {
	{ .variant = "immediate" },	  { .variant = "rcu" },	 { .variant = "immediate" },
	{ .variant = "immediate-topup" }, { .variant = "mine" }, { .variant = "rcu-septremove" },
};
static const struct pl_evidence evidence = { .run = boots, .n = ARRAY_SIZE(boots) };

static struct pl_scenario scenario(const char *variant, double conversions_per_hour)
{
	struct pl_scenario s;

	pl_scenario_init(&s);
	strcpy(s.variant, variant);
	s.nr_classes = 2;
	s.td[1].conversions_per_hour = conversions_per_hour;
	return s;
}

static void allows(const char *variant, double conversions_per_hour, bool simulated)
{
	struct pl_scenario s = scenario(variant, conversions_per_hour);
	char *error;

	assert_int_equal(pl_known_variant(&s, &evidence, simulated, &error), 0);
	assert_null(error);
}

/* All of @says, a list that ends with NULL, is in the message. */
static void refuses(const char *variant, double conversions_per_hour, bool simulated,
		    const char *const *says)
{
	struct pl_scenario s = scenario(variant, conversions_per_hour);
	char *error;

	assert_int_equal(pl_known_variant(&s, &evidence, simulated, &error), -1);
	assert_non_null(error);
	assert_non_null(strstr(error, variant));
	for (; *says; says++) {
		if (!strstr(error, *says))
			fail_msg("'%s' does not say '%s'", error, *says);
	}
	free(error);
}

static void variants_with_boots_are_planned_for(void **state)
{
	(void)state;
	allows("immediate", 0, false);
	allows("rcu", 5, true);
	allows("mine", 5, true); /* a patch of one's own: its boots tell of it */
}

static void unknown_names_are_refused_with_the_list(void **state)
{
	(void)state;
	refuses("nonsense", 0, false,
		(const char *[]){ "rcu-fastpath", "rcu-naive",
				  "(immediate, rcu, immediate-topup, mine, rcu-septremove)",
				  NULL });
	refuses("rc", 0, true, (const char *[]){ "immediate-irqsave", NULL });
}

static void variants_without_boots_are_refused_with_the_command(void **state)
{
	(void)state;
	refuses("rcu-fastpath", 0, false,
		(const char *[]){ "immediate, rcu, ", "run plan-fit --variants rcu-fastpath",
				  NULL });
	refuses("rcu+debug", 0, false,
		(const char *[]){ "run plan-fit --variants rcu+debug", NULL });
}

/* Boots do not help where no term counts what the variant keeps. */
static void variants_without_a_model_are_refused(void **state)
{
	(void)state;
	refuses("immediate-topup", 0, false, (const char *[]){ "spare S-EPT pages", NULL });
	refuses("rcu-septremove", 5, true, (const char *[]){ "conversions_per_hour", NULL });
	/* TDs in place do not convert, and this fleet does not */
	allows("rcu-septremove", 5, false);
	allows("rcu-septremove", 0, true);
}

static void without_boots_there_is_none(void **state)
{
	struct pl_scenario s = scenario("rcu", 0);
	struct pl_evidence none = { 0 };
	char *error;

	(void)state;
	assert_int_equal(pl_known_variant(&s, &none, false, &error), -1);
	assert_non_null(strstr(error, "the boots are of none"));
	free(error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(variants_with_boots_are_planned_for),
		cmocka_unit_test(unknown_names_are_refused_with_the_list),
		cmocka_unit_test(variants_without_boots_are_refused_with_the_command),
		cmocka_unit_test(variants_without_a_model_are_refused),
		cmocka_unit_test(without_boots_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
