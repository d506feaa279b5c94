/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_JOB_CHECK_H
#define BENCH_JOB_CHECK_H

#include "job.h"
#include "run_options.h"
#include "schedule.h"

/* CPUs this process may use. */
unsigned int cores(void);

/*
 * Load bench/experiments/@name.job, or the file @name if it ends in .job.
 * Returns 0, or -1 after one line on stderr.
 */
int job_find(const char *name, struct job *job);

/*
 * Does the workload binary know each workload, option and value of the experiments? The target has
 * a check of its own, see struct target. Returns 0, or -1 after one line "FILE:LINE: ..." on stderr.
 */
int job_check(const struct job *job, const struct run_options *o);

#endif
