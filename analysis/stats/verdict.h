/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_VERDICT_H
#define AN_VERDICT_H

#include <stddef.h>

#define AN_ALPHA 0.05	/* family-wise error rate of the verdicts */

enum an_verdict {
	AN_NOT_ENOUGH_BOOTS,	/* even the clearest outcome could not pass the correction */
	AN_NO_DIFFERENCE,	/* "no difference shown"; not "equal" */
	AN_LESS, AN_MORE,	/* b against a, for amounts */
	AN_FASTER, AN_SLOWER,	/* b against a, for latencies of an operation */
};

struct an_verdict_in {
	size_t n_a, n_b;
	double u;		/* Mann-Whitney U of b: says which way */
	double p_holm;
	double p_smallest;	/* smallest raw p the test can give with so many boots */
	size_t family;		/* comparisons corrected for, at least 1 */
	int is_latency;		/* words faster/slower instead of less/more */
};

/* The verdict on one comparison at AN_ALPHA. */
enum an_verdict an_verdict(const struct an_verdict_in *in);

/* The fixed words of @v, as they stand in report.txt and report.json. */
const char *an_verdict_words(enum an_verdict v);

#endif
