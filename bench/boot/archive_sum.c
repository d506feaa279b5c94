// SPDX-License-Identifier: GPL-2.0
/*
 * Says which archive it was: a path says nothing of the files that were packed. All boots of an experiment have the same
 * archive of some 100 MB, so it is read once.
 */
#include "archive_sum.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"

#define DIGITS 64

const char *archive_sum(const char *path)
{
	static char *known, sum[DIGITS + 1];
	char line[DIGITS + 2] = "";
	FILE *p;

	if (known && !strcmp(known, path))
		return sum[0] ? sum : NULL;
	free(known);
	known = xstrdup(path);
	sum[0] = '\0';
	/* through the environment: a path may have any character */
	setenv("DPAMT_ARCHIVE", path, 1);
	p = popen("sha256sum 2>/dev/null <\"$DPAMT_ARCHIVE\"", "re");
	unsetenv("DPAMT_ARCHIVE");
	if (!p)
		return NULL;
	if (fgets(line, sizeof(line), p) && strspn(line, "0123456789abcdef") == DIGITS)
		snprintf(sum, sizeof(sum), "%.*s", DIGITS, line);
	pclose(p);
	return sum[0] ? sum : NULL;
}
