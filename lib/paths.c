// SPDX-License-Identifier: GPL-2.0
/*
 * The program finds its parts from its own place, so that it works from any current directory,
 * in a checkout anywhere and installed under any prefix.
 */
#include "paths.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "text.h"

/* The directory this program is in, or the one @up levels above it. Links are followed. */
static char *own_dir(int up)
{
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (n < 0)
		exit(fail_as(EXIT_CANNOT_RUN, "/proc/self/exe: %s; mount /proc", strerror(errno)));
	exe[n] = '\0';
	for (; up >= 0; up--) {
		char *slash = strrchr(exe, '/');

		if (slash)
			*slash = '\0';
	}
	return xstrdup(exe);
}

static char *join(char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);

	free(dir);
	return path;
}

char *path_in_build(const char *name)
{
	return join(own_dir(0), name);
}

/* Is this program in PREFIX/lib/dpamt-bench, where `make install` puts it? */
static bool installed(void)
{
	static const char tail[] = "/lib/dpamt-bench";
	char *dir = own_dir(0);
	size_t n = strlen(dir);
	bool is = n >= strlen(tail) && strcmp(dir + n - strlen(tail), tail) == 0;

	free(dir);
	return is;
}

char *path_in_checkout(const char *name)
{
	return join(installed() ? join(own_dir(2), "share/dpamt-bench") : own_dir(1), name);
}
