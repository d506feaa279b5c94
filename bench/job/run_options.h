/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_RUN_OPTIONS_H
#define BENCH_RUN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/rundir/record_mode.h"
#include "workload_list.h"

struct executor;
struct target;

/* What the command line of `dpamt-bench run` says; NULL and 0 mean not given. */
struct run_options {
	const char *experiment, *variant, *variants, *kernel, *out, *boot, *append, *cost,
		*platform, *perf, *root;
	const char *slurm_args, *workload_file;
	char **antagonists;
	uint64_t seed, seeds, cpus, mem_mib, nodes, timeout_s, jobs, order_seed, trace_buffer_kb;
	enum record_mode record;
	bool record_given;
	bool samples_bin;		/* in place of samples.csv */
	bool allow_lost;		/* keep a boot whose trace lost events, marked */
	bool virtual_time;
	const struct target *target;
	const struct executor *executor;
	bool on_cluster;		/* its boots are made on other machines */
	char **same_run_args;		/* arguments of another `dpamt-bench run` for the same
					   experiment, without --out and --boot; NULL-terminated */
	const struct workload_entry *workloads;
	size_t n_workloads;
};

#endif
