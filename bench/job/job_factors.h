/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_JOB_FACTORS_H
#define BENCH_JOB_FACTORS_H

#include "job.h"
#include "job_parse.h"

/* Does @key have the form "factor.NAME"? job_factors_read() checks NAME. */
bool job_is_factor(const char *key);

/*
 * Read the factors of @global (may be NULL) and @s into @e, whose other keys
 * have been read. A factor of @s replaces one of @global. Returns 0, or -1
 * after job_refuse().
 */
int job_factors_read(struct job_text *t, const struct job_section *s,
		     const struct job_section *global, struct job_experiment *e);
void job_factors_free(struct job_experiment *e);

/* Is it an antagonist's name: one of the workloads', or "stress-ng:ARG[,ARG...]"? */
bool job_good_antagonist(const char *name);

/* A name that becomes part of a path; @more are characters allowed besides. */
bool job_good_name(const char *s, const char *more);

/* Split at blanks; NULL-terminated, free with strv_free(). */
char **job_words(const char *text);

#endif
