/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Directories for tests.
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

/* A directory for all tests of a program: give both functions to cmocka_run_group_tests(). */
static const char *scratch_dir __attribute__((unused));

static inline int scratch_set_up(void **state)
{
	(void)state;
	scratch_dir = scratch();
	return 0;
}

static inline int scratch_clean(void **state)
{
	(void)state;
	return remove_tree(scratch_dir);
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
