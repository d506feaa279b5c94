/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNDIR_SAMPLES_BIN_READER_H
#define RUNDIR_SAMPLES_BIN_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/lines.h"
#include "samples_bin.h"

/* A samples.bin, mapped: memory is the file's pages, which the kernel may drop. */
struct bin_rows {
	const struct samples_bin_row *row;
	size_t n;		/* complete rows, at most as many as the head says */
	const char (*op)[SAMPLES_BIN_NAME_BYTES];	/* terminated, checked */
	size_t nr_ops;
	bool truncated;		/* the file ends before the last row */
	void *map;
	size_t len, gone; /* bytes mapped; how many of them were released */
};

/*
 * Map the samples.bin at @path. Returns 0, or -1 with errno set: EINVAL if it is
 * no such file or of another version.
 */
int bin_rows_open(struct bin_rows *r, const char *path);
void bin_rows_close(struct bin_rows *r);

/* Is @row a valid sample? Inline, because it is called ten million times. */
static inline bool bin_row_ok(const struct bin_rows *r, const struct samples_bin_row *row)
{
	return row->op < r->nr_ops && row->start_ns <= NS_MAX && row->latency_ns <= NS_MAX;
}

/*
 * Release the memory of the rows before @i. Reading them again works, but is slow. A caller that
 * calls this every BIN_ROWS_PIECE rows uses at most 8 MiB of a file at a time.
 */
#define BIN_ROWS_PIECE (1 << 18)
void bin_rows_release(struct bin_rows *r, size_t i);

#endif
