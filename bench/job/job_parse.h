/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_JOB_PARSE_H
#define BENCH_JOB_PARSE_H

/*
 * The sections, keys and values of a job file as text, not interpreted. Only job.c, job_experiment.c and
 * job_factors.c use it.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct job_value {
	char *key;
	char *text;		/* lines that go on joined by one blank */
	unsigned int line;
};

struct job_section {
	char *name;
	unsigned int line;
	struct job_value *value;
	size_t n;
};

struct job_text {
	const char *path;
	struct job_section *section;
	size_t n;
	unsigned int lines;	/* of the file */
	char *error;		/* "FILE:LINE: ..." of the first mistake, or NULL */
};

/* Set t->error to "FILE:LINE: ...", unless there is an error already. Returns -1. */
int job_refuse(struct job_text *t, unsigned int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Read @f. @known says which keys there are. Returns 0, or -1 with t->error set:
 * unknown keys, keys without value or given twice, empty sections, text that is
 * neither. Free with job_text_free(), also after an error.
 */
int job_text_read(FILE *f, const char *path, bool (*known)(const char *key), struct job_text *t);
void job_text_free(struct job_text *t);

/* The value of @key in @s (may be NULL); NULL if it is not there. */
const struct job_value *job_value_in(const struct job_section *s, const char *key);

#endif
