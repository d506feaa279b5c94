/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_COUNTERS_H
#define BENCH_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct counter {
	char *file;		/* "sept", "pamt_total_hist", "soft_tdx/pages", ... */
	char *name;		/* "spt_held_pages"; in a histogram the bucket's LOW_NS */
	uint64_t value;
};

struct counters {
	struct counter *list;
	size_t n;
};

/*
 * Parse a counters file: "# FILE" lines, each followed by that file's lines.
 * Lines that are not "name N" are skipped: some debugfs files are tables.
 * Returns 0, or -1 with errno set if @path cannot be read.
 */
int counters_load(const char *path, struct counters *c);
void counters_parse(const char *text, struct counters *c);
void counters_free(struct counters *c);

/* True if any line of @file was there. */
bool counters_have_file(const struct counters *c, const char *file);

/* The value of @name in @file; false if there is none. */
bool counters_get(const struct counters *c, const char *file, const char *name, uint64_t *value);

#endif
