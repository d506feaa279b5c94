/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNDIR_SAMPLES_FILE_H
#define RUNDIR_SAMPLES_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/lines.h"

#define OP_NAME_BYTES 40 /* bytes of an operation's name with its NUL */
#define OPS_MAX	      32 /* operations in one samples.csv */

/* A latency that was seen, and how many samples are not longer. */
struct latency_step {
	uint32_t ns, upto;
};

/*
 * All latencies of one operation in one boot. Once there are many, those below COUNTED_NS are
 * not kept: a table counts how often each number of ns occurred. So memory grows with the
 * different latencies, not with the samples. Longer latencies are kept; a thread can have at most
 * a thousand of them per second.
 */
#define COUNTED_NS (1 << 20)
struct timed_op {
	char name[OP_NAME_BYTES];
	size_t name_len;
	uint64_t *list;		/* kept: all while they are few, then the long ones */
	size_t nr_list, room;
	uint32_t *count;	/* by ns, COUNTED_NS of them; NULL: nothing is counted */
	unsigned char *used;	/* is there a count in this block of 1024? */
	struct latency_step *step; /* what @count becomes, ascending */
	size_t nr_steps, nr_counted;
	size_t n;		/* samples, counted and kept */
	uint64_t first_start_ns;	/* earliest start, since the workload's start */
	struct timed_op *next; /* the operation that followed it last; a guess for the next line */
};

struct samples_file {
	struct timed_op op[OPS_MAX];
	size_t nr_ops;
	struct timed_op *last; /* of the last line */
	struct damage damage;  /* lines or rows that are no sample were dropped */
};

/*
 * Read the samples.csv at @path (op,td,thread,seq,start_ns,latency_ns), or the
 * samples.bin; the first bytes tell which. Memory: see struct timed_op; the pages of a mapped
 * file are released as they are read.
 * Returns 0, or -1 with errno set (EINVAL: not such a file; EOVERFLOW: more than 2^32 samples
 * of one operation).
 */
int samples_file_read(const char *path, struct samples_file *s);

/*
 * The samples of the run directory @dir. Returns 0, or -1 with *why = "FILE:LINE: what is wrong"
 * (malloc'ed) if there are none or any line of them is damaged.
 */
int samples_file_load(const char *dir, struct samples_file *s, char **why);

/* DIR/samples.bin if it is there, else DIR/samples.csv; malloc'ed. */
char *samples_file_path(const char *dir);

void samples_file_free(struct samples_file *s);

/* Latency number @i of @op in ascending order, 0 <= @i < n. */
uint64_t timed_op_latency(const struct timed_op *op, size_t i);

/* Quantile @p (0..1) of @op's latencies in ns, interpolated; NaN if it has none. */
double timed_op_quantile(const struct timed_op *op, double p);

/* The operation called @name, or NULL. */
const struct timed_op *samples_file_op(const struct samples_file *s, const char *name);

#endif
