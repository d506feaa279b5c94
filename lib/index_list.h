/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lists of indices, as "0-5,9/0-5": two lists, the first with six indices and another one.
 */
#ifndef LIB_INDEX_LIST_H
#define LIB_INDEX_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Set in[0..n-1] to which indices the first list has. Returns 0, or -1 with *error = what is wrong,
 * malloc'ed.
 */
int index_list_parse(const char *text, bool *in, uint64_t n, char **error);

/* The list behind the first; NULL: there is none. */
const char *index_list_next(const char *text);

/* Write one list; malloc'ed. "-" if it has none. */
char *index_list_text(const bool *in, uint64_t n);

#endif
