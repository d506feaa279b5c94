// SPDX-License-Identifier: GPL-2.0
/*
 * The options of a verb as a table: what getopt_long() takes and what --help prints.
 */
#include "cli_options.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

void cli_options_usage(FILE *f, const struct cli_option *table, size_t n, int width)
{
	for (size_t i = 0; i < n; i++) {
		char *left;

		if (!table[i].help)
			continue;
		left = xasprintf("--%s %s", table[i].opt.name, table[i].arg ? table[i].arg : "");
		fprintf(f, "  %-*s %s\n", width, left, table[i].help);
		free(left);
	}
}

void cli_options_long(const struct cli_option *table, size_t n, struct option *longopts)
{
	for (size_t i = 0; i < n; i++)
		longopts[i] = table[i].opt;
	memset(&longopts[n], 0, sizeof(longopts[n]));
}
