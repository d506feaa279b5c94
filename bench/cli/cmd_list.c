// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench list: lists experiments, workloads and kernels. With the name of an
 * experiment: its question, factors and number of boots.
 */

#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/job/job.h"
#include "bench/job/job_check.h"
#include "bench/job/workload_list.h"
#include "bench/rundir/perf_events.h"
#include "lib/err.h"
#include "lib/paths.h"
#include "lib/text.h"
#include "lib/textfmt.h"
#include "verbs.h"

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

/* Wall seconds all boots of @e take here; 0 if the job file does not say what one takes. */
static uint64_t estimate_seconds(const struct job_experiment *e)
{
	unsigned int side_by_side = job_uses_time(e, false) ? 1 : cores();

	return (job_boots(e, 0) * e->boot_seconds + side_by_side - 1) / side_by_side;
}

/* "21 boots, about 4 min"; malloc'ed. */
static char *boots_and_time(uint64_t boots, uint64_t seconds)
{
	const char *plural = boots == 1 ? "" : "s";

	if (!seconds)
		return xasprintf("%" PRIu64 " boot%s", boots, plural);
	if (seconds < 5400)
		return xasprintf("%" PRIu64 " boot%s, about %" PRIu64 " min", boots, plural,
				 (seconds + 59) / 60);
	return xasprintf("%" PRIu64 " boot%s, about %.1f h", boots, plural, (double)seconds / 3600);
}

static char *job_boots_and_time(const struct job *job)
{
	uint64_t boots = 0, seconds = 0;
	bool known = true;

	for (size_t i = 0; i < job->n; i++) {
		boots += job_boots(&job->exp[i], 0);
		seconds += estimate_seconds(&job->exp[i]);
		known = known && job->exp[i].boot_seconds;
	}
	return boots_and_time(boots, known ? seconds : 0);
}

static void print_experiments(const char *file, const struct job *job)
{
	char *size = job_boots_and_time(job), *included = NULL;
	size_t longest = 0;

	printf("  %s: %s\n", file, size);
	free(size);
	for (size_t i = 0; i < job->n; i++) {
		size_t n = strlen(job->exp[i].name);

		longest = n > longest ? n : longest;
	}
	for (size_t i = 0; i < job->n; i++) {
		const struct job_experiment *e = &job->exp[i];

		if (strcmp(e->path, job->path)) /* its own file shows its question */
			included = text_add(included, e->name, " ");
		else
			print_keyed(stdout, 4, (int)longest + 6, e->name, "%s", e->question);
	}
	if (included)
		print_para(stdout, 4, 4, "%s", included);
	free(included);
}

static int list_experiments(void)
{
	char *pattern = path_in_checkout("bench/experiments/*.job");
	int code = 0;
	glob_t g;

	puts("experiments (dpamt-bench run NAME; dpamt-bench list NAME tells more)");
	if (glob(pattern, 0, NULL, &g) == 0) {
		for (size_t i = 0; i < g.gl_pathc; i++) {
			char *error = NULL;
			struct job job;

			if (job_load(g.gl_pathv[i], &job, &error)) {
				code = fail_as(EXIT_CANNOT_RUN, "%s", error);
				free(error);
				continue;
			}
			print_experiments(stem(g.gl_pathv[i]), &job);
			job_free(&job);
		}
		globfree(&g);
	}
	free(pattern);
	return code;
}

#define FIELD(key, ...) print_keyed(stdout, 2, 15, key, __VA_ARGS__)

static void print_words(const char *what, char *const *words)
{
	char *text = NULL;

	for (; words && *words; words++)
		text = text_add(text, *words, " ");
	if (text)
		FIELD(what, "%s", text);
	free(text);
}

static void print_factor(const struct job_factor *f)
{
	char *text = xasprintf("%s%s:", f->kind == FACTOR_OPT ? "--" : "", f->name);

	for (size_t i = 0; i < f->n; i++) {
		const struct job_level *l = &f->level[i];

		text = text_add(text, l->label, i && f->kind == FACTOR_APPEND ? "; " : " ");
		if (f->kind == FACTOR_APPEND) {
			char *value = xasprintf("(%s)", l->value[0] ? l->value : "nothing");

			text = text_add(text, value, " ");
			free(value);
		}
	}
	print_para(stdout, 4, 6, "%s", text);
	free(text);
}

