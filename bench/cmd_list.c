// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench list: which experiments, workloads and kernels are here?
 */
#include "cmd.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job.h"
#include "paths.h"
#include "util.h"
#include "workload_list.h"

/* "/a/b/quick.job" -> "quick"; cuts @path. */
static char *stem(char *path)
{
	char *name = strrchr(path, '/');
	char *dot;

	name = name ? name + 1 : path;
	dot = strrchr(name, '.');
	if (dot)
		*dot = '\0';
	return name;
}

static int list_experiments(void)
{
	char *pattern = path_in_checkout("bench/experiments/*.job");
	int code = 0;
	glob_t g;

	puts("experiments (dpamt-bench run --experiment NAME)");
	if (glob(pattern, 0, NULL, &g) == 0) {
		for (size_t i = 0; i < g.gl_pathc; i++) {
			char *error = NULL;
			struct job job;

			if (job_load(g.gl_pathv[i], &job, &error)) {
				code = fail(EXIT_CANNOT_RUN, "%s", error);
				free(error);
				continue;
			}
			printf("  %s\n", stem(g.gl_pathv[i]));
			for (size_t k = 0; k < job.n; k++)
				printf("    %-12s %s\n", job.exp[k].name, job.exp[k].question);
			job_free(&job);
		}
		globfree(&g);
	}
	free(pattern);
	return code;
}

static int list_workloads(void)
{
	char *file = path_in_build("dpamt-workload");
	struct workload_entry *list;
	size_t n;
	int ret = workload_list(file, &list, &n);

	if (!ret) {
		puts("workloads (dpamt-bench run --variant VARIANT -- NAME --help)");
		for (size_t i = 0; i < n; i++)
			printf("  %-12s %s\n", list[i].name, list[i].question);
		workload_list_free(list, n);
	}
	free(file);
	return ret ? EXIT_CANNOT_RUN : 0;
}

static void list_kernels(void)
{
	char *pattern = path_in_build("kernels/*/bzImage");
	glob_t g;

	puts("kernels (make kernels VARIANTS=\"...\")");
	if (glob(pattern, 0, NULL, &g) == 0) {
		for (size_t i = 0; i < g.gl_pathc; i++) {
			*strrchr(g.gl_pathv[i], '/') = '\0';
			printf("  %s\n", stem(g.gl_pathv[i]));
		}
		globfree(&g);
	} else {
		puts("  none built yet");
	}
	free(pattern);
}

int cmd_list(int argc, char **argv)
{
	int code;

	if (argc > 1)
		return fail(EXIT_CANNOT_RUN, "list: takes no arguments, not '%s'", argv[1]);
	code = list_experiments();
	if (list_workloads())
		code = EXIT_CANNOT_RUN;
	list_kernels();
	return code;
}
