/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_HOLM_H
#define AN_HOLM_H

#include <stddef.h>

/*
 * Holm's step-down correction: adjusted[i] is the smallest family-wise error rate
 * at which @p[i] (0..1, no NaN) would be rejected among the @n of its family.
 * Returns 0, or -1 if memory is short.
 */
int an_holm(const double *p, size_t n, double *adjusted);

#endif
