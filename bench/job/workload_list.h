/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_WORKLOAD_LIST_H
#define BENCH_WORKLOAD_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* One workload of the workload binary. */
struct workload_entry {
	char *name;
	char *question;
	char *ops;		/* names of what it times, separated by blanks */
};

/*
 * Ask the workload binary which workloads it has (its verb "list": lines of
 * name, tab, question, tab, timed operations). Returns 0, or -1 after one line on stderr.
 */
int workload_list(const char *file, struct workload_entry **list, size_t *n);
void workload_list_free(struct workload_entry *list, size_t n);
/* The one called @name, or NULL. */
const struct workload_entry *workload_list_find(const struct workload_entry *list, size_t n,
						const char *name);

/*
 * Does the workload accept this command line (NULL-terminated, the workload's name
 * first)? Runs it with --help at the end: it checks all arguments before it prints help.
 * Returns 0, or -1 with *error = its message, malloc'ed.
 */
int workload_check(const char *file, char *const *command, char **error);

#endif
