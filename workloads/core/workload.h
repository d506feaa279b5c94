/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a workload is: a question, a table of options, and two functions. main.c does the rest. See
 * README.md.
 */
#ifndef DPAMT_WORKLOADS_WORKLOAD_H
#define DPAMT_WORKLOADS_WORKLOAD_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/clock.h"
#include "lib/err.h"
#include "lib/options.h"
#include "run.h"
#include "samples.h"
#include "td.h"

/* What a run will need, worked out from the options before anything is created. */
struct needs {
	uint64_t tds;		      /* alive at once */
	uint64_t td_bytes;	      /* private memory of each, a multiple of 2 MiB */
	unsigned int vcpus;	      /* of each */
	unsigned int threads;	      /* most that workers_run() will be asked for */
	uint64_t samples;	      /* rows */
	uint64_t sample_logs;	      /* struct sample_log started in the whole run */
	uint64_t sept_pages_expected; /* S-EPT pages the run gives to TDs in total */
	uint64_t td_populated_bytes;  /* guest memory each has mapped at most; 0: not one figure */
};

/* A metric that answers the question of a workload. */
struct primary {
	const char *metric; /* of bench/rundir/metric_table.c, or OPERATION_ns_p50, _p90, ... */
	const char *what;   /* "destroying a TD takes", before the value; NULL: "METRIC is" or the table's */
	const char *better; /* "less" or "more"; NULL: as in the table, of a latency less */
};

/* For .primary: PRIMARY({ .metric = "td_destroy_ns_p50" }, ...). */
#define PRIMARY(...) (const struct primary[]) { __VA_ARGS__, { .metric = NULL } }

/* The primary metrics of workloads about the end of TDs. */
#define PRIMARY_TEARDOWN                                                                    \
	PRIMARY({ .metric = "spt_held_peak_pages" }, { .metric = "spt_held_time_mean_ns" }, \
		{ .metric = "td_destroy_ns_p50" })

/* The option --vcpus; @more follows what all workloads say of it. */
#define OPT_VCPUS(var, def, more)                         \
	OPT_UINT("vcpus", var, def, 1, TD_MAX_VCPUS, "N", \
		 "vCPUs per TD, at most the machine's CPUs" more)

/* The option --mem: memory of each TD in MiB, even because a region has 2 MiB. */
#define OPT_MEM(var, def) OPT_UINT("mem", var, def, 2, 1 << 20, "MIB", "memory per TD in MiB, even")

/* The option --tds: how many TDs live at once. */
#define OPT_TDS(var, def) OPT_UINT("tds", var, def, 1, 4094, "N", "TDs alive at once")

struct workload {
	const char *name;
	const char *question;	/* what a run answers, one sentence */
	const char *exercises;	/* which kernel paths */
	const char *verify;	/* how a run checks itself */
	const char *const *ops; /* names of what is timed, by the number given to samples_add();
				   NULL ends */
	const struct primary *primary; /* the first is the main one; PRIMARY() makes it */
	const char *control; /* metric that must be 0 in every boot, a control of others; or NULL */
	struct opt *opts;
	/* Why it cannot run on this machine (exit 77), or NULL. Not set: td_unavailable(). */
	const char *(*unavailable)(void);

	/*
	 * Check options against each other and fill in what the run needs. Returns 0, or -1 after
	 * fail().
	 */
	int (*needs)(struct needs *needs);
	/*
	 * Print something in place of a run, on any machine: the exit status, or -1 for a run. May be
	 * NULL.
	 */
	int (*print)(uint64_t seed);
	/*
	 * Do it. Returns 0, or -1 after fail(). May leave TDs behind on failure: the process ends.
	 */
	int (*run)(struct run *run);

	/* A further file that a run leaves beside its samples: its name, NULL for none, ... */
	const char *record_file;
	/* ... and what writes it after run(). Returns 0, or -1 with errno set by the stream. */
	int (*write_record)(const struct run *run, FILE *to);
};

/*
 * Define a workload and put it on the list of all workloads:
 *
 *	WORKLOAD(teardown) = { .name = "teardown", ... };
 *
 * The linker collects the pointers in the section "workloads".
 */
#define WORKLOAD(id) \
	static const struct workload id##_workload; \
	static const struct workload *const id##_entry \
		__attribute__((used, section("workloads"))) = &id##_workload; \
	static const struct workload id##_workload

/* The members that every workload's file has under these names. */
#define WORKLOAD_PARTS .ops = ops, .opts = opts, .needs = needs, .run = run

/*
 * Walk all workloads in the order of their names: the first one for NULL, else the one behind
 * @previous; NULL at the end.
 */
const struct workload *workload_next(const struct workload *previous);

#endif
