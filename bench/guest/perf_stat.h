/* SPDX-License-Identifier: GPL-2.0 */
#ifndef GUEST_PERF_STAT_H
#define GUEST_PERF_STAT_H

#include "measure.h"

/*
 * Make perf-stat.json with one line for each event of m->perf that this kernel
 * has not got, and find out whether perf can count the rest. Dies with perf's
 * words if it cannot.
 */
void perf_stat_prepare(const struct measure *m);

/*
 * In the child, after measure_enter(): become perf that runs @program with
 * m->argv. Returns, errno set, if there is no perf.
 */
void perf_stat_exec(const struct measure *m, const char *program);

/*
 * Run perf by @exec once around `true`, so that it fails now and not around the command. Returns NULL, or
 * its reason, malloc'ed.
 */
char *perf_try(const struct measure *m,
	       void (*exec)(int fd, const char *program, char *const *argv));

/* The line of @said, what perf printed as it failed, that gives its reason; malloc'ed. Changes @said. */
char *perf_reason(char *said);

#endif
