// SPDX-License-Identifier: GPL-2.0
#include "keyids.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"

#define MISC_CAPACITY	"/sys/fs/cgroup/misc.capacity"

double keyids_from_log(const char *log)
{
	const char *at = strstr(log, "private KeyID range [");
	unsigned int from, to;

	if (!at || sscanf(at, "private KeyID range [%u, %u)", &from, &to) != 2 || to <= from)
		return NAN;
	return to - from - 1;	/* the module takes one */
}

double keyids_for_tds(const char *log, const char **source)
{
	char *text = read_file(MISC_CAPACITY, NULL), *at = text ? strstr(text, "tdx ") : NULL;
	double n;

	*source = at ? "misc.capacity" : "kernel's log";
	if (at)
		n = strtod(at + strlen("tdx "), NULL);
	else
		n = log ? keyids_from_log(log) : NAN;
	free(text);
	return n;
}
