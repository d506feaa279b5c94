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

bool slurm_task_parse(const char *line, struct slurm_task *t)
{
	memset(t, 0, sizeof(*t));
	return sscanf(line, "%" SCNu64 " %23s %d %47s %79s", &t->index, t->state, &t->wait_status,
		      t->reason, t->nodes) >= 4;
}

char *slurm_task_why(const struct slurm_task *t, const char *said, const char *out)
{
	const char *node = t && t->nodes[0] ? t->nodes : "no node";
	int code = t && WIFEXITED(t->wait_status) ? WEXITSTATUS(t->wait_status) : 0;

	if (t && !strcmp(t->state, "NODE_FAIL"))
		return xasprintf("its node failed (NODE_FAIL, %s)", node);
	if (t && !strcmp(t->state, "TIMEOUT"))
		return xasprintf(
			"it exceeded Slurm's time limit on %s; give more with --slurm-args --time=MINUTES",
			node);
	if (t && !strcmp(t->state, "OUT_OF_MEMORY"))
		return xasprintf("out of memory on %s; give more with --slurm-args --mem=MIB", node);
	if (t && (!strcmp(t->state, "PREEMPTED") || !strcmp(t->state, "CANCELLED")))
		return xasprintf("Slurm ended it (%s, %s)", t->state, node);
	if (t && (!strcmp(t->state, "PENDING") || !strcmp(t->state, "RUNNING")))
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
