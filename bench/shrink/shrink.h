/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Finds a short part of a sequence that still fails.
 */
#ifndef BENCH_SHRINK_H
#define BENCH_SHRINK_H

#include <stdbool.h>
#include <stddef.h>

struct shrink {
	bool *in;	/* of the sequence's elements, those that are left */
	size_t n;	/* elements of the sequence */
	void *arg;	/* for first_failing() */
	/*
	 * Try candidates one after the other: candidate[i][0..n-1] says which elements it has. Returns the
	 * number of the first that fails, @candidates if none does, or -1 for an error, which ends the
	 * search.
	 */
	long (*first_failing)(void *arg, bool *const *candidate, size_t candidates, size_t n);
};

/*
 * Leave elements out, in runs of half of them at first and then fewer, until no single element can be
 * left out: the delta debugging of Zeller and Hildebrandt, less its step that tries a run alone.
 * s->in must fail to begin with. Returns 0, or -1 if first_failing() did.
 */
int shrink(struct shrink *s);

/* How many elements are in. */
size_t shrink_count(const bool *in, size_t n);

#endif
