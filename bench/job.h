/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_JOB_H
#define BENCH_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* One section of a job file: one workload on some variants. */
struct job_experiment {
	char *name;		/* the section's name; names the run directories */
	char *question;
	char *expected;		/* the direction we expect */
	char *refuted_by;	/* what would prove that wrong */
	char *workload;
	char **options;		/* of the workload, NULL-terminated */
	char **variants;	/* of the kernel, NULL-terminated */
	char *append;		/* more kernel command line, "" if none */
	char *cost;		/* "low", "mid" or "high": cost level of the simulated module */
	uint64_t seeds;		/* boots of each variant: seeds 1 .. this */
	uint64_t cpus;
	uint64_t mem_mib;
	uint64_t timeout_s;	/* wall time of one boot */
	bool virtual_time;
	bool trace;
};

struct job {
	char *path;
	struct job_experiment *exp;
	size_t n;
};

/* What a key means, for `dpamt-bench help job`; ends with a NULL name. */
struct job_key {
	const char *name;
	const char *help;
};

extern const struct job_key job_keys[];

/*
 * Read a job file: ini, a section [global] with defaults and one section per
 * experiment. Returns 0, or -1 with *error = "FILE:LINE: what is wrong and what
 * would be right" (malloc'ed).
 */
int job_load(const char *path, struct job *job, char **error);
int job_parse(FILE *f, const char *path, struct job *job, char **error);
void job_free(struct job *job);

#endif
