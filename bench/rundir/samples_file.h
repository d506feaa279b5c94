/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_SAMPLES_H
#define AN_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/lines.h"

#define AN_OP_NAME 40		/* bytes of an operation's name with its NUL */
#define AN_OPS_MAX 32		/* operations in one samples.csv */

/* A latency that was seen, and how many samples are not longer. */
struct an_step {
	uint32_t ns, upto;
};

/*
 * All latencies of one operation in one boot. Once there are many, those below AN_COUNTED_NS are
 * not kept: a table counts how often each number of ns occurred. So memory grows with the
 * different latencies, not with the samples. Longer latencies are kept; a thread can have at most
 * a thousand of them per second.
 */
#define AN_COUNTED_NS (1 << 20)
struct an_op {
	char name[AN_OP_NAME];
	size_t name_len;
	uint64_t *list;		/* kept: all while they are few, then the long ones */
	size_t nr_list, room;
	uint32_t *count;	/* by ns, AN_COUNTED_NS of them; NULL: nothing is counted */
	unsigned char *used;	/* is there a count in this block of 1024? */
	struct an_step *step;	/* what @count becomes, ascending */
	size_t nr_steps, nr_counted;
	size_t n;		/* samples, counted and kept */
	uint64_t first_start_ns;	/* earliest start, since the workload's start */
	struct an_op *next;	/* the operation that followed it last; a guess for the next line */
};

struct an_samples {
	struct an_op op[AN_OPS_MAX];
	size_t nr_ops;
	struct an_op *last;	/* of the last line */
	struct an_damage damage;	/* lines or rows that are no sample were dropped */
};

/*
 * Read the samples.csv at @path (op,td,thread,seq,start_ns,latency_ns), or the
 * samples.bin; the first bytes tell which. Memory: see struct an_op; the pages of a mapped
 * file are released as they are read.
 * Returns 0, or -1 with errno set (EINVAL: not such a file; EOVERFLOW: more than 2^32 samples
 * of one operation).
 */
int an_samples_read(const char *path, struct an_samples *s);

/*
 * The samples of the run directory @dir. Returns 0, or -1 with *why = "FILE:LINE: what is wrong"
 * (malloc'ed) if there are none or any line of them is damaged.
 */
int an_samples_load(const char *dir, struct an_samples *s, char **why);

/* DIR/samples.bin if it is there, else DIR/samples.csv; malloc'ed. */
char *an_samples_path(const char *dir);

void an_samples_free(struct an_samples *s);

/* Latency number @i of @op in ascending order, 0 <= @i < n. */
uint64_t an_op_latency(const struct an_op *op, size_t i);

/* Quantile @p (0..1) of @op's latencies in ns, as an_quantile() would give; NaN if it has none. */
double an_op_quantile(const struct an_op *op, double p);

/* The operation called @name, or NULL. */
const struct an_op *an_samples_op(const struct an_samples *s, const char *name);

#endif
