/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One failure, one line on stderr.
 *
 * Many threads may stumble over the same cause; only the first failure is printed, and it is also
 * what result.json gives as the reason.
 */
#ifndef DPAMT_WORKLOADS_ERR_H
#define DPAMT_WORKLOADS_ERR_H

/* Room for one message, with its final NUL, in bytes. */
#define ERR_MAX_BYTES 512

/*
 * Report what failed, where, and what to do; no newline at the end.
 * Returns -1, so that a caller can say `return fail(...)`, and leaves errno as it was. Safe from
 * any thread.
 */
int fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* From now on keep the first failure but print nothing: for a process that is meant to fail. */
void fail_silently(void);

/* The first failure's text, or NULL while there is none. To be read when no other thread runs. */
const char *first_failure(void);

#endif
