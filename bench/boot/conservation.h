/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_CONSERVATION_H
#define BENCH_CONSERVATION_H

#include "bench/rundir/counters.h"

enum conservation {
	CONSERVATION_ABSENT,	/* the kernel lacks the S-EPT or the PAMT counters */
	CONSERVATION_OK,
	CONSERVATION_VIOLATED,
};

struct conservation_report {
	enum conservation verdict;
	char **detail;		/* NULL-terminated; one string per broken balance */
};

/*
 * Check that every S-EPT page and every PAMT pair came back after the last TD.
 * @before and @after are the counters around the command. Free
 * report->detail with strv_free().
 */
void conservation_check(const struct counters *before, const struct counters *after,
			struct conservation_report *report);

/* "ok", "violated" or "absent", as in status.json. */
const char *conservation_name(enum conservation verdict);

#endif
