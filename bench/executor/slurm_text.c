// SPDX-License-Identifier: GPL-2.0
/*
 * Writes texts for Slurm (indexes of an array, its batch script) and parses squeue's
 * lines. Runs no command.
 */
#include "slurm_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "lib/array_size.h"
#include "lib/number.h"
#include "lib/text.h"

char *slurm_ranges(const uint64_t *v, size_t n)
{
	size_t size, last;
	char *text;
	FILE *f = xopen_memstream(&text, &size);

	for (size_t i = 0; i < n; i = last + 1) {
		last = i;
		while (last + 1 < n && v[last + 1] == v[last] + 1)
			last++;
		fprintf(f, "%s%" PRIu64, i ? "," : "", v[i]);
		if (last > i)
			fprintf(f, "-%" PRIu64, v[last]);
	}
	fclose(f);
	return text;
}

char *slurm_quote(const char *word)
{
	size_t size;
	char *text;
	FILE *f = xopen_memstream(&text, &size);

	fputc('\'', f);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", f);
		else
			fputc(*word, f);
	}
	fputc('\'', f);
	fclose(f);
	return text;
}

static void assign(FILE *f, const char *name, const char *value)
{
	char *quoted = slurm_quote(value);

	fprintf(f, "%s=%s\n", name, quoted);
	free(quoted);
}

char *slurm_script(char *const *command, const char *logs, const char *token,
		   const struct slurm_boot *boot, size_t n)
{
	size_t size;
	char *text;
	FILE *f = xopen_memstream(&text, &size);

	fputs("#!/bin/sh\n# dpamt-bench run --executor slurm: an element of this array makes one boot\n",
	      f);
	assign(f, "bench", command[0]);
	assign(f, "logs", logs);
	assign(f, "token", token);
	fprintf(f, "[ -f \"$token\" ] || exit %d\n[ -x \"$bench\" ] || exit %d\n",
		SLURM_EXIT_NO_OUT, SLURM_EXIT_NO_PROGRAM);
	fputs("case $SLURM_ARRAY_TASK_ID in\n", f);
	for (size_t i = 0; i < n; i++)
		fprintf(f, "%" PRIu64 ") boot=%s ;;\n", boot[i].index, boot[i].name);
	fputs("esac\nexec \"$bench\"", f);
	for (char *const *arg = command + 1; *arg; arg++) {
		char *quoted = slurm_quote(*arg);

		fprintf(f, " %s", quoted);
		free(quoted);
	}
	fputs(" --boot \"$boot\" >/dev/null 2>\"$logs/$boot.log\"\n", f);
	fclose(f);
	return text;
}

/* The next @width bytes of *@line without the blanks at their ends, into @to; *@line moves on. */
static void field(const char **line, size_t width, char *to)
{
	size_t n = strnlen(*line, width);
	const char *from = *line, *end = from + n;

	*line = end;
	while (from < end && *from == ' ')
		from++;
	while (end > from && end[-1] == ' ')
		end--;
	memcpy(to, from, (size_t)(end - from));
	to[end - from] = '\0';
}

bool slurm_task_parse(const char *line, struct slurm_task *t)
{
	char number[13];

	memset(t, 0, sizeof(*t));
	field(&line, 12, number);
	if (!parse_u64(number, 0, UINT64_MAX, &t->index))
		return false;
	field(&line, 40, t->state);
	field(&line, 12, number);
	t->wait_status = atoi(number);
	field(&line, 12, number);
	t->restarts = (unsigned int)atoi(number);
	field(&line, 256, t->reason);
	field(&line, 512, t->nodes);
	return t->state[0];
}

#define MANY_RESTARTS 3

static bool held(const struct slurm_task *t)
{
	return !strcmp(t->state, "REQUEUE_HOLD") || !strcmp(t->state, "SPECIAL_EXIT") ||
	       (!strcmp(t->state, "PENDING") && strcasestr(t->reason, "held"));
}

/* Reasons of a pending element that go away only if someone changes something. */
static bool hopeless(const struct slurm_task *t)
{
	static const char *const reasons[] = {
		"BadConstraints", "PartitionTimeLimit", "PartitionNodeLimit", "PartitionInactive",
		"PartitionDown", "AccountNotAllowed", "QOSNotAllowed", "InvalidAccount", "InvalidQOS",
		"DependencyNeverSatisfied", "AssocMaxMemPerJob", "AssocMaxCpuPerJobLimit",
		"QOSMaxMemoryPerJob", "QOSMaxCpuPerJobLimit", "QOSMaxWallDurationPerJobLimit",
		"AssocMaxWallDurationPerJobLimit",
	};

	for (size_t i = 0; !strcmp(t->state, "PENDING") && i < ARRAY_SIZE(reasons); i++) {
		if (!strncmp(t->reason, reasons[i], strlen(reasons[i])))
			return true;
	}
	return false;
}

char *slurm_trouble(const char *id, const struct slurm_task *task, size_t n)
{
	const struct slurm_task *one_held = NULL, *stuck = NULL, *restarted = NULL;
	size_t digits, nr_held = 0;
	char *release = slurm_at_cluster("scontrol", id, &digits), *why = NULL;

	for (size_t i = 0; i < n; i++) {
		if (held(&task[i])) {
			one_held = &task[i];
			nr_held++;
		}
		if (hopeless(&task[i]))
			stuck = &task[i];
		if (task[i].restarts >= MANY_RESTARTS &&
		    (!strcmp(task[i].state, "PENDING") || !strcmp(task[i].state, "RUNNING")))
			restarted = &task[i];
	}
	if (one_held)
		why = xasprintf("Slurm holds %zu of its elements (%s); `%s release %.*s` lets them run, Ctrl-C cancels the array",
				nr_held, one_held->reason[0] ? one_held->reason : one_held->state, release,
				(int)digits, id);
	else if (stuck)
		why = xasprintf("Slurm does not start it as it is (%s); Ctrl-C, and give other --slurm-args",
				stuck->reason);
	else if (restarted)
		why = xasprintf("Slurm has restarted element %" PRIu64 " %u times; Ctrl-C, and --slurm-args --no-requeue names the node that fails",
				restarted->index, restarted->restarts);
	free(release);
	return why;
}

