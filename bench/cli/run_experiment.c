// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench run EXPERIMENT: makes the boots of a job file, except those that an
 * earlier run has finished.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/boot/header.h"
#include "bench/executor/executor.h"
#include "bench/job/job.h"
#include "bench/job/job_check.h"
#include "bench/job/run_options.h"
#include "bench/job/schedule.h"
#include "bench/rundir/rundir.h"
#include "bench/target/target.h"
#include "lib/err.h"
#include "lib/number.h"
#include "lib/text.h"
#include "verbs.h"

/* Drop the boots that are already there. Returns how many stay, or -1 after one line. */
static long drop_finished(struct boot_spec *spec, size_t n)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		json_t *header = header_make(&spec[i]);
		const char *differs;
		enum rundir_state state = rundir_state_of(spec[i].dir, header, &differs);

		json_decref(header);
		if (state == RUNDIR_OTHER)
			return fail(
				"%s holds another finished boot (its %s differs); choose another --out",
				spec[i].dir, differs);
		if (state == RUNDIR_BROKEN)
			return fail(
				"%s exists and is not a run directory that this version reads; choose another --out",
				spec[i].dir);
		if (state == RUNDIR_DONE) {
			boot_spec_free(&spec[i]);
			continue;
		}
		spec_move(&spec[left++], &spec[i]);
	}
	return (long)left;
}

static const char *run_name(const struct boot_spec *s)
{
	return strrchr(s->dir, '/') + 1;
}

/* Leave only --boot of @n boots, in spec[0]. Returns 1, or -1 after one line. */
static long only_boot(struct boot_spec *spec, size_t n, const struct run_options *o)
{
	uint64_t place = n;

	if (!parse_u64(o->boot, 0, n - 1, &place)) {
		for (place = 0; place < n && strcmp(run_name(&spec[place]), o->boot); place++)
			;
	}
	if (place == n)
		return fail("--boot %s: %s has the boots 0 to %zu, from %s to %s; give such a number or name",
			    o->boot, o->experiment, n - 1, run_name(&spec[0]),
			    run_name(&spec[n - 1]));
	for (size_t i = 0; i < n; i++) {
		if (i != place)
			boot_spec_free(&spec[i]);
	}
	spec_move(&spec[0], &spec[place]);
	/* A node that Slurm took for dead may still be making this boot. */
	spec[0].shared = true;
	return 1;
}

int run_experiment(const struct run_options *o)
{
	struct boot_spec *spec = NULL;
	size_t planned;
	struct boots_to_make boots;
	struct plan plan;
	struct job job;
	char *out;
	long n;
	int code = EXIT_CANNOT_RUN;

	if (job_find(o->experiment, &job))
		return code;
	if (o->variants && job_set_variants(&job, o->variants)) {
		job_free(&job);
		return code;
	}
	out = o->out ? xstrdup(o->out) : default_out("");
	plan_make(&job, o->seeds, o->order_seed, &plan);
	planned = plan.n;
	spec = xcalloc(planned, sizeof(*spec));
	if (job_check(&job, o) || o->target->check_job(o, &job))
		goto out;
	for (size_t i = 0; i < planned; i++) {
		spec_from_plan(&spec[i], &plan.item[i], &plan, out);
		spec[i].target = o->target;
		spec[i].workload_file = o->workload_file;
		spec[i].trace_buffer_kb = o->trace_buffer_kb;
		spec[i].allow_lost = o->allow_lost;
		spec[i].samples_bin = o->samples_bin;
		spec[i].place = i;
	}
	n = o->boot ? only_boot(spec, planned, o) : (long)planned;
	if (n >= 0)
		n = o->target->prepare_boots(spec, (size_t)n, o);
	if (n >= 0)
		n = drop_finished(spec, (size_t)n);
	if (n < 0)
		goto out;
	boots = (struct boots_to_make){ .spec = spec, .n = (size_t)n, .o = o, .out = out };
	code = n ? o->executor->make(&boots) : 0;
	if (code == EXIT_CANNOT_RUN)
		goto out; /* a line on stderr says what to do */
	if (code)
		warn("%s is not complete; run the same command with --out %s: it goes on from here",
		     o->experiment, out);
	else
		printf("%s\n", out);
out:
	for (size_t i = 0; i < planned; i++)
		boot_spec_free(&spec[i]);
	free(spec);
	plan_free(&plan);
	free(out);
	job_free(&job);
	return code;
}
