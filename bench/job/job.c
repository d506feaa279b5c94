// SPDX-License-Identifier: GPL-2.0
/*
 * Reads job files and those that they include; job_experiment.c reads their sections.
 */
#include "job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"
#include "lib/text.h"
#include "job_experiment.h"
#include "job_factors.h"
#include "job_parse.h"

static struct job_experiment *add_experiment(struct job *job)
{
	job->exp = xreallocarray(job->exp, job->n + 1, sizeof(*job->exp));
	memset(&job->exp[job->n], 0, sizeof(*job->exp));
	return &job->exp[job->n++];
}

static int load(const char *path, struct job *job, char **error, bool included);

/* Append what the other files of this directory hold. */
static int read_includes(struct job_text *t, const struct job_value *v, struct job *job)
{
	const char *slash = strrchr(t->path, '/');
	int dir = slash ? (int)(slash + 1 - t->path) : 0, ret = 0;
	char **names = job_words(v->text);

	for (char **name = names; *name && !ret; name++) {
		char *path = xasprintf("%.*s%s.job", dir, t->path, *name), *error = NULL;
		struct job other;

		if (!job_good_name(*name, "")) {
			ret = job_refuse(t, v->line, "include: '%s': give names of job files in the same directory, without .job",
					 *name);
		} else if (load(path, &other, &error, true)) {
			job_refuse(t, v->line, "include: %s", error);
			ret = -1;
		} else {
			job->exp = xreallocarray(job->exp, job->n + other.n, sizeof(*job->exp));
			memcpy(job->exp + job->n, other.exp, other.n * sizeof(*other.exp));
			job->n += other.n;
			other.n = 0;
			job_free(&other);
		}
		free(error);
		free(path);
	}
	strv_free(names);
	return ret;
}

static int unique_names(struct job_text *t, unsigned int line, const struct job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		for (size_t k = 0; k < i; k++) {
			if (strcmp(job->exp[i].name, job->exp[k].name) == 0)
				return job_refuse(t, line, "two experiments are called %s, in %s and in %s; their run directories would be the same",
						  job->exp[i].name, job->exp[k].path, job->exp[i].path);
		}
	}
	return 0;
}

/* Refuse a key of workloads in [global] if no section of this file has a workload: it would say nothing. */
static int check_workload_keys(struct job_text *t, const struct job_section *global,
			       const struct job *job)
{
	for (size_t i = 0; i < job->n; i++)
		if (job->exp[i].workload && !strcmp(job->exp[i].path, t->path))
			return 0;
	for (const char *const *key = job_workload_keys; *key; key++) {
		const struct job_value *v = job_value_in(global, *key);

		if (v)
			return job_refuse(
				t, v->line,
				"%s: is for workloads, and no section of this file has one; remove it",
				*key);
	}
	return 0;
}

static int parse(FILE *f, const char *path, struct job *job, char **error, bool included)
{
	const struct job_section *global = NULL;
	const struct job_value *include = NULL;
	struct job_text t;

	memset(job, 0, sizeof(*job));
	job->path = xstrdup(path);
	job_text_read(f, path, job_known_key, &t);
	for (size_t i = 0; i < t.n && !global; i++) {
		if (strcmp(t.section[i].name, "global") == 0)
			global = &t.section[i];
	}
	include = job_value_in(global, "include");
	if (include && included)
		job_refuse(&t, include->line, "an included file cannot include another one");
	else if (include && !t.error)
		read_includes(&t, include, job);
	for (size_t i = 0; i < t.n && !t.error; i++) {
		if (&t.section[i] != global)
			job_experiment_read(&t, &t.section[i], global, add_experiment(job));
	}
	if (!t.error && job->n)
		check_workload_keys(&t, global, job);
	if (!t.error && include)
		unique_names(&t, include->line, job);
	if (!t.error && job->n == 0)
		job_refuse(&t, t.lines ? t.lines : 1, "there is no experiment; add a section [NAME] with workload and variants");
	*error = t.error ? xstrdup(t.error) : NULL;
	job_text_free(&t);
	if (*error)
		job_free(job);
	return *error ? -1 : 0;
}

static int load(const char *path, struct job *job, char **error, bool included)
{
	FILE *f = fopen(path, "re");
	int ret;

	if (!f) {
		*error = xasprintf("%s: %s", path, strerror(errno));
		return -1;
	}
	ret = parse(f, path, job, error, included);
	fclose(f);
	return ret;
}

int job_parse(FILE *f, const char *path, struct job *job, char **error)
{
	return parse(f, path, job, error, false);
}

int job_load(const char *path, struct job *job, char **error)
{
	return load(path, job, error, false);
}

static void experiment_free(struct job_experiment *e)
{
	free(e->path);
	free(e->name);
	free(e->question);
	free(e->expected);
	free(e->refuted_by);
	strv_free(e->primary);
	free(e->compare);
	free(e->workload);
	strv_free(e->command);
	free(e->root);
	free(e->append);
	free(e->cost);
	free(e->platform);
	free(e->perf);
	strv_free(e->options);
	strv_free(e->variants);
	strv_free(e->antagonists);
	job_factors_free(e);
}

/* Has the section variants of its own, in place of those of [global], and none of @names? */
static bool asks_of_others(const struct job_experiment *e, char *const *names)
{
	bool own = e->variants_line > e->line;

	for (; own && *names; names++)
		for (char **v = e->variants; own && *v; v++)
			own = strcmp(*v, *names) != 0;
	return own;
}

/*
 * Leave out the sections whose question is about variants of their own, none of which is in @names. If that
 * would leave none, keep all.
 */
static void drop_other_questions(struct job *job, char *const *names)
{
	size_t others = 0, kept = 0;

	for (size_t i = 0; i < job->n; i++)
		others += asks_of_others(&job->exp[i], names);
	if (others == job->n)
		return;
	for (size_t i = 0; i < job->n; i++) {
		struct job_experiment *e = &job->exp[i];

		if (!asks_of_others(e, names)) {
			job->exp[kept++] = *e;
			continue;
		}
		warn("--variants: [%s] is left out: its question is about its own variants, %s and others",
		     e->name, e->variants[0]);
		experiment_free(e);
	}
	job->n = kept;
}

int job_set_variants(struct job *job, const char *names)
{
	char **words = job_words(names);
	int ret = 0;

	if (!words || !words[0])
		ret = fail("--variants '%s': give names of variants, separated by blanks", names);
	for (char **v = words; !ret && v && *v; v++) {
		if (!job_good_name(*v, "+"))
			ret = fail("--variants: '%s' cannot be a variant's name", *v);
		for (char **w = words; !ret && w < v; w++)
			if (!strcmp(*v, *w))
				ret = fail("--variants: %s is given twice; remove one", *v);
	}
	if (!ret)
		drop_other_questions(job, words);
	for (size_t i = 0; !ret && i < job->n; i++) {
		strv_free(job->exp[i].variants);
		job->exp[i].variants = strv_dup(words);
	}
	strv_free(words);
	return ret;
}

void job_free(struct job *job)
{
	for (size_t i = 0; i < job->n; i++)
		experiment_free(&job->exp[i]);
	free(job->exp);
	free(job->path);
	memset(job, 0, sizeof(*job));
}
