// SPDX-License-Identifier: GPL-2.0
/*
 * Checks that the workloads, options and metrics of a job file exist. Reports an error with
 * file and line before the first boot.
 */
#include "job_check.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rundir/metric_table.h"
#include "lib/err.h"
#include "lib/file.h"
#include "lib/paths.h"
#include "lib/text.h"
#include "spec.h"

unsigned int cores(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	return (unsigned int)CPU_COUNT(&set);
}

int job_find(const char *name, struct job *job)
{
	const char *dot = strrchr(name, '.');
	char *path, *error = NULL;
	int ret;

	if (dot && strcmp(dot, ".job") == 0) {
		path = xstrdup(name);
	} else {
		char *tail = xasprintf("bench/experiments/%s.job", name);

		path = path_in_checkout(tail);
		free(tail);
		if (!file_exists(path)) {
			free(path);
			return fail("there is no experiment '%s'; `dpamt-bench list` shows them, a file's name ends in .job",
				    name);
		}
	}
	ret = job_load(path, job, &error);
	if (ret)
		warn("%s", error);
	free(error);
	free(path);
	return ret;
}

/* Ask the workload itself about every combination of options. */
static int check_options(const struct job_experiment *e, const char *file)
{
	const struct plan plan = { 0 };
	size_t cells = job_cells(e);
	int ret = 0;

	for (size_t cell = 0; cell < cells && !ret; cell++) {
		const struct plan_item item = { .exp = e, .variant = e->variants[0], .cell = cell };
		struct boot_spec s;
		char **command, *error = NULL;

		spec_from_plan(&s, &item, &plan, "");
		command = spec_command(&s, "/results");
		if (workload_check(file, command, &error))
			ret = fail("%s:%u: [%s] %s", e->path,
				   e->options_line ? e->options_line : e->line, e->name, error);
		free(error);
		strv_free(command);
		boot_spec_free(&s);
	}
	return ret;
}

/* Is it what a stress-ng of the experiment does, beside all boots or as a level of a factor? */
static bool is_of_antagonist(const struct job_experiment *e, const char *metric)
{
	const struct job_factor *f = job_factor_of(e, FACTOR_ANTAGONIST);

	if (metric_of_antagonist(metric, e->antagonists))
		return true;
	for (size_t i = 0; f && i < f->n; i++)
		if (metric_of_antagonist(metric, (char *const[]){ f->level[i].value, NULL }))
			return true;
	return false;
}

/* Report a misspelt metric now, not after hours of boots. */
static int check_primary(const struct job_experiment *e, const char *program, const char *ops)
{
	for (char **p = e->primary; p && *p; p++) {
		char *name = xstrndup(*p, metric_name_length(*p));
		int ret = 0;

		if (!metric_possible(name, ops, e->perf) && !is_of_antagonist(e, name))
			ret = fail(
				"%s:%u: [%s] primary: runs of %s have no metric '%s'; analysis/README.md lists those of counters, others are OPERATION_ns_p50, _p90, _p99 or _p999 of %s",
				e->path, e->primary_line, e->name, program, name,
				ops[0] ? ops : "workloads");
		free(name);
		if (ret)
			return ret;
	}
	return 0;
}

static int check_experiment(const struct job_experiment *e, const struct run_options *o)
{
	const struct workload_entry *w;

	if (e->command)
		return check_primary(e, e->command[0], "");
	w = workload_list_find(o->workloads, o->n_workloads, e->workload);
	if (!w)
		return fail("%s:%u: [%s]: there is no workload '%s'; `dpamt-bench list` shows them",
			    e->path, e->line, e->name, e->workload);
	if (check_primary(e, e->workload, w->ops))
		return -1;
	return check_options(e, o->workload_file);
}

int job_check(const struct job *job, const struct run_options *o)
{
	for (size_t i = 0; i < job->n; i++) {
		if (check_experiment(&job->exp[i], o))
			return -1;
	}
	return 0;
}
