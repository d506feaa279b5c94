// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench run --experiment: all boots of a job file, less those that an
 * earlier, interrupted run has already finished.
 */
#include "run.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot.h"
#include "header.h"
#include "job.h"
#include "kernel.h"
#include "paths.h"
#include "plan.h"
#include "rundir.h"
#include "runner.h"
#include "util.h"

static unsigned int cores(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	return (unsigned int)CPU_COUNT(&set);
}

/* The kernels of all variants of a plan, one after another; found by name. */
struct kernels {
	struct kernel *k;
	const char **variant;
	size_t n;
};

static const struct kernel *kernel_of(const struct kernels *ks, const char *variant)
{
	for (size_t i = 0; i < ks->n; i++) {
		if (strcmp(ks->variant[i], variant) == 0)
			return &ks->k[i];
	}
	return NULL;
}

static int find_kernels(const struct plan *plan, const char *image, struct kernels *ks)
{
	memset(ks, 0, sizeof(*ks));
	/* an exact size: the specs will point into it */
	ks->k = xcalloc(plan->n, sizeof(*ks->k));
	ks->variant = xcalloc(plan->n, sizeof(*ks->variant));
	for (size_t i = 0; i < plan->n; i++) {
		if (kernel_of(ks, plan->item[i].variant))
			continue;
		if (kernel_find(plan->item[i].variant, image, &ks->k[ks->n]))
			return -1;
		ks->variant[ks->n++] = plan->item[i].variant;
	}
	return 0;
}

static void free_kernels(struct kernels *ks)
{
	for (size_t i = 0; i < ks->n; i++)
		kernel_free(&ks->k[i]);
	free(ks->k);
	free(ks->variant);
}

static void spec_from_plan(struct boot_spec *s, const struct plan_item *item,
			   const struct run_options *o, const struct plan *plan,
			   const struct kernels *ks, const char *out)
{
	const struct job_experiment *e = item->exp;

	memset(s, 0, sizeof(*s));
	s->experiment = xstrdup(e->name);
	s->variant = xstrdup(item->variant);
	s->command = strv_add(NULL, e->workload);
	for (char **opt = e->options; *opt; opt++)
		s->command = strv_add(s->command, *opt);
	s->append = xstrdup(e->append);
	s->cost = xstrdup(e->cost);
	s->workload_file = o->workload_file;
	s->kernel = kernel_of(ks, item->variant);
	s->seed = item->seed;
	s->cpus = e->cpus;
	s->mem_mib = e->mem_mib;
	s->timeout_s = e->timeout_s;
	s->trace_buffer_kb = o->trace_buffer_kb;
	s->order_seed = plan->order_seed;
	s->block = item->block;
	s->order_in_block = item->order_in_block;
	s->virtual_time = e->virtual_time;
	s->record = e->trace ? RECORD_TRACE : RECORD_COUNTERS;
	s->allow_lost = o->allow_lost;
	s->samples_bin = o->samples_bin;
	s->dir = xasprintf("%s/runs/%s-%s-s%" PRIu64, out, e->name, item->variant, item->seed);
}

/* Drop the boots that are already there. Returns how many stay, or -1 after one line. */
static long drop_finished(struct boot_spec *spec, size_t n)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		json_t *header = header_make(&spec[i]);
		const char *differs;
		enum rundir_state state = rundir_look(spec[i].dir, header, &differs);

		json_decref(header);
		if (state == RUNDIR_OTHER)
			return fail(-1, "%s is a finished boot of something else (its %s differs); choose another --out",
				    spec[i].dir, differs);
		if (state == RUNDIR_BROKEN)
			return fail(-1, "%s is there and is no run directory this version can read; choose another --out",
				    spec[i].dir);
		if (state == RUNDIR_DONE) {
			boot_spec_free(&spec[i]);
			continue;
		}
		if (left != i) {
			spec[left] = spec[i];
			memset(&spec[i], 0, sizeof(spec[i]));
		}
		left++;
	}
	return (long)left;
}

static int check_job(const struct job *job, const struct run_options *o)
{
	for (size_t i = 0; i < job->n; i++) {
		const struct job_experiment *e = &job->exp[i];

		if (!workload_list_has(o->workloads, o->n_workloads, e->workload))
			return fail(-1, "%s: [%s]: there is no workload '%s'; `dpamt-bench list` shows them",
				    job->path, e->name, e->workload);
		if (!e->virtual_time && e->cpus > cores())
			return fail(-1, "%s: [%s]: time = wall with %" PRIu64 " cpus on %u cores: the vCPUs would take turns; use fewer cpus",
				    job->path, e->name, e->cpus, cores());
	}
	return 0;
}

static int load_job(const char *name, struct job *job)
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
	}
	ret = job_load(path, job, &error);
	if (ret)
		fail(0, "%s", error);
	free(error);
	free(path);
	return ret;
}

int run_experiment(const struct run_options *o)
{
	struct boot_result *result = NULL;
	struct boot_spec *spec = NULL;
	unsigned int jobs = cores();
	struct kernels ks = { 0 };
	size_t planned;
	struct plan plan;
	struct job job;
	char *out;
	long n = -1;
	int code = EXIT_CANNOT_RUN;

	if (load_job(o->experiment, &job))
		return code;
	out = o->out ? xstrdup(o->out) : default_out("");
	plan_make(&job, o->seeds, o->order_seed, &plan);
	planned = plan.n;
	spec = xcalloc(planned, sizeof(*spec));
	result = xcalloc(planned, sizeof(*result));
	if (check_job(&job, o) || find_kernels(&plan, o->kernel, &ks))
		goto out;
	for (size_t i = 0; i < planned; i++)
		spec_from_plan(&spec[i], &plan.item[i], o, &plan, &ks, out);
	n = drop_finished(spec, planned);
	if (n < 0)
		goto out;
	if (o->jobs)
		jobs = (unsigned int)o->jobs;
	if (n && jobs > (unsigned long)n)
		jobs = (unsigned int)n;
	code = n ? runner_run(spec, result, (size_t)n, jobs) : 0;
	if (code)
		fail(0, "%s is not complete; the same command with --out %s goes on from here",
		     o->experiment, out);
	else
		printf("%s\n", out);
out:
	for (size_t i = 0; i < planned; i++) {
		boot_spec_free(&spec[i]);
		boot_result_free(&result[i]);
	}
	free(spec);
	free(result);
	free_kernels(&ks);
	plan_free(&plan);
	free(out);
	job_free(&job);
	return code;
}
