/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_CHECK_H
#define PL_CHECK_H

#include <stdio.h>

#include "drain.h"
#include "regions.h"

enum pl_check_kind { PL_EXACT, PL_PAIRS, PL_HELD, PL_HELD_TIME };

/* One term of boots that differ only in their seed; of one boot, where it is exact. */
struct pl_check_row {
	const struct pl_run *run;	/* the first of them */
	const char *term, *unit;
	enum pl_check_kind kind;
	double predicted, measured;	/* medians */
	size_t boots, within;		/* within: those in low..high */
	double measured_low, measured_high;
	double low, high;	/* 1 and 99 % of the courses, where the term is random; else NaN */
};

struct pl_check {
	struct pl_check_row *row;
	size_t n;
	char **remark;
	size_t nr_remarks;
};

/*
 * Predict every term of the boots in @check from the models fitted to those in @fit. Boots in both
 * are left out of @check. Returns 0, or -1 after one line if nothing is left to check.
 */
int pl_check_make(const struct pl_evidence *fit, const struct pl_evidence *check,
		  struct pl_check *c);
void pl_check_free(struct pl_check *c);

/* Table of predicted, measured, error; and a line per kind of term against its aim. */
void pl_check_print(FILE *f, const struct pl_check *c);

/* The same as data: schema dpamt-bench/plan-check, version 2. Returns a new reference. */
struct json_t *pl_check_json(const struct pl_check *c);

/* Points for the occupancy model: boots of teardown (hosts as booted) and frag. */
size_t pl_region_points(const struct pl_evidence *e, struct pl_region_point *p);

/* @courses courses of the teardown that boot @r made, with the parameters @h. */
void pl_run_drain(const struct pl_run *r, const struct pl_hold *h, size_t courses,
		  struct pl_drain_stats *s);

/* 4K pages that boot @r had in use at most: tracked ones, and with what lies between them. */
double pl_run_pages(const struct pl_run *r, double *with_companions);

#endif
