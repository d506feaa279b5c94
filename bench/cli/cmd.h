/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_CMD_H
#define BENCH_CMD_H

/* The verbs. Each gets argv from its own name on and returns the exit status. */
int cmd_run(int argc, char **argv);
int cmd_trace(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_plan(int argc, char **argv);
int cmd_fleet(int argc, char **argv);
int cmd_contention(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_samples(int argc, char **argv);
int cmd_help(int argc, char **argv);

struct run_options;

/* Boot once and run @command. Returns dpamt-bench's exit status. */
int run_single(const struct run_options *o, char **command);

/* Make all boots of o->experiment that are not there yet. Returns the exit status. */
int run_experiment(const struct run_options *o);

/* "results/<UTC>@tail", where results go without --out; malloc'ed. */
char *default_out(const char *tail);

#endif
