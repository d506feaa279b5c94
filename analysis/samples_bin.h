/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_SAMPLES_BIN_H
#define AN_SAMPLES_BIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../workloads/samples_bin.h"

/* A samples.bin, mapped: memory is the file's pages, which the kernel may drop. */
struct an_rows {
	const struct samples_bin_row *row;
	size_t n;		/* complete rows, at most as many as the head says */
	const char (*op)[SAMPLES_BIN_NAME_BYTES];	/* terminated, checked */
	size_t nr_ops;
	bool truncated;		/* the file ends before the last row */
	void *map;
	size_t len;
};

/*
 * Map the samples.bin at @path. Returns 0, or -1 with errno set: EINVAL if it is
 * no such file or of another version.
 */
int an_rows_open(struct an_rows *r, const char *path);
void an_rows_close(struct an_rows *r);

/* Can row @i be a sample? Others are damage. */
bool an_row_ok(const struct an_rows *r, size_t i);

#endif
