/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Boots that play a storm and are expected to fail.
 */
#ifndef BENCH_STORM_BOOT_H
#define BENCH_STORM_BOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct storm_boot {
	bool ok;		/* nothing failed */
	char *reason;		/* of status.json */
	long list;		/* the last list of --only that began; -1: none */
	uint64_t round, steps;	/* the last round that began, and how many steps it has; 0: none */
	char *weights;		/* of --weights, which draw that round again; NULL: the table's */
};

/*
 * Make the boot: @argv is a NULL-terminated command line of dpamt-bench, which writes its run directory
 * to @dir. Its output is dropped. Returns 0, or -1 after fail().
 */
int storm_boot(struct storm_boot *b, char **argv, const char *dir);
void storm_boot_free(struct storm_boot *b);

/*
 * What makes two failures the same: the reason without what differs from boot to boot. malloc'ed.
 * Of the kernel's trouble that is its kind and place, of the storm's what was wrong.
 */
char *storm_failure(const char *reason);

#endif
