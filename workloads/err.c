// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps and prints the first failure of a process; later ones are consequences and stay silent.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "err.h"

static atomic_flag taken = ATOMIC_FLAG_INIT;
static char text[ERR_MAX_BYTES];
static bool silent;

int fail(const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	if (atomic_flag_test_and_set(&taken))
		return -1;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!silent)
		fprintf(stderr, "dpamt-workload: %s\n", text);
	errno = saved;
	return -1;
}

void fail_silently(void)
{
	silent = true;
}

const char *first_failure(void)
{
	return text[0] ? text : NULL;
}
