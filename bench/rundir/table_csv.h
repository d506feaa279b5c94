/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables of a run directory whose columns are all plain numbers. A workload writes them, the analysis
 * reads them; each has a header of its own that says what its columns mean.
 */
#ifndef RUNDIR_TABLE_CSV_H
#define RUNDIR_TABLE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A number that the kernel did not tell: an empty field. */
#define TABLE_UNKNOWN UINT64_MAX

/* A row is a struct of uint64_t. */
struct table_csv {
	const char *file;    /* its name in a run directory */
	const char *header;  /* its first line */
	const size_t *field; /* offsets in the struct, in the order of the columns */
	size_t nr_fields, row_bytes;
	size_t nr_known;		/* the first fields; those behind may be TABLE_UNKNOWN */
	bool (*sound)(const void *row); /* may a row have these numbers? NULL: any up to NS_MAX */
};

/* Write the first line and @n rows. Returns 0, or -1 with errno set by the stream. */
int table_csv_write(const struct table_csv *t, const void *rows, size_t n, FILE *to);

/*
 * Read the table of the run directory @dir into *rows, malloc'ed, *n of them. Returns 0, or -1 with *why =
 * "FILE:LINE: what is wrong" (malloc'ed); *why is NULL if there is no such file. *rows is NULL after -1.
 */
int table_csv_read(const struct table_csv *t, const char *dir, void **rows, size_t *n, char **why);

#endif
