/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNDIR_PERF_STAT_JSON_H
#define RUNDIR_PERF_STAT_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* What perf stat counted of one event around the whole command of a boot. */
struct perf_count {
	char *event;
	double value;	     /* in ns or events; where events shared a counter, scaled up by perf */
	bool ns;	     /* a clock: the value is in ns */
	double percent;	     /* of the time that it was counted */
	const char *why_not; /* why there is no value; NULL if there is one */
};

/*
 * Read perf-stat.json (lines of `perf stat -j`) of the run directory @dir: each event once, in the
 * order of its first line. Returns 0; then *why names damaged lines, which are left out, or is NULL.
 * -1 if the file cannot be read or was cut short, within a line or with fewer events than @list, which perf was asked for
 * ("" if that is not known); *why is NULL if there is no file. *why and *c are malloc'ed.
 */
int perf_stat_json_read(const char *dir, const char *list, struct perf_count **c, size_t *n,
			char **why);
void perf_counts_free(struct perf_count *c, size_t n);

#endif
