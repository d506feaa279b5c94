/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_CLI_OPTIONS_H
#define BENCH_CLI_OPTIONS_H

#include <getopt.h>
#include <stddef.h>
#include <stdio.h>

/* An option of a verb: --help and getopt_long() are made of the same table. */
struct cli_option {
	struct option opt;
	const char *arg;	/* what --help says of its value; NULL or "" if it has none */
	const char *help;	/* NULL: not in this list */
};

/* A line per option of @table, @n of them; the help begins in column @width + 3. */
void cli_options_usage(FILE *f, const struct cli_option *table, size_t n, int width);

/* Fill @longopts, room for @n + 1, for getopt_long(). */
void cli_options_long(const struct cli_option *table, size_t n, struct option *longopts);

#endif
