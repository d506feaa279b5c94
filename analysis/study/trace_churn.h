/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_TRACE_CHURN_H
#define AN_TRACE_CHURN_H

#include <stdbool.h>
#include <stdint.h>

struct an_trace_churn {
	uint64_t freed;		/* tdx_sept_free events before the limit */
	bool usable;		/* start marker seen, no event lost */
	const char *why_not;	/* if not usable: a phrase for a message */
};

/*
 * Count the tdx_sept_free events of the trace.dat at @path that come before
 * @limit_ns, counted from the workload's marker "dpamt start". Returns 0, or -1
 * with errno set and *why (malloc'ed; NULL if there is no such file).
 */
int an_trace_churn(const char *path, uint64_t limit_ns, struct an_trace_churn *t, char **why);

#endif
