/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Raw samples, one row per timed operation. Their memory is allocated and touched before the run, so
 * recording costs a few stores and no system call. When the run is over, samples.csv or samples.bin
 * is written.
 *
 * Threads claim rows a chunk at a time and so do not meet on a shared counter for each sample. The
 * rows are shared memory: those written by a forked child outlive it.
 */
#ifndef DPAMT_WORKLOADS_SAMPLES_H
#define DPAMT_WORKLOADS_SAMPLES_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Rows claimed at once by one thread: 2 KiB, one atomic add per 64 samples. */
#define SAMPLES_CHUNK_ROWS 64

struct sample {
	uint64_t start_ns; /* CLOCK_MONOTONIC, absolute */
	uint64_t latency_ns;
	uint32_t td;
	uint32_t seq; /* round or operation number, as the workload documents */
	uint16_t thread;
	uint16_t op; /* place in the workload's list of operation names */
};

struct samples {
	struct sample *rows;
	size_t nr_rows, bytes;
	atomic_size_t claimed; /* first row nobody has claimed */
	atomic_size_t lost;    /* samples that found no room */
};

/* One thread's window on the samples; start with { .all = &samples, .thread = n }. */
struct sample_log {
	struct samples *all;
	struct sample *next, *end;
	uint16_t thread;
};

/* What one operation came to; latencies by the nearest-rank rule, in ns, 0 when count is 0. */
struct sample_summary {
	size_t count;
	uint64_t min_ns, p50_ns, p99_ns, max_ns;
};

/*
 * Make room for nr_samples written through at most nr_logs logs, each of which may leave part of
 * its last chunk empty. Returns 0, or -1 if memory is short.
 */
int samples_init(struct samples *s, size_t nr_samples, size_t nr_logs);
void samples_free(struct samples *s);

/*
 * Give @log the next @n rows for itself, before a fork: a child claims without its parent's knowledge,
 * so it must not claim more. Returns -1 when there is no room.
 */
int samples_reserve(struct sample_log *log, size_t n);

/* Slow path of samples_add(). Returns -1 when no room is left. */
int samples_claim(struct sample_log *log);

/* Record one operation. Never blocks, never fails; what finds no room is counted in lost. */
static inline void samples_add(struct sample_log *log, uint16_t op, uint32_t td, uint32_t seq,
			       uint64_t start_ns, uint64_t end_ns)
{
	if (log->next == log->end && samples_claim(log))
		return;
	*log->next++ = (struct sample){
		.start_ns = start_ns,
		.latency_ns = end_ns - start_ns,
		.td = td,
		.seq = seq,
		.thread = log->thread,
		.op = op,
	};
}

/*
 * Drop the rows nobody used and order the rest by start, thread and operation. Call once, after the
 * last samples_add() and before the functions below.
 */
void samples_close(struct samples *s);

/* Returns 0, or -1 if memory is short. */
int samples_summarise(const struct samples *s, uint16_t op, struct sample_summary *sum);

/*
 * Write CSV_SAMPLES and one line per row; start_ns counts from t0_ns;
 * ops are the names by number. Returns 0, or -1 with errno set by the stream.
 */
int samples_write_csv(const struct samples *s, FILE *to, const char *const *ops, uint64_t t0_ns);

/*
 * Write @s, whose operations have the names @ops (NULL-terminated), to @to as samples.bin
 * (bench/rundir/samples_bin.h); start_ns counts from t0_ns. Returns 0, or -1 with errno set by the stream.
 */
int samples_write_bin(const struct samples *s, FILE *to, const char *const *ops, uint64_t t0_ns);

#endif
