/* SPDX-License-Identifier: GPL-2.0 */
#ifndef GUEST_MEASURE_H
#define GUEST_MEASURE_H

#include "bench/rundir/record_mode.h"

/* A command to run once, with everything that is recorded around it. */
struct measure {
	const char *results;		/* directory for all files, as this process sees it */
	const char *root;		/* root directory of the command; NULL: this process's */
	const char *results_inside;	/* @results as seen from there */
	const char *workload;		/* the workloads' binary, seen from there; NULL: any program */
	char **argv;			/* NULL-terminated; argv[0] of a workload is not used */
	char ***antagonists;		/* argv of each program that disturbs; NULL-terminated */
	const char *perf; /* events for perf stat, or a tool of perf (perf_events.h), or NULL */
	enum record_mode record;
	unsigned long trace_buffer_kb;	/* per CPU */
};

/*
 * Reset the kernel's counters and save them, begin to trace, run the command
 * and wait for it, end the trace, save both. Leaves counters-before.txt,
 * counters-after.txt, agent.txt, numa.json where there is more than one node, and
 * what record.h writes in @results; of a
 * workload result.json, of a program stdout.txt and stderr.txt; with @perf
 * perf-stat.json, or what its tool says.
 *
 * Returns the command's exit status, 128 + n if signal n killed it, or
 * MEASURE_DISTURBED after one line on stderr if an antagonist ended before
 * the command. Other failures end in die().
 */
int measure(const struct measure *m);

#define MEASURE_DISTURBED	125

/* In a child: root directory, environment and standard input of the command. */
void measure_enter(const struct measure *m);

#endif
