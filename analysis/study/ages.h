/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the memory of hosts aged (age.csv): boots of one set, summed up after so many lifetimes each.
 */
#ifndef AN_AGES_H
#define AN_AGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measured_boot.h"

/* What a row says, in the order of reports and figures. */
struct an_age_quantity {
	const char *key;		   /* in report.json */
	const char *what;		   /* above a panel */
	double (*of)(const struct age *a); /* NaN: unknown */
};

extern const struct an_age_quantity an_age_quantities[];
extern const size_t an_nr_age_quantities;

/* A quantity over boots; n is 0, and the rest NaN, where none knows it. */
struct an_age_point {
	size_t n;
	double median, min, max;
};

struct an_age_series {
	struct an_age_time {
		uint64_t lifetimes;
		bool gone; /* without TDs, after the last one */
	} * time;	   /* ascending */
	size_t nr_times, boots;
	struct an_age_point *point; /* an_nr_age_quantities for each time */
};

/* The series of those of @n boots that are in @column and have a record. */
void an_age_series_make(const struct an_boot *const *boot, size_t n, const char *column,
			struct an_age_series *s);
void an_age_series_free(struct an_age_series *s);

/* Quantity @q at time @t. */
const struct an_age_point *an_age_point(const struct an_age_series *s, size_t t, size_t q);

#endif