char *slurm_at_cluster(const char *command, const char *id, size_t *digits)
{
	char *quoted, *with;

	*digits = strspn(id, "0123456789");
	if (id[*digits] && (id[*digits] != ';' || !id[*digits + 1]))
		*digits = 0;
	if (!*digits || !id[*digits])
		return xstrdup(command);
	quoted = slurm_quote(id + *digits + 1);
	with = xasprintf("%s --clusters=%s", command, quoted);
	free(quoted);
	return with;
}

bool slurm_too_many_jobs(const char *said)
{
	static const char *const names[] = { "Assoc", "QOS" };

	if (strstr(said, "SubmitJob"))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		for (const char *p = said; (p = strstr(p, names[i])); p++) {
			size_t n = strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

			/* another limit, such as QOSMaxCpuPerJobLimit */
			if (n > strlen("Limit") && !strncmp(p + n - strlen("Limit"), "Limit", strlen("Limit")))
				return false;
		}
	}
	return strstr(said, "job submit limit");
}

/* Options of sbatch that say the same in other words, or that exclude each other. */
static const struct rivals {
	const char *ours, *short_form;
	const char *theirs[4], *variables[4];
} rivals[] = {
	{ "--mem", NULL, { "--mem", "--mem-per-cpu", "--mem-per-gpu" },
	  { "SBATCH_MEM_PER_CPU", "SBATCH_MEM_PER_GPU", "SBATCH_MEM_PER_NODE" } },
	{ "--time", "-t", { "--time" }, { "SBATCH_TIMELIMIT" } },
	{ "--cpus-per-task", "-c", { "--cpus-per-task", "--cpus-per-gpu" }, { "SBATCH_CPUS_PER_GPU" } },
	{ "--exclusive", "-s", { "--exclusive", "--oversubscribe", "--share" },
	  { "SBATCH_EXCLUSIVE", "SBATCH_OVERSUBSCRIBE" } },
	{ "--requeue", NULL, { "--requeue", "--no-requeue" }, { "SBATCH_REQUEUE", "SBATCH_NO_REQUEUE" } },
	{ "--job-name", "-J", { "--job-name" }, { "SBATCH_JOB_NAME" } },
};

bool slurm_user_sets(char *const *args, const char *option)
{
	for (size_t i = 0; i < ARRAY_SIZE(rivals); i++) {
		const struct rivals *r = &rivals[i];

		if (strcmp(r->ours, option))
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(r->variables) && r->variables[k]; k++) {
			if (getenv(r->variables[k]))
				return true;
		}
		for (char *const *a = args; a && *a; a++) {
			size_t n = strcspn(*a, "=");

			if (r->short_form && !strncmp(*a, r->short_form, 2))
				return true;
			for (size_t k = 0; k < ARRAY_SIZE(r->theirs) && r->theirs[k]; k++) {
				if (strlen(r->theirs[k]) == n && !strncmp(*a, r->theirs[k], n))
					return true;
			}
		}
	}
	return false;
}

char *slurm_task_why(const struct slurm_task *t, const char *said, const char *out)
{
	const char *node = t && t->nodes[0] ? t->nodes : "no node";
	int code = t && WIFEXITED(t->wait_status) ? WEXITSTATUS(t->wait_status) : 0;

	if (t && (!strcmp(t->state, "NODE_FAIL") || !strcmp(t->state, "BOOT_FAIL")))
		return xasprintf("its node failed (%s, %s)", t->state, node);
	if (t && !strcmp(t->state, "TIMEOUT"))
		return xasprintf(
			"it exceeded Slurm's time limit on %s; give more with --slurm-args --time=MINUTES",
			node);
	if (t && !strcmp(t->state, "OUT_OF_MEMORY"))
		return xasprintf("out of memory on %s; give more with --slurm-args --mem=MIB", node);
	if (t && (!strcmp(t->state, "PREEMPTED") || !strcmp(t->state, "DEADLINE") || !strcmp(t->state, "CANCELLED")))
		return xasprintf("Slurm ended it (%s, %s)", t->state, node);
	if (t && (!strcmp(t->state, "PENDING") || !strcmp(t->state, "RUNNING") || held(t)))
		return xasprintf("Slurm still has it (%s, %s)", t->state, t->reason);
	if (code == SLURM_EXIT_NO_OUT)
		return xasprintf("%s does not see %s; choose an --out that all nodes share", node, out);
	if (code == SLURM_EXIT_NO_PROGRAM)
		return xasprintf("%s does not see this dpamt-bench; the checkout must be where all nodes share it",
				 node);
	if (said)
		return xstrdup(said);
	if (!t)
		return xasprintf("Slurm has forgotten it, and it left no log; does its node see %s?", out);
	if (!t->wait_status)
		return xasprintf("it ended well on %s, and its run directory is not in %s; is that one file system?",
				 node, out);
	return xasprintf("%s on %s, %s %d (%s)", t->state, node,
			 WIFSIGNALED(t->wait_status) ? "signal" : "exit status",
			 WIFSIGNALED(t->wait_status) ? WTERMSIG(t->wait_status) : code, t->reason);
}
