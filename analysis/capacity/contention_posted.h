/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_CONTENTION_POSTED_H
#define PL_CONTENTION_POSTED_H

#include <stddef.h>

#include "contention_design.h"
#include "contention_params.h"

/* The merged design and the fast path, as figures of both were posted. */
enum { PL_MERGED, PL_FASTPATH, PL_NR_POSTED };

/* Posted from boot to teardown, all TDs together; pair allocation and free are in the time. */
struct pl_posted {
	double get_calls, get_ms, put_calls, put_ms;
};
extern const struct pl_posted pl_posted_one_td[PL_NR_POSTED];
/* Never used by a fit to one TD: what its prediction is compared with. */
extern const struct pl_posted pl_posted_five_tds[PL_NR_POSTED];
#define PL_POSTED_TDS 5
#define PL_POSTED_VCPUS 8	/* of a TD */

const char *pl_posted_variant(int which);

/* Which figures a set of parameters must give. */
enum pl_posted_fit { PL_POSTED_ONE, PL_POSTED_FIVE, PL_NR_POSTED_FITS };
const char *pl_posted_fit_name(enum pl_posted_fit fit);

/* Work whose contention is modelled. */
enum pl_load { PL_LOAD_FAULT, PL_LOAD_TEARDOWN, PL_NR_LOADS };
const char *pl_load_name(enum pl_load load);

/* A set of parameters with which the model gives posted figures. */
struct pl_fitted {
	double p[PL_NR_PARAMS];
	double handoff_ns[PL_NR_LOADS];	/* as in @p, unless fitted to five TDs */
	double put_line_regions;	/* as in @p for gets; for puts unless fitted to five TDs */
	double take_ns, hold_ns;	/* of the lock, uncontended */
	double get_line_ns, put_line_ns;	/* a call that takes no lock */
	double pair_ns;			/* allocation, two resets, free */
};

/* Mean call in ns of a posted figure. */
double pl_posted_ns(const struct pl_posted *p, enum pl_load load);

/*
 * Why a set of parameters was thrown away; PL_FITS: it was not.
 */
enum pl_misfit {
	PL_FITS,
	PL_MISFIT_FAST,		/* SEAMCALLs alone take longer than the fast path was posted with */
	PL_MISFIT_LEAST,	/* an uncontended call would be below the posted least */
	PL_MISFIT_PAIR,		/* what is left for the pair lies outside its terms' ranges */
	PL_MISFIT_SUM,		/* did not come within 3 % */
	PL_MISFIT_FIVE,		/* did not come near the figures of five TDs */
	PL_NR_MISFITS
};
const char *pl_misfit_name(enum pl_misfit why);

/*
 * Fit the rest of @f to the posted figures of one TD, given f->p. @box: ranges of the terms of a
 * pair.
 */
enum pl_misfit pl_fit_posted(struct pl_fitted *f, const struct pl_range3 box[PL_NR_PARAMS],
			     unsigned long seed);

/*
 * The same to one and five TDs: the lock's hand-over is fitted, between gets and between puts, up
 * to four times the high end of its range, until merged calls are within 5 %; those of the fast
 * path must then come within 30 %.
 */
enum pl_misfit pl_fit_five(struct pl_fitted *f, const struct pl_range3 box[PL_NR_PARAMS],
			   unsigned long seed);

/* A model of @design with @vcpus CPUs under @load, all work @crowd times as long (1: as fitted). */
struct pl_lock_model pl_posted_model(const struct pl_fitted *f, const struct pl_design *design,
				     enum pl_load load, unsigned int vcpus, double crowd);

/* Narrow @box to what a fit to these figures draws from. */
void pl_posted_ranges(struct pl_range3 box[PL_NR_PARAMS], enum pl_posted_fit fit);

/*
 * @want sets of parameters from the box, each of which gives the figures of @fit. They are drawn
 * triangular in the logarithm with the mode at mid.
 * @tried[why] counts the sets by outcome. Returns how many were found in at most 100 * @want
 * tries; @out has room for @want.
 */
size_t pl_fit_box(const struct pl_range3 box[PL_NR_PARAMS], enum pl_posted_fit fit, size_t want,
		  unsigned long seed, struct pl_fitted *out, size_t tried[PL_NR_MISFITS]);

/* Mean call in ns predicted for PL_POSTED_TDS TDs at once. */
double pl_predict_five(const struct pl_fitted *f, int which, enum pl_load load, unsigned long seed,
		       struct pl_lock_result *scratch);

#endif
