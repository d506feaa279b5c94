// SPDX-License-Identifier: GPL-2.0
/* The version of the programs. Linked into programs alone: a commit relinks no test. */
#include "version.h"

#include <stdio.h>
#include <string.h>

const char version[] = DPAMT_VERSION;
const char version_date[] = DPAMT_VERSION_DATE;

bool version_printed(int argc, char **argv, const char *name)
{
	if (argc != 2 || strcmp(argv[1], "--version"))
		return false;
	printf("%s %s\n", name, version);
	return true;
}
