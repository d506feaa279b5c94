// SPDX-License-Identifier: GPL-2.0
/*
 * The boots of an experiment are made on this machine, side by side where that
 * does not disturb the measurement.
 */
#include "executor.h"

#include <stdlib.h>

#include "job_check.h"
#include "rundir.h"
#include "runner.h"
#include "util.h"

static int make_local(const struct todo *todo)
{
	struct boot_result *result = xcalloc(todo->n, sizeof(*result));
	unsigned int jobs = todo->o->jobs ? (unsigned int)todo->o->jobs : cores();
	int code;

	if (jobs > todo->n)
		jobs = (unsigned int)todo->n;
	/* What other machines left unfinished; with --boot they may be at it now. */
	for (size_t i = 0; i < todo->n && !todo->o->boot; i++)
		rundir_sweep(todo->spec[i].dir);
	code = runner_run(todo->spec, result, todo->n, jobs);
	for (size_t i = 0; i < todo->n; i++)
		boot_result_free(&result[i]);
	free(result);
	return code;
}

const struct executor executor_local = { .name = "local", .make = make_local };
