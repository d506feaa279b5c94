/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_KERNEL_H
#define BENCH_KERNEL_H

#include <jansson.h>
#include <stdbool.h>

/* A kernel that can be booted. */
struct kernel {
	char *image;		/* bzImage */
	json_t *info;		/* contents of its info.json, or {"variant": LABEL} without one */
	int hz;			/* CONFIG_HZ, 0 if unknown */
};

/*
 * Find the kernel of @variant, built in build/kernels/VARIANT. With @image
 * (may be NULL) that file is booted instead and @variant is a label; an
 * info.json and config next to it are read if there.
 * Returns 0, or -1 after one line on stderr.
 */
int kernel_find(const char *variant, const char *image, struct kernel *k);
void kernel_free(struct kernel *k);

/*
 * The variant to whose series a variant with patches of the user's own adds, malloc'ed; NULL: @variant
 * is no such variant, or not built here. tdx_stats/policy has the base's values.
 */
char *kernel_base(const char *variant);

/* Is there a build/kernels/@variant/bzImage? */
bool kernel_is_built(const char *variant);

#endif
