// SPDX-License-Identifier: GPL-2.0
/*
 * Turns a p value into one of six fixed phrases. So all reports word an outcome alike, and
 * none says "equal" for "no difference shown".
 */
#include <math.h>

#include "verdict.h"

enum an_verdict an_verdict(const struct an_verdict_in *in)
{
	double mean = (double)in->n_a * in->n_b / 2;

	if (in->n_a && in->n_b && !isnan(in->p_holm) && in->p_holm <= AN_ALPHA) {
		if (in->u < mean)
			return in->is_latency ? AN_FASTER : AN_LESS;
		return in->is_latency ? AN_SLOWER : AN_MORE;
	}
	if (in->p_smallest * in->family > AN_ALPHA)
		return AN_NOT_ENOUGH_BOOTS;
	return AN_NO_DIFFERENCE;
}

const char *an_verdict_words(enum an_verdict v)
{
	static const char *const words[] = {
		[AN_NOT_ENOUGH_BOOTS] = "not enough boots",
		[AN_NO_DIFFERENCE] = "no difference shown",
		[AN_LESS] = "less", [AN_MORE] = "more",
		[AN_FASTER] = "faster", [AN_SLOWER] = "slower",
	};

	return words[v];
}
