/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_SAMPLES_H
#define AN_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AN_OP_NAME 40		/* bytes of an operation's name with its NUL */
#define AN_OPS_MAX 32		/* operations in one samples.csv */

/* All latencies of one operation in one boot. */
struct an_op {
	char name[AN_OP_NAME];
	double *latency_ns;	/* ascending once an_samples_read() returns */
	size_t n, room;
	uint64_t first_start_ns;	/* earliest start, since the workload's start */
};

struct an_samples {
	struct an_op op[AN_OPS_MAX];
	size_t nr_ops;
	uint64_t bad_lines;	/* lines that are no sample, dropped */
	bool truncated;		/* the last line has no newline; dropped */
};

/*
 * Read the samples.csv at @path (op,td,thread,seq,start_ns,latency_ns), or the
 * samples.bin; which it is, its first bytes say. 8 bytes of memory per sample. Returns 0, or -1 with errno set (EINVAL: not such a file).
 */
int an_samples_read(const char *path, struct an_samples *s);
/* DIR/samples.bin if it is there, else DIR/samples.csv; malloc'ed. */
char *an_samples_path(const char *dir);

void an_samples_free(struct an_samples *s);

/* The operation called @name, or NULL. */
const struct an_op *an_samples_op(const struct an_samples *s, const char *name);

#endif
