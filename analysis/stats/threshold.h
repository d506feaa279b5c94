/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_THRESHOLD_H
#define AN_THRESHOLD_H

#include <stddef.h>

/* Of the trials that one boot made at one level. */
struct an_trials {
	size_t n, hits;
};

/* The share of trials that were hits, 0..1. */
struct an_share {
	double share;	  /* of all boots; NaN without a trial */
	double low, high; /* interval from boots drawn with replacement; NaN for one boot */
};

/* A level by its number; @levels (one past the last) if it is above all that were tried. */
struct an_threshold {
	size_t level;
	size_t low, high; /* interval from boots drawn with replacement; both @level for one boot */
};

/*
 * @t has @boots rows of @levels trials each, levels in ascending order. Both draw AN_RESAMPLES times
 * (bootstrap.h) whole boots, by a generator with a fixed seed, and give a percentile interval at
 * @confidence. Return 0, or -1 if memory is short.
 */

/* The trials of all boots at @level, added up. */
struct an_trials an_trials_at(const struct an_trials *t, size_t boots, size_t levels, size_t level);

/* The share of hits at @level. */
int an_share_of(const struct an_trials *t, size_t boots, size_t levels, size_t level,
		double confidence, struct an_share *out);

/*
 * The least level at which, and at all above it, at most @share of the trials are hits. A level without
 * trials is not looked at.
 */
int an_threshold_of(const struct an_trials *t, size_t boots, size_t levels, double share,
		    double confidence, struct an_threshold *out);

/* The largest share that @t leaves open at @confidence (one-sided, exact), if trials are independent. */
double an_share_limit(struct an_trials t, double confidence);

#endif
