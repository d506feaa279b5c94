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
int cmd_help(int argc, char **argv);

#endif
