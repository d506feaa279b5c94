/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_SAMPLES_H
#define AN_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AN_OP_NAME 40		/* bytes of an operation's name with its NUL */
#define AN_OPS_MAX 32		/* operations in one samples.csv */

/*
 * All latencies of one operation in one boot, ascending once an_samples_read() returns: those
 * below 2^32 ns (4.3 s) in 4 bytes each, the rare longer ones apart.
 */
struct an_op {
	char name[AN_OP_NAME];
	uint32_t *short_ns;
	uint64_t *long_ns;
	size_t nr_short, nr_long, room_short, room_long;
	size_t n;		/* of both together */
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
 * samples.bin; which it is, its first bytes say. 8 bytes of memory per sample while
 * sorting, 4 afterwards, where a line of the file takes 30 or more, a row 32.
 * Returns 0, or -1 with errno set (EINVAL: not such a file).
 */
int an_samples_read(const char *path, struct an_samples *s);
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
