// SPDX-License-Identifier: GPL-2.0
/*
 * Decides whether a boot counts. Looks for a reason against it in this order, because an
 * earlier failure causes the later ones: trouble in the kernel, the end of the target's
 * process, the command's exit status, missing data, counters that do not balance.
 */
#include "judge.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rundir/counters.h"
#include "bench/rundir/file_names.h"
#include "bench/rundir/numa_file.h"
#include "bench/target/target.h"
#include "lib/array_size.h"
#include "lib/file.h"
#include "lib/json_file.h"
#include "lib/number.h"
#include "lib/text.h"

static int read_exit_status(const struct boot *b)
{
	char *path = rundir_file(&b->dir, FILE_EXIT_STATUS);
	char *text = read_file(path, NULL);
	uint64_t v = 0;
	int code = -1;

	if (text) {
		text[strcspn(text, "\n")] = '\0';
		if (parse_u64(text, 0, 255, &v))
			code = (int)v;
	}
	free(text);
	free(path);
	return code;
}

static char *why_no_exit_status(const struct boot *b)
{
	char *path = rundir_file(&b->dir, FILE_CONSOLE);
	char *text = read_file(path, NULL);
	char *line = text ? console_agent_line(text) : NULL;
	char *reason = b->spec->target->why_unfinished(line);

	free(line);
	free(text);
	free(path);
	return reason;
}

static char *why_command_failed(const struct boot *b, int exit_code)
{
	char *path = rundir_file(&b->dir, FILE_CONSOLE);
	char *text = read_file(path, NULL);
	char *line = text ? console_agent_line(text) : NULL;
	char *reason = line ? xstrdup(line) :
			      xasprintf("the command ended with status %d", exit_code);

	free(line);
	free(text);
	free(path);
	return reason;
}

/* What follows "NAME " in a line of @text; malloc'ed, NULL if there is no such line. */
static char *line_value(const char *text, const char *name)
{
	size_t n = strlen(name);

	for (const char *l = text; l; l = strchr(l, '\n')) {
		l += *l == '\n';
		if (strncmp(l, name, n) == 0 && l[n] == ' ')
			return xstrndup(l + n + 1, strcspn(l + n + 1, "\n"));
	}
	return NULL;
}

/* What the guest or QEMU wrote may be anything; JSON and a terminal want text. */
static void make_printable(char *s)
{
	for (; s && *s; s++) {
		if (!isprint((unsigned char)*s))
			*s = '?';
	}
}

/* agent.txt: the clocks, and the state of the kernel measured. */
static char *read_agent(const struct boot *b, struct judgement *c)
{
	char *path = rundir_file(&b->dir, FILE_AGENT);
	char *text = read_file(path, NULL), *reason = NULL;
	struct counters agent;
	uint64_t v;

	counters_parse(text ? text : "", &agent, NULL);
	if (!text)
		reason = xasprintf(FILE_AGENT ": %s", strerror(errno));
	if (counters_get(&agent, "", "guest_ns", &v))
		c->guest_seconds = (double)v / 1e9;
	if (counters_get(&agent, "", "command_cpu_ns", &v))
		c->command_cpu_seconds = (double)v / 1e9;
	if (text) {
		c->thp = line_value(text, "thp");
		c->mitigations = line_value(text, "mitigations");
	}
	make_printable(c->thp);
	make_printable(c->mitigations);
	counters_free(&agent);
	free(text);
	free(path);
	return reason;
}

