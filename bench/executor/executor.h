/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_EXECUTOR_H
#define BENCH_EXECUTOR_H

#include <stddef.h>

#include "bench/job/run_options.h"
#include "bench/job/spec.h"

/* The missing boots of an experiment, in the plan's order. */
struct boots_to_make {
	const struct boot_spec *spec;	/* @n of them, n > 0 */
	size_t n;
	const struct run_options *o;
	const char *out;		/* the directory that gets runs/ */
};

/*
 * Makes the boots of an experiment. make() returns 0 when all ended well, else one of
 * the exit statuses in lib/err.h after saying why on stderr. Finished boots always stay.
 * A run directory gets its final name only when it is finished.
 */
struct executor {
	const char *name;
	int (*make)(const struct boots_to_make *boots);
};

extern const struct executor executor_local;	/* this machine */
extern const struct executor executor_slurm;	/* a Slurm cluster, one job array */

#endif
