/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lists of steps, as "0-5,9/0-5": two lists, the first with six steps and another one.
 */
#ifndef DPAMT_WORKLOADS_STORM_STEP_LIST_H
#define DPAMT_WORKLOADS_STORM_STEP_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Set in[0..n-1] to which steps the first list names. Returns 0, or -1 with *error = what is wrong,
 * malloc'ed.
 */
int step_list_parse(const char *text, bool *in, uint64_t n, char **error);

/* The list behind the first; NULL: there is none. */
const char *step_list_next(const char *text);

/* Write one list; malloc'ed. "-" if it names no step. */
char *step_list_text(const bool *in, uint64_t n);

#endif
