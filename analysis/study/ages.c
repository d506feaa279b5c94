// SPDX-License-Identifier: GPL-2.0
/*
 * Sums up age.csv over boots; see ages.h.
 */
#include "ages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/stats/quantile.h"
#include "lib/array_size.h"
#include "lib/text.h"

static double known(uint64_t v)
{
	return v == AGE_UNKNOWN ? NAN : (double)v;
}

static double huge_pages(const struct age *a)
{
	return known(a->huge_pages);
}

static double at_hand(const struct age *a)
{
	return known(age_free_2m(a));
}

static double blocked(const struct age *a)
{
	return known(a->blocked_2m);
}

static double unmovable(const struct age *a)
{
	return known(a->unmovable_blocks);
}

static double unusable(const struct age *a)
{
	return 100 * age_unusable_2m(a);
}

static double pairs(const struct age *a)
{
	return age_pairs_per_page(a);
}

static double free_mib(const struct age *a)
{
	return known(age_free_pages(a)) / 256;
}

/* The first six are drawn. */
const struct an_age_quantity an_age_quantities[] = {
	{ "huge_pages", "2M pages after compaction", huge_pages },
	{ "free_2m_pages", "2M pages at hand", at_hand },
	{ "blocked_2m", "2M with a page that stays", blocked },
	{ "unmovable_blocks", "pageblocks of unmovable", unmovable },
	{ "unusable_2m_percent", "free, not in 2M pages [%]", unusable },
	{ "pairs_per_page", "PAMT pairs per TD page", pairs },
	{ "extfrag_2m", "extfrag index of 2M", age_extfrag_2m },
	{ "free_mib", "free [MiB]", free_mib },
};

const size_t an_nr_age_quantities = ARRAY_SIZE(an_age_quantities);

static struct an_age_time time_of(const struct age *a)
{
	return (struct an_age_time){ a->lifetimes, a->lifetimes && !a->tds };
}

static int cmp_time(const void *x, const void *y)
{
	const struct an_age_time *a = x, *b = y;

	if (a->lifetimes != b->lifetimes)
		return a->lifetimes > b->lifetimes ? 1 : -1;
	return a->gone - b->gone;
}

/* The times of all boots, each once. */
static void find_times(struct an_age_series *s, const struct an_boot *const *boot, size_t n)
{
	size_t all = 0;

	for (size_t b = 0; b < n; b++) {
		s->time = xreallocarray(s->time, all + boot[b]->nr_ages + 1, sizeof(*s->time));
		for (size_t i = 0; i < boot[b]->nr_ages; i++)
			s->time[all++] = time_of(&boot[b]->age[i]);
	}
	if (all)
		qsort(s->time, all, sizeof(*s->time), cmp_time);
	for (size_t i = 0; i < all; i++)
		if (!s->nr_times || cmp_time(&s->time[i], &s->time[s->nr_times - 1]))
			s->time[s->nr_times++] = s->time[i];
}

/* Quantity @q of the first row at @time of each boot. @value has room for @n. */
static struct an_age_point point_at(const struct an_boot *const *boot, size_t n,
				    const struct an_age_time *time, size_t q, double *value)
{
	struct an_age_point p = { 0, NAN, NAN, NAN };

	for (size_t b = 0; b < n; b++) {
		for (size_t i = 0; i < boot[b]->nr_ages; i++) {
			const struct age *a = &boot[b]->age[i];
			struct an_age_time now = time_of(a);
			double v;

			if (cmp_time(&now, time))
				continue;
			v = an_age_quantities[q].of(a);
			if (!isnan(v))
				value[p.n++] = v;
			break;
		}
	}
	if (!p.n)
		return p;
	an_sort(value, p.n);
	p.median = an_quantile(value, p.n, 0.5);
	p.min = value[0];
	p.max = value[p.n - 1];
	return p;
}

void an_age_series_make(const struct an_boot *const *boot, size_t n, const char *column,
			struct an_age_series *s)
{
	const struct an_boot **mine = xcalloc(n + 1, sizeof(*mine));
	double *value = xcalloc(n + 1, sizeof(*value));

	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < n; i++)
		if (!strcmp(boot[i]->column, column) && boot[i]->nr_ages)
			mine[s->boots++] = boot[i];
	find_times(s, mine, s->boots);
	s->point = xcalloc(s->nr_times * an_nr_age_quantities + 1, sizeof(*s->point));
	for (size_t t = 0; t < s->nr_times; t++)
		for (size_t q = 0; q < an_nr_age_quantities; q++)
			s->point[t * an_nr_age_quantities + q] =
				point_at(mine, s->boots, &s->time[t], q, value);
	free(value);
	free(mine);
}

void an_age_series_free(struct an_age_series *s)
{
	free(s->time);
	free(s->point);
	memset(s, 0, sizeof(*s));
}

const struct an_age_point *an_age_point(const struct an_age_series *s, size_t t, size_t q)
{
	return &s->point[t * an_nr_age_quantities + q];
}
