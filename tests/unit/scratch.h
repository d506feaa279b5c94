/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A directory for one test.
 */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/text.h"

/* Below /tmp, with blanks and a quote in its name; static. */
static inline const char *scratch(void)
{
	static char dir[64];

	strcpy(dir, "/tmp/it's a test XXXXXX");
	if (!mkdtemp(dir))
		abort();
	return dir;
}

/* Write @text to the file @name in @dir. */
static inline void put(const char *dir, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", dir, name);

	if (write_file(path, text, strlen(text)))
		abort();
	free(path);
}

#endif
