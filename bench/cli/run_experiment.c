// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench run --experiment: all boots of a job file, less those that an
 * earlier, interrupted run has already finished.
 */
#include "cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/boot/header.h"
#include "bench/executor/executor.h"
#include "bench/job/job.h"
#include "bench/job/job_check.h"
#include "bench/job/run_options.h"
#include "bench/job/schedule.h"
#include "bench/kernel/image.h"
#include "bench/rundir/rundir.h"
#include "bench/target/local.h"
#include "lib/err.h"
#include "lib/number.h"
#include "lib/text.h"

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

/* Are all kernels built? If not, one line names all that are missing. */
static int check_built(const struct plan *plan)
{
	char **missing = strv_dup(NULL), *list = xstrdup(""), *longer;
	int ret = 0;

	for (size_t i = 0; i < plan->n; i++) {
		const char *variant = plan->item[i].variant;
		bool known = kernel_is_built(variant);

		for (char **m = missing; *m && !known; m++)
			known = strcmp(*m, variant) == 0;
		if (known)
			continue;
		missing = strv_add(missing, variant);
		longer = xasprintf("%s%s%s", list, list[0] ? " " : "", variant);
		free(list);
		list = longer;
	}
	if (list[0])
		ret = fail("not built yet: %s; run `make kernels VARIANTS=\"%s\"`", list, list);
	strv_free(missing);
	free(list);
	return ret;
}

static int find_kernels(const struct plan *plan, const char *image, struct kernels *ks)
{
	memset(ks, 0, sizeof(*ks));
	if (!image && check_built(plan))
		return -1;
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
			return fail("%s is a finished boot of something else (its %s differs); choose another --out",
				    spec[i].dir, differs);
		if (state == RUNDIR_BROKEN)
			return fail("%s is there and is no run directory this version can read; choose another --out",
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

/* Specs of @planned boots in VMs. Returns how many there are, or -1 after one line. */
static long specs_for_qemu(struct boot_spec *spec, size_t planned, const struct run_options *o,
			   const struct plan *plan, struct kernels *ks)
{
	if (find_kernels(plan, o->kernel, ks))
		return -1;
	for (size_t i = 0; i < planned; i++)
		spec[i].kernel = kernel_of(ks, spec[i].variant);
	return (long)planned;
}

/* Those of @planned boots that this machine is for; the others are dropped and told of. */
static long specs_for_local(struct boot_spec *spec, size_t planned, const struct run_options *o)
{
	char *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < planned; i++) {
		char *why = target_local_adopt(&spec[i], o->machine, o->variant);

		if (why) {
			boot_spec_free(&spec[i]);
			if (first)
				free(why);
			else
				first = why;
			continue;
		}
		if (n != i) {
			spec[n] = spec[i];
			memset(&spec[i], 0, sizeof(spec[i]));
		}
		n++;
	}
	if (n == 0)
		warn("this machine can make no boot of %s: the first one %s", o->experiment, first);
	else if (first)
		warn("%zu of %zu boots are for this machine; of the others the first one %s: boot that, and the same command with --out goes on",
		     n, planned, first);
	free(first);
	return n ? (long)n : -1;
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
			    o->boot, o->experiment, n - 1, run_name(&spec[0]), run_name(&spec[n - 1]));
	for (size_t i = 0; i < n; i++) {
		if (i != place)
			boot_spec_free(&spec[i]);
	}
	if (place) {
		spec[0] = spec[place];
		memset(&spec[place], 0, sizeof(spec[place]));
	}
	/* A node given up for lost may still be making it. */
	spec[0].shared = true;
	return 1;
}

int run_experiment(const struct run_options *o)
{
	struct boot_spec *spec = NULL;
	struct kernels ks = { 0 };
	size_t planned;
	struct boots_to_make boots;
	struct plan plan;
	struct job job;
	char *out;
	long n;
	int code = EXIT_CANNOT_RUN;

	if (job_find(o->experiment, &job))
		return code;
	out = o->out ? xstrdup(o->out) : default_out("");
	plan_make(&job, o->seeds, o->order_seed, &plan);
	planned = plan.n;
	spec = xcalloc(planned, sizeof(*spec));
	if (job_check(&job, o))
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
		n = o->machine ? specs_for_local(spec, (size_t)n, o) :
				 specs_for_qemu(spec, (size_t)n, o, &plan, &ks);
	if (n >= 0)
		n = drop_finished(spec, (size_t)n);
	if (n < 0)
		goto out;
	boots = (struct boots_to_make){ .spec = spec, .n = (size_t)n, .o = o, .out = out };
	code = n ? o->executor->make(&boots) : 0;
	if (code == EXIT_CANNOT_RUN)
		goto out;	/* what is to be done has been said */
	if (code)
		warn("%s is not complete; the same command with --out %s goes on from here",
		     o->experiment, out);
	else
		printf("%s\n", out);
out:
	for (size_t i = 0; i < planned; i++)
		boot_spec_free(&spec[i]);
	free(spec);
	free_kernels(&ks);
	plan_free(&plan);
	free(out);
	job_free(&job);
	return code;
}