/* Check the counters, then the trace against them. Returns why the boot does not count, or NULL. */
static char *check_records(const struct boot *b, struct judgement *c)
{
	char *reason = NULL, *error = NULL;
	struct counters_pair counters;
	uint64_t lost;

	if (!counters_pair_load(b->dir.tmp, &counters, &reason)) {
		strv_free(c->conservation.detail);
		conservation_check(&counters.before, &counters.after, &c->conservation);
	}
	if (c->conservation.verdict == CONSERVATION_VIOLATED)
		reason = xasprintf("the kernel's counters do not balance: %s",
				   c->conservation.detail[0]);

	if (recording_read(b->dir.tmp, &counters.before, &counters.after, &c->recording, &error) && !reason)
		reason = xstrdup(error);
	free(error);
	lost = recording_lost(&c->recording);
	if (!reason && c->recording.verdict == RECORDING_LOST && !b->spec->allow_lost)
		reason = xasprintf("the trace lost %" PRIu64 " events; raise --trace-buffer-kb, or "
				   "keep such boots with --allow-lost", lost);
	if (!reason && c->recording.verdict == RECORDING_VIOLATED)
		reason = xasprintf("the trace cannot be trusted: %s", c->recording.detail[0]);
	if (!reason && c->recording.sum.reclaimed && !c->recording.sum.started &&
	    b->spec->workload)
		reason = xstrdup(FILE_TRACE
				 ": S-EPT events without the workload's 'dpamt start' mark");
	counters_pair_free(&counters);
	return reason;
}

/* Has the kernel the nodes that the machine was given? */
static char *check_numa(const struct boot *b)
{
	struct numa_file numa;
	size_t known;
	char *reason;

	if (b->spec->nodes < 2)
		return NULL;
	if (numa_file_read(b->dir.tmp, &numa, &reason)) {
		known = 1;
		if (reason)
			return reason;
	} else {
		known = numa.nr_nodes;
	}
	numa_file_free(&numa);
	if (known == b->spec->nodes)
		return NULL;
	return xasprintf(
		"the machine has %" PRIu64
		" NUMA nodes, its kernel knows %zu: is it built with CONFIG_NUMA and CONFIG_ACPI_NUMA, and booted without numa=off?",
		b->spec->nodes, known);
}

static char *check_result(const struct boot *b)
{
	char *reason;
	json_t *result = rundir_read_json(b->dir.tmp, FILE_RESULT, &reason);
	const char *verify;

	if (!result && !reason) {
		reason = xstrdup("there is no " FILE_RESULT);
	} else if (result) {
		verify = json_string_value(json_object_get(result, "verify"));
		if (!verify)
			reason = xstrdup(FILE_RESULT " has no 'verify'");
		else if (strcmp(verify, "ok"))
			reason = xasprintf("the workload did not verify: %s", verify);
	}
	json_decref(result);
	return reason;
}

static void read_files(const struct boot *b, int wait_status, struct judgement *c)
{
	memset(c, 0, sizeof(*c));
	c->conservation.verdict = CONSERVATION_ABSENT;
	c->conservation.detail = strv_dup(NULL);
	c->exit_code = read_exit_status(b);

	if (b->watch.trouble)
		c->reason = xasprintf("kernel trouble (%s): %s", b->watch.trouble, b->watch.line);
	else if (b->ended_for)
		c->reason = xstrdup(b->ended_for);
	else
		c->reason = b->spec->target->why_ended(b->dir.tmp, wait_status);
	if (c->exit_code < 0) {
		if (!c->reason)
			c->reason = why_no_exit_status(b);
		return;
	}

	/* The command ended: read all files, and keep the first reason. */
	char *reasons[4] = { NULL };

	if (c->exit_code)
		reasons[0] = why_command_failed(b, c->exit_code);
	else if (b->spec->leaves_result)
		reasons[0] = check_result(b);
	reasons[1] = read_agent(b, c);
	reasons[2] = check_records(b, c);
	reasons[3] = check_numa(b);
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
		if (!c->reason)
			c->reason = reasons[i];
		else
			free(reasons[i]);
	}
}

void judge_boot(const struct boot *b, int wait_status, struct judgement *c)
{
	read_files(b, wait_status, c);
	make_printable(c->reason);
}

void judgement_free(struct judgement *c)
{
	free(c->reason);
	free(c->thp);
	free(c->mitigations);
	strv_free(c->conservation.detail);
	recording_free(&c->recording);
	memset(c, 0, sizeof(*c));
}
