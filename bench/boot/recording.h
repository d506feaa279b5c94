/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_RECORDING_H
#define BENCH_RECORDING_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "bench/rundir/counters.h"
#include "bench/rundir/record_mode.h"
#include "bench/rundir/retention_from_trace.h"

enum recording_verdict {
	RECORDING_NONE,		/* no trace was asked for, or the kernel has none */
	RECORDING_OK,		/* every sum and peak of the trace is the counters' */
	RECORDING_UNCHECKED,	/* the kernel lacks the counters */
	RECORDING_LOST,		/* events were lost: no retention.csv */
	RECORDING_VIOLATED,	/* trace and counters disagree, or the trace is damaged */
};

/* The result of checking a run's trace.dat. Zero it to begin. */
struct recording {
	enum recording_verdict verdict;
	char **detail;		/* NULL-terminated (or NULL): one string per disagreement */
	struct retention sum;
	uint64_t *lost;		/* events, by CPU of the VM */
	uint32_t cpus;
};

/*
 * Read @dir/trace.dat, write @dir/retention.csv, and compare the trace with the
 * counters @before and @after the command. Returns 0, or -1 with *error
 * (malloc'ed, one line) if retention.csv cannot be written.
 */
int recording_read(const char *dir, const struct counters *before, const struct counters *after,
		   struct recording *rec, char **error);
void recording_free(struct recording *rec);

/* The comparison alone: adds to rec->detail and sets rec->verdict. */
void recording_check(const struct counters *before, const struct counters *after,
		     struct recording *rec);

uint64_t recording_lost(const struct recording *rec);

/* The object "recording" of status.json. */
json_t *recording_json(const struct recording *rec);

#endif
