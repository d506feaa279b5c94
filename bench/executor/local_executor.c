// SPDX-License-Identifier: GPL-2.0
/*
 * Makes the boots of an experiment on this machine, side by side where that does not
 * disturb the measurement.
 */

#include <stdlib.h>

#include "bench/boot/runner.h"
#include "bench/job/job_check.h"
#include "bench/rundir/rundir.h"
#include "lib/text.h"
#include "executor.h"

static int make_local(const struct boots_to_make *boots)
{
	struct boot_result *result = xcalloc(boots->n, sizeof(*result));
	unsigned int jobs = boots->o->jobs ? (unsigned int)boots->o->jobs : cores();
	int code;

	if (jobs > boots->n)
		jobs = (unsigned int)boots->n;
	/* Remove what other machines left unfinished. With --boot they may still be working on it. */
	for (size_t i = 0; i < boots->n && !boots->o->boot; i++)
		rundir_sweep(boots->spec[i].dir);
	code = runner_run(boots->spec, result, boots->n, jobs);
	for (size_t i = 0; i < boots->n; i++)
		boot_result_free(&result[i]);
	free(result);
	return code;
}

const struct executor executor_local = { .name = "local", .make = make_local };
