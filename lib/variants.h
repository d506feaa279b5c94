/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LIB_VARIANTS_H
#define LIB_VARIANTS_H

#include <stddef.h>

/* A variant of the kernel: kernel-patches/series/NAME, described in kernel-patches/README.md. */
struct variant {
	const char *name;
	/* values of these keys in its file tdx_stats/policy */
	const char *spt_free, *pamt_put, *pamt_lock;
	/* another difference from merged code, or "none" */
	const char *also;
	/* in figures: colour, dash type ("solid" for none) and point type of gnuplot */
	const char *colour, *dash;
	int point;
};

/* All variants, in the order of columns in reports. */
extern const struct variant variants[];
extern const size_t nr_variants;

/* The variant called @name, NAME or NAME+FLAVOUR; NULL if there is none. */
const struct variant *variant_find(const char *name);

/* The variant whose tdx_stats/policy has these values; NULL if there is none. */
const struct variant *variant_of_policy(const char *spt_free, const char *pamt_put,
					const char *pamt_lock, const char *also);

#endif
