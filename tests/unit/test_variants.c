// SPDX-License-Identifier: GPL-2.0
/*
 * Is lib/variants.c the list of kernel-patches/series, and is each variant told apart by what its
 * kernel says? Run from the top of the checkout.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/variants.h"

#include <cmocka.h>	/* last: it has a fail() of its own */

static void each_series_is_known(void **state)
{
	DIR *dir = opendir("kernel-patches/series");
	struct dirent *e;
	size_t n = 0;

	(void)state;
	assert_non_null(dir);
	while ((e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		if (!variant_find(e->d_name))
			print_error("lib/variants.c lacks %s\n", e->d_name);
		assert_non_null(variant_find(e->d_name));
		n++;
	}
	closedir(dir);
	assert_int_equal(n, nr_variants);
	assert_null(variant_find("immediat"));
	assert_ptr_equal(variant_find("rcu+debug"), variant_find("rcu"));
}

/* gnuplot draws POINTS points; those of further variants repeat. */
#define POINTS 15

static void look_different(const struct variant *a, const struct variant *b)
{
	const char *same = !strcmp(a->colour, b->colour) ? "colour" :
			   !strcmp(a->dash, b->dash)	 ? "dash" :
			   nr_variants <= POINTS && a->point == b->point ? "point" : NULL;

	if (same)
		fail_msg("lib/variants.c: %s has the %s of %s; choose one that no variant has", a->name, same,
			 b->name);
	assert_in_range(a->point, 1, POINTS);
}

static void policies_and_colours_differ(void **state)
{
	(void)state;
	for (size_t i = 0; i < nr_variants; i++) {
		const struct variant *v = &variants[i];

		assert_ptr_equal(variant_of_policy(v->spt_free, v->pamt_put, v->pamt_lock,
						   v->also), v);
		for (size_t j = 0; j < i; j++)
			look_different(v, &variants[j]);
	}
	assert_null(variant_of_policy("rcu", "rcu", "mutex", "none"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_series_is_known),
		cmocka_unit_test(policies_and_colours_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
