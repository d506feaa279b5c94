/* SPDX-License-Identifier: GPL-2.0 */
/*
 * At which headrooms TDs are replaced, and in which order. Pure arithmetic.
 */
#ifndef DPAMT_WORKLOADS_HEADROOMS_H
#define DPAMT_WORKLOADS_HEADROOMS_H

#include <stddef.h>
#include <stdint.h>

#define MAX_HEADROOMS	 32
#define MAX_HEADROOM_KIB (UINT64_C(1) << 30)

struct headrooms {
	uint64_t kib[MAX_HEADROOMS];
	size_t n;
};

/*
 * Parse "KIB[,KIB...]": at most MAX_HEADROOMS different ones, 0..MAX_HEADROOM_KIB each. Returns 0, or -1
 * after fail().
 */
int headrooms_parse(const char *text, struct headrooms *h);

/*
 * Into @order, which has room for h->n * @times headrooms in KiB: each of @h @times times, in an order
 * that @seed draws.
 */
void headrooms_draw(const struct headrooms *h, size_t times, uint64_t seed, uint64_t *order);

#endif