static void print_experiment(const struct job_experiment *e)
{
	char *size = boots_and_time(job_boots(e, 0), estimate_seconds(e));
	size_t arms = strv_len(e->variants);

	printf("%s (%s:%u)\n", e->name, e->path, e->line);
	FIELD("question", "%s", e->question);
	FIELD("expected", "%s", e->expected);
	FIELD("refuted by", "%s", e->refuted_by);
	if (e->workload)
		FIELD("workload", "%s", e->workload);
	print_words("command", e->command);
	if (e->root)
		FIELD("files from", "%s", e->root);
	print_words("options", e->options);
	print_words("variants", e->variants);
	print_words("antagonists", e->antagonists);
	if (e->n_factors)
		puts("  factors");
	for (size_t i = 0; i < e->n_factors; i++)
		print_factor(&e->factor[i]);
	if (e->nodes > 1)
		FIELD("NUMA nodes", "%" PRIu64, e->nodes);
	FIELD("time", "%s%s%s", job_uses_time(e, true) ? "virtual" : "",
	      job_uses_time(e, true) && job_uses_time(e, false) ? ", " : "",
	      job_uses_time(e, false) ? "wall" : "");
	if (!job_factor_of(e, FACTOR_RECORD))
		FIELD("records", "%s", record_mode_name(e->record));
	if (perf_tool_of(e->perf))
		FIELD("perf", "%s", e->perf);
	else if (e->perf)
		FIELD("perf stat", "-e %s", e->perf);
	FIELD("boots", "%zu variant%s%s x %zu combination%s x %" PRIu64 " seed%s = %s", arms,
	      arms == 1 ? "" : "s", e->aa ? " and the A/A arm" : "", job_cells(e),
	      job_cells(e) == 1 ? "" : "s", e->seeds, e->seeds == 1 ? "" : "s", size);
	free(size);
}

static int list_one(const char *name)
{
	struct job job;

	if (job_find(name, &job))
		return EXIT_CANNOT_RUN;
	for (size_t i = 0; i < job.n; i++)
		print_experiment(&job.exp[i]);
	job_free(&job);
	return 0;
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
			print_keyed(stdout, 2, 15, list[i].name, "%s", list[i].question);
		workload_list_free(list, n);
	}
	free(file);
	return ret ? EXIT_CANNOT_RUN : 0;
}

/* Print the names of the files that match @pattern, which is freed. Returns how many. */
static size_t print_names(FILE *to, char *pattern, const char *indent)
{
	size_t n = 0;
	glob_t g;

	if (glob(pattern, 0, NULL, &g) == 0) {
		for (; n < g.gl_pathc; n++) {
			char *image = strstr(g.gl_pathv[n], "/bzImage");

			if (image)	/* a kernel has its directory's name */
				*image = '\0';
			fprintf(to, "%s%s\n", indent, stem(g.gl_pathv[n]));
		}
		globfree(&g);
	}
	free(pattern);
	return n;
}

void print_experiment_names(FILE *to)
{
	print_names(to, path_in_checkout("bench/experiments/*.job"), "");
}

void print_kernel_names(FILE *to)
{
	print_names(to, path_in_build("kernels/*/bzImage"), "");
}

static int run(const struct call *c)
{
	int code;

	if (c->n)
		return list_one(c->word[0]);
	code = list_experiments();
	if (list_workloads())
		code = EXIT_CANNOT_RUN;
	puts("kernels (make kernels VARIANTS=\"...\")");
	if (!print_names(stdout, path_in_build("kernels/*/bzImage"), "  "))
		puts("  none built yet");
	return code;
}

const struct verb verb_list = {
	VERB_HEAD("list", "the experiments, workloads and kernels there are", "[EXPERIMENT]"),
	.about =
		"The experiments, workloads and kernels there are. With the name of an experiment, or a "
		"file *.job: its question, options and factors, and how many boots it makes.",
	VERB_WORDS("EXPERIMENT", 0, 1),
	.values = print_experiment_names,
	.run = run,
};
