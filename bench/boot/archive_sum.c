// SPDX-License-Identifier: GPL-2.0
/*
 * Says which archive it was: a path says nothing of the files that were packed. All boots of an experiment have the same
 * archive of some 100 MB, so it is read again only when it has changed.
 */
#include "archive_sum.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DIGITS 64

/* Is it the file of @a still? */
static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

const char *archive_sum(const char *path)
{
	static char sum[DIGITS + 1];
	static struct stat known;
	char line[DIGITS + 2] = "";
	struct stat now;
	FILE *p;

	if (stat(path, &now))
		return NULL;
	if (sum[0] && same_file(&now, &known))
		return sum;
	known = now;
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
