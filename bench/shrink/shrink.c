// SPDX-License-Identifier: GPL-2.0
/*
 * Finds a short part of a sequence that still fails.
 */
#include "shrink.h"

#include <stdlib.h>
#include <string.h>

#include "lib/text.h"

size_t shrink_count(const bool *in, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += in[i];
	return count;
}

/* @in without @run of its elements, those behind the first @skip. */
static bool *without(const bool *in, size_t n, size_t skip, size_t run)
{
	bool *left = xcalloc(n, sizeof(*left));
	size_t seen = 0;

	for (size_t i = 0; i < n; i++) {
		left[i] = in[i] && (seen < skip || seen >= skip + run);
		seen += in[i];
	}
	return left;
}

/*
 * Try to leave out @run elements in a row, first those behind the first @skip, then the next ones. Leaves out
 * the first that can be. Returns how many elements were before them, or -1.
 */
static long leave_out(struct shrink *s, size_t skip, size_t run)
{
	size_t count = shrink_count(s->in, s->n), candidates = (count - skip + run - 1) / run;
	bool **candidate = xcalloc(candidates, sizeof(*candidate));
	long failing;

	for (size_t c = 0; c < candidates; c++)
		candidate[c] = without(s->in, s->n, skip + c * run, run);
	failing = s->first_failing(s->arg, candidate, candidates, s->n);
	if (failing >= 0 && (size_t)failing < candidates)
		memcpy(s->in, candidate[failing], s->n * sizeof(*s->in));
	for (size_t c = 0; c < candidates; c++)
		free(candidate[c]);
	free(candidate);
	return failing < 0 ? -1 : (long)(skip + (size_t)failing * run);
}

/* Try all rows of @run elements once. Returns -1 for an error, 1 if something was left out, else 0. */
static int pass(struct shrink *s, size_t run)
{
	size_t skip = 0, before = shrink_count(s->in, s->n);

	while (skip < shrink_count(s->in, s->n)) {
		long next = leave_out(s, skip, run);

		if (next < 0)
			return -1;
		skip = (size_t)next;
	}
	return shrink_count(s->in, s->n) < before;
}

int shrink(struct shrink *s)
{
	size_t run = shrink_count(s->in, s->n) / 2;
	int shorter;

	for (run = run ? run : 1; run > 1; run /= 2)
		if (pass(s, run) < 0)
			return -1;
	do
		shorter = pass(s, 1);
	while (shorter > 0);
	return shorter;
}
