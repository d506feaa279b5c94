/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_VERBS_H
#define BENCH_VERBS_H

#include "lib/program.h"

/* The verbs, each in the file of its name, and the topics of `dpamt-bench help`. */
extern const struct verb verb_run, verb_report, verb_compare, verb_samples, verb_trace, verb_plan,
	verb_fleet, verb_contention, verb_list, verb_doctor, verb_host, verb_shrink, topic_job,
	topic_scenario, topic_parameters;

/* Print the experiments of bench/experiments, or the kernels that are built, a name a line. */
void print_experiment_names(FILE *to);
void print_kernel_names(FILE *to);

/* Print what the last of @words, a workload and its options, may be. */
void complete_workload(FILE *to, char **words);

struct run_options;

/* Boot once and run @command. Returns dpamt-bench's exit status. */
int run_single(const struct run_options *o, char **command);

/* Make the missing boots of o->experiment. Returns the exit status. */
int run_experiment(const struct run_options *o);

/* The directory of results without --out: "results/<UTC>" and @tail, malloc'ed. */
char *default_out(const char *tail);

#endif
