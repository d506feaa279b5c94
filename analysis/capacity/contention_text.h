/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_CONTENTION_OUT_H
#define PL_CONTENTION_OUT_H

#include "contention.h"

#define PL_MAX_POINTS 32

struct pl_contention {
	int design;			/* enum pl_lock, or -1: all */
	unsigned int vcpus[PL_MAX_POINTS];
	size_t nr_vcpus;
	enum pl_cost cost;
	struct pl_calls given;		/* NAN: as measured */
	double victim_think_ns;		/* 0: as the others */
	double handoff_ns, line_ns;	/* line_ns < 0: the hold time */
	unsigned long seed, calls;
};

void pl_contention_init(struct pl_contention *c);

/*
 * Fit to @e, print tables (and the comparison with @check), write JSON to @json ("-": stdout, in
 * place of the text; NULL: none; schema dpamt-bench/contention, version 1) and figures to @figures
 * (NULL: none). Returns 0, or -1 after one line on stderr.
 */
int pl_contention(const struct pl_contention *c, const struct pl_evidence *e,
		  const struct pl_evidence *check, const char *json, const char *figures);

#endif
