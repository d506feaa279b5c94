/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_DETECT_H
#define AN_DETECT_H

#include <stddef.h>

#define AN_POWER 0.80	/* a shift "can be seen" if four of five reports would show it */

/*
 * Minimum detectable effect: the smallest shift, in the unit of the values, that samples of
 * @na and @nb values which scatter as @a and @b do would show in AN_POWER of all reports, by a
 * two-sided Mann-Whitney p of at most @alpha. INFINITY if no shift could (too few values), 0 if
 * nothing scatters, NaN if a sample is empty or memory is short. By simulation with a fixed
 * seed; good to a few percent.
 */
double an_detectable(const double *a, size_t na, const double *b, size_t nb, double alpha);

/*
 * Largest U (of all na * nb pairs) such that U or less has a probability of at most @alpha / 2
 * when the samples do not differ; -1 if there is none. Memory short: -2.
 */
long an_critical_u(size_t na, size_t nb, double alpha);

#endif
