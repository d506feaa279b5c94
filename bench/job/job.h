/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_JOB_H
#define BENCH_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/rundir/record_mode.h"
#include "lib/options.h"

/* NUMA nodes of a VM. */
#define JOB_MAX_NODES 8

enum job_factor_kind {
	FACTOR_COST,
	FACTOR_PLATFORM,
	FACTOR_CPUS,
	FACTOR_MEM,
	FACTOR_NODES,
	FACTOR_TIME,
	FACTOR_RECORD,
	FACTOR_APPEND,
	FACTOR_ANTAGONIST,
	FACTOR_OPT,
};

struct job_level {
	char *label;		/* in header.json; also in the run directory's name */
	char *value;		/* what the factor is set to; "" for nothing */
};

/* Something an experiment varies besides the kernel. */
struct job_factor {
	enum job_factor_kind kind;
	char *name;		/* "cost", "cpus", ..., or the workload option without its dashes */
	struct job_level *level;
	size_t n;		/* levels, at least 2 */
	unsigned int line;
};

/* Memory of a VM unless the user says more or less. */
#define VM_MEM_MIB  4096
#define VM_MEM_TEXT TEXT_OF(VM_MEM_MIB)

/* One section of a job file: one workload, or a program of an archive, on some variants. */
struct job_experiment {
	char *path;		/* of the job file the section is in */
	unsigned int line, options_line, variants_line, antagonists_line, primary_line,
		compare_line;
	char *name;		/* the section's name; names the run directories */
	char *question;
	char *expected;		/* the direction we expect */
	char *refuted_by;	/* what would prove that wrong */
	char **primary;		/* metrics that answer the question, NULL-terminated; NULL: the workload's own */
	char *compare; /* the factor whose levels the report compares; NULL: it compares variants */
	char *workload; /* NULL: a program of @root */
	char **command; /* the program and its first arguments, NULL-terminated; NULL: a workload */
	char *root;	/* cpio archive of the program; NULL: a workload */
	char **options; /* of the workload or program, NULL-terminated */
	char **variants;	/* of the kernel, NULL-terminated */
	char **antagonists;	/* names, NULL-terminated */
	char *append;		/* more kernel command line, "" if none */
	char *cost;		/* "low", "mid" or "high": cost level of the simulated module */
	char *platform;		/* "spr" or "gnr": what the simulated module imitates */
	char *perf;		/* events of perf stat, separated by commas; NULL: no perf stat */
	struct job_factor *factor;
	size_t n_factors;
	uint64_t seeds;		/* boots of each variant: seeds 1 .. this */
	uint64_t cpus;
	uint64_t mem_mib;
	uint64_t nodes;		/* NUMA nodes of the VM */
	uint64_t timeout_s;	/* wall time of one boot */
	uint64_t boot_seconds;	/* wall time one boot is expected to take; 0: not known */
	enum record_mode record;
	bool virtual_time;
	bool aa;		/* make the first variant's boots twice, with other seeds */
};

struct job {
	char *path;
	struct job_experiment *exp;
	size_t n;
};

/* What the keys mean, for `dpamt-bench help job`. */
extern struct opt job_keys[];

/*
 * Read a job file: ini, a section [global] with defaults and one section per
 * experiment; [global] may include other job files of the same directory.
 * Returns 0, or -1 with *error = "FILE:LINE: what is wrong and what would be
 * right" (malloc'ed).
 */
int job_load(const char *path, struct job *job, char **error);
int job_parse(FILE *f, const char *path, struct job *job, char **error);
/*
 * All experiments compare the variants @names, separated by blanks, in place of the file's. Those that
 * have variants of their own, and none of @names, are left out with a line on stderr.
 * Returns 0, or -1 after one line on stderr.
 */
int job_set_variants(struct job *job, const char *names);

void job_free(struct job *job);

/* Combinations of factor levels; 1 without factors. */
size_t job_cells(const struct job_experiment *e);

/* Boots of an experiment; @seeds replaces its own number of seeds if not 0. */
uint64_t job_boots(const struct job_experiment *e, uint64_t seeds);

/* Are there times at which the experiment is made in wall time? In virtual time? */
bool job_uses_time(const struct job_experiment *e, bool virtual_time);

/* The factor of @kind, or NULL. */
const struct job_factor *job_factor_of(const struct job_experiment *e, enum job_factor_kind kind);

/* Are there boots whose kernel counts nothing? */
bool job_records_nothing(const struct job_experiment *e);

/* The largest number of vCPUs any of its boots has. */
uint64_t job_max_cpus(const struct job_experiment *e);

#endif
