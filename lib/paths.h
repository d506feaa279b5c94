/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LIB_PATHS_H
#define LIB_PATHS_H

/*
 * Paths of the project's files, relative to the directory of this program. Results are malloc'ed;
 * the files need not exist.
 *
 *			in a checkout		installed
 * path_in_build	build/NAME		PREFIX/lib/dpamt-bench/NAME
 * path_in_checkout	NAME			PREFIX/share/dpamt-bench/NAME
 */
char *path_in_build(const char *name);		/* "dpamt-agent", "kernels/rcu/bzImage" */
char *path_in_checkout(const char *name);	/* "bench/experiments", "plots" */

#endif
