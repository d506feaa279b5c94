/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LIB_ERR_H
#define LIB_ERR_H

#include <stdbool.h>

/* Exit statuses of `dpamt-bench run` itself; every other one is the command's. */
#define EXIT_BOOT_FAILED	126	/* the boot ran and did not end well */
#define EXIT_CANNOT_RUN		127	/* wrong usage, or something needed is missing */
#define EXIT_INTERRUPTED	130	/* SIGINT or SIGTERM, as shells report it */

/* Room for a message that err_keep_first() keeps, with its final NUL, in bytes. */
#define ERR_MAX_BYTES 512

/*
 * Each of the three prints "PROGRAM: MESSAGE" as one line on stderr and leaves errno as it was.
 * The message says what failed, where, and what to do, and has no newline. Safe from any thread.
 *
 * warn()	the caller goes on
 * fail()	returns -1, for `return fail(...)`
 * fail_as()	returns @status, for `return fail_as(EXIT_CANNOT_RUN, ...)`
 */
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int fail_as(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * From now on fail() prints only its first message (none if @silent) and keeps it: many threads
 * may fail for one cause, and the later messages are its consequences.
 */
void err_keep_first(bool silent);

/*
 * While @on, fail() of the calling thread neither prints nor keeps its message: for a call that may
 * fail, whose caller looks at errno.
 */
void err_expect(bool on);

/* The message that was kept; NULL if there is none. Call it when no other thread runs. */
const char *first_failure(void);

#endif
