/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_PATHS_H
#define BENCH_PATHS_H

/*
 * Where the parts are, found from the place of this program: it lives in the
 * build directory of a checkout. All results are malloc'ed; nothing is checked
 * for existence.
 */
char *path_in_build(const char *name);		/* "dpamt-agent" -> .../build/dpamt-agent */
char *path_in_checkout(const char *name);	/* "bench/experiments" -> .../bench/experiments */

#endif
