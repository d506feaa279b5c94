/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A job file given as a string, for tests that need one before and after all their cases.
 */
#ifndef TESTS_JOB_TEXT_H
#define TESTS_JOB_TEXT_H

#include <stdio.h>
#include <string.h>

#include "bench/job/job.h"

/* Read @text as the file x.job. Returns 0, or -1: the text is wrong. */
static inline int job_text_load(const char *text, struct job *job)
{
	FILE *f = fmemopen((void *)text, strlen(text), "r");
	char *error;
	int ret = job_parse(f, "x.job", job, &error);

	fclose(f);
	return ret;
}

/* @job, read from @text by load() before all cases of a test, and freed by unload() after them. */
#define JOB_FIXTURE(job, text)                    \
	static struct job job;                    \
	static int load(void **state)             \
	{                                         \
		(void)state;                      \
		return job_text_load(text, &job); \
	}                                         \
	static int unload(void **state)           \
	{                                         \
		(void)state;                      \
		job_free(&job);                   \
		return 0;                         \
	}

#endif
