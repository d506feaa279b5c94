/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sections of job files.
 */
#ifndef DPAMT_BENCH_JOB_JOB_EXPERIMENT_H
#define DPAMT_BENCH_JOB_JOB_EXPERIMENT_H

#include <stdbool.h>

#include "job.h"
#include "job_parse.h"

/*
 * What disturbs or watches a workload; NULL-terminated. In [global] these keys are for the sections that have a
 * workload, and a section with a command must not have them.
 */
extern const char *const job_workload_keys[];

/* May a section have the key @name? */
bool job_known_key(const char *name);

/*
 * Read section @s into @e, which is all 0. What it does not say is taken from @global, which may be NULL.
 * Returns 0, or -1 with the first mistake in @t->error.
 */
int job_experiment_read(struct job_text *t, const struct job_section *s,
			const struct job_section *global, struct job_experiment *e);

#endif
