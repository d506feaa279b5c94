// SPDX-License-Identifier: GPL-2.0
/*
 * One way to report an error: one line on stderr.
 */
#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_flag taken = ATOMIC_FLAG_INIT;
static char first[ERR_MAX_BYTES];
static bool keep_first, silent;
static _Thread_local bool expected;

static void __attribute__((format(printf, 1, 0))) print(const char *fmt, va_list ap)
{
	int saved = errno;

	flockfile(stderr);
	fprintf(stderr, "%s: ", program_invocation_short_name);
	vfprintf(stderr, fmt, ap);
	putc('\n', stderr);
	funlockfile(stderr);
	errno = saved;
}

/* Keep the message if it is the first one, and print it unless nothing is to be printed. */
static void __attribute__((format(printf, 1, 0))) keep(const char *fmt, va_list ap)
{
	int saved = errno;
	va_list copy;

	if (atomic_flag_test_and_set(&taken))
		return;
	va_copy(copy, ap);
	vsnprintf(first, sizeof(first), fmt, copy);
	va_end(copy);
	errno = saved;
	if (!silent)
		print(fmt, ap);
}

void warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print(fmt, ap);
	va_end(ap);
}

int fail(const char *fmt, ...)
{
	va_list ap;

	if (expected)
		return -1;
	va_start(ap, fmt);
	if (keep_first)
		keep(fmt, ap);
	else
		print(fmt, ap);
	va_end(ap);
	return -1;
}

int fail_as(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print(fmt, ap);
	va_end(ap);
	return status;
}

void err_keep_first(bool be_silent)
{
	keep_first = true;
	silent = be_silent;
}

void err_expect(bool on)
{
	expected = on;
}

const char *first_failure(void)
{
	return first[0] ? first : NULL;
}
