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
 * Can the experiments be made here, as far as that can be told before anything
 * boots? The workload binary must know each workload, option and value; for the
 * target qemu each variant must be one of kernel-patches/series, unless a
 * kernel was given, and wall time needs a core per vCPU, unless the boots are made
 * on a cluster. Returns 0, or -1 after one line "FILE:LINE: ..." on stderr.
 */
int job_check(const struct job *job, const struct run_options *o);

#endif
