/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LIB_VERSION_H
#define LIB_VERSION_H

#include <stdbool.h>

/*
 * What `git describe` said when the programs were built; without git, the line of a file VERSION,
 * or "unknown".
 */
extern const char version[];

/* The day of that commit, "November 26, 2026"; without git, the day of the build. */
extern const char version_date[];

/*
 * If the only argument is --version, print "NAME VERSION" to stdout and return true. The caller then
 * ends; it must check stdout for errors.
 */
bool version_printed(int argc, char **argv, const char *name);

#endif
