// SPDX-License-Identifier: GPL-2.0
/*
 * Checks which boots VMs can make: there must be a core per vCPU, the variant, and its kernel. Finds
 * each kernel once.
 */
#include "qemu.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/job/job_check.h"
#include "bench/kernel/image.h"
#include "lib/err.h"
#include "lib/file.h"
#include "lib/paths.h"
#include "lib/text.h"

static bool in_checkout(const char *name)
{
	char *path = path_in_checkout(name);
	bool there = file_exists(path);

	free(path);
	return there;
}

/* What stands behind the '+' of a variant: layoutSEED (bench/kernel/layout.sh), or a configuration. */
static bool flavour_known(const char *flavour)
{
	static const char layout[] = "layout";
	const char *seed = flavour + sizeof(layout) - 1;
	char *config;
	bool known;

	if (!strncmp(flavour, layout, sizeof(layout) - 1) && *seed)
		return !seed[strspn(seed, "0123456789")] && strlen(seed) < 10 &&
		       (*seed != '0' || !seed[1]);
	config = xasprintf("kernel-patches/config/%s.config", flavour);
	known = in_checkout(config);
	free(config);
	return known;
}

/* VARIANT or VARIANT+FLAVOUR: are there patches and a configuration for it, or is it built? */
static bool variant_known(const char *variant)
{
	size_t n = strcspn(variant, "+");
	char *series = xasprintf("kernel-patches/series/%.*s", (int)n, variant);
	bool known = (in_checkout(series) && (!variant[n] || flavour_known(variant + n + 1))) ||
		     kernel_is_built(variant);

	free(series);
	return known;
}

int qemu_check_job(const struct run_options *o, const struct job *job)
{
	for (const struct job_experiment *e = job->exp; e < job->exp + job->n; e++) {
		/* on a cluster each node checks itself */
		if (!o->on_cluster && job_uses_time(e, false) && job_max_cpus(e) > cores())
			return fail("%s:%u: [%s]: time = wall with %" PRIu64 " cpus on %u cores: the vCPUs would take turns; use fewer cpus",
				    e->path, e->line, e->name, job_max_cpus(e), cores());
		for (char **v = e->variants; *v && !o->kernel; v++) {
			if (variant_known(*v))
				continue;
			if (o->variants)
				return fail(
					"--variants: there is no variant '%s'; kernel-patches/series has the variants, `make kernels VARIANTS=%s PATCH_%s=FILE` makes one of your own",
					*v, *v, *v);
			return fail(
				"%s:%u: there is no variant '%s'; kernel-patches/series has the variants, kernel-patches/config the flavours behind '+'",
				e->path, e->variants_line, *v);
		}
	}
	return 0;
}

/* The place of the first boot that has the variant of spec[i]. */
static size_t first_of_variant(const struct boot_spec *spec, size_t i)
{
	size_t first = 0;

	while (strcmp(spec[first].variant, spec[i].variant))
		first++;
	return first;
}

/* Are all kernels built? If not, one line names all that are missing. */
static int check_built(const struct boot_spec *spec, size_t n)
{
	size_t size;
	char *list;
	FILE *f = xopen_memstream(&list, &size);
	int ret = 0;

	for (size_t i = 0; i < n; i++) {
		if (first_of_variant(spec, i) != i || kernel_is_built(spec[i].variant))
			continue;
		fprintf(f, "%s%s", ftell(f) > 0 ? " " : "", spec[i].variant);
	}
	fclose(f);
	if (list[0])
		ret = fail("not built yet: %s; run `make kernels VARIANTS=\"%s\"`", list, list);
	free(list);
	return ret;
}

long qemu_prepare_boots(struct boot_spec *spec, size_t n, const struct run_options *o)
{
	if (!spec[0].variant)
		return fail("run: no kernel variant; give --variant NAME");
	if (o->experiment && !o->kernel && check_built(spec, n))
		return -1;
	for (size_t i = 0; i < n; i++) {
		size_t first = first_of_variant(spec, i);
		struct kernel *k;

		if (first != i) {
			spec[i].kernel = spec[first].kernel;
			continue;
		}
		k = xcalloc(1, sizeof(*k));	/* kept until the program ends */
		if (kernel_find(spec[i].variant, o->kernel, k)) {
			free(k);
			return -1;
		}
		spec[i].kernel = k;
	}
	for (size_t i = 0; i < n && o->experiment; i++) {
		if (spec[i].root && !file_exists(spec[i].root))
			return fail(
				"there is no archive %s; `make td-guests` in a checkout makes that of the experiments with real guests, build/td-guests.cpio: copy it there if dpamt-bench is installed",
				spec[i].root);
	}
	return (long)n;
}
