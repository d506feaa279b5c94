// SPDX-License-Identifier: GPL-2.0
/*
 * One boot from its spec to its run directory: prepare, start, watch the
 * console, end it when it must not go on, and write the status. The files are
 * judged in judge.c, several boots are kept going by runner.c.
 */
#include "boot.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/rundir/file_names.h"
#include "bench/target/target.h"
#include "lib/array_size.h"
#include "lib/clock.h"
#include "lib/err.h"
#include "lib/file.h"
#include "lib/text.h"
#include "header.h"
#include "judge.h"

/* After the kernel's first complaint: time for the rest of its report. */
#define REPORT_MS	2000
/* After SIGTERM, before SIGKILL. */
#define TERM_MS		3000

void boot_result_free(struct boot_result *r)
{
	free(r->reason);
	free(r->excerpt);
	memset(r, 0, sizeof(*r));
}

/* Make console.log before the target does, so that no change of it is missed. */
static int watch_console(struct boot *b)
{
	char *path = rundir_file(&b->dir, FILE_CONSOLE);

	b->console = open(path, O_RDONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (b->console < 0)
		warn("%s cannot be watched: %s", path, strerror(errno));
	else
		b->changes = b->spec->target->watch(path);
	free(path);
	return b->changes < 0 ? -1 : 0;
}

static void close_fds(struct boot *b)
{
	int *fds[] = { &b->pidfd, &b->changes, &b->console };

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}

int boot_start(struct boot *b, const struct boot_spec *spec)
{
	json_t *header;
	int ret;

	memset(b, 0, sizeof(*b));
	b->spec = spec;
	b->pidfd = b->changes = b->console = -1;
	if (rundir_create(&b->dir, spec->dir, spec->shared))
		return -1;
	header = header_make(spec);
	ret = rundir_write_json(&b->dir, FILE_HEADER, header);
	json_decref(header);
	if (ret || watch_console(b))
		goto out_discard;

	b->pid = spec->target->start(spec, b->dir.tmp);
	if (b->pid < 0)
		goto out_discard;
	b->pidfd = pidfd_open(b->pid, 0);
	if (b->pidfd < 0) {
		warn("cannot watch process %d: %s; Linux 5.3 or newer is needed",
		     (int)b->pid, strerror(errno));
		kill(b->pid, SIGKILL);
		waitpid(b->pid, NULL, 0);
		goto out_discard;
	}
	b->start_ms = now_ms();
	b->deadline_ms = b->start_ms + (int64_t)spec->timeout_s * 1000;
	return 0;

out_discard:
	close_fds(b);
	rundir_discard(&b->dir);
	return -1;
}

static void read_console(struct boot *b)
{
	char *path = rundir_file(&b->dir, FILE_CONSOLE);
	char buf[8192];
	ssize_t n;

	b->spec->target->follow(b->changes, path);
	free(path);
	while ((n = read(b->console, buf, sizeof(buf))) > 0)
		console_feed(&b->watch, buf, (size_t)n);
}

void boot_console_grew(struct boot *b)
{
	const char *before = b->watch.trouble;

	read_console(b);
	if (b->watch.trouble && !before && now_ms() + REPORT_MS < b->deadline_ms)
		b->deadline_ms = now_ms() + REPORT_MS;
	if (b->watch.over)
		b->deadline_ms = now_ms();
}

void boot_deadline(struct boot *b)
{
	static char late[64];

	if (b->ended_for) {	/* SIGTERM was not enough */
		kill(b->pid, SIGKILL);
		b->deadline_ms = INT64_MAX;
		return;
	}
	snprintf(late, sizeof(late), "no end within %" PRIu64 " s of wall time", b->spec->timeout_s);
	b->ended_for = b->watch.trouble ? "the kernel was in trouble" : late;
	kill(b->pid, SIGTERM);
	b->deadline_ms = now_ms() + TERM_MS;
}

/* In a healthy kernel and QEMU, the command or the agent explains the failure. */
static char *excerpt_of(const struct boot *b, int wait_status)
{
	enum console_part part = b->watch.trouble || b->ended_for || wait_status ?
				 CONSOLE_ALL : CONSOLE_PROGRAMS;
	char *path = rundir_file(&b->dir, FILE_CONSOLE);
	char *text = read_file(path, NULL), *excerpt = NULL;

	if (text && text[0])
		excerpt = console_excerpt(text, part);
	free(text);
	free(path);
	return excerpt;
}

/* User and system time of a process that has ended, with those it waited for. */
static double cpu_seconds(const struct rusage *u)
{
	return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) +
	       (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e6;
}

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *status_json(const struct judgement *c, double wall_seconds, double cpu)
{
	json_t *detail = json_array();

	for (char **d = c->conservation.detail; *d; d++)
		json_array_append_new(detail, json_string(*d));
	return json_pack("{s:s, s:i, s:s, s:s, s:i, s:s, s:o, s:o, s:o, s:o, s:f, s:f, s:f}",
			 "schema", SCHEMA_STATUS, "version", 1,
			 "status", c->reason ? "failed" : "ok",
			 "reason", c->reason ? c->reason : "",
			 "exit_code", c->exit_code,
			 "conservation", conservation_name(c->conservation.verdict),
			 "conservation_detail", detail,
			 "recording", recording_json(&c->recording),
			 "thp", text_or_null(c->thp),
			 "mitigations", text_or_null(c->mitigations),
			 "guest_seconds", c->guest_seconds,
			 "wall_seconds", wall_seconds,
			 "cpu_seconds", cpu);
}

static void remove_file(const struct boot *b, const char *name)
{
	char *path = rundir_file(&b->dir, name);

	unlink(path);
	free(path);
}

int boot_finish(struct boot *b, struct boot_result *r)
{
	const struct boot_spec *spec = b->spec;
	struct judgement c;
	struct rusage used;
	json_t *status;
	int wait_status, ret;

	wait4(b->pid, &wait_status, 0, &used);
	r->wall_seconds = (double)(now_ms() - b->start_ms) / 1000;
	read_console(b);
	console_feed(&b->watch, "\n", 1);	/* a last line that was cut short */
	close_fds(b);
	spec->target->done(b->dir.tmp);

	judge_boot(b, wait_status, &c);
	r->ok = !c.reason;
	r->exit_code = c.exit_code;
	r->reason = c.reason ? xstrdup(c.reason) : NULL;
	r->excerpt = c.reason ? excerpt_of(b, wait_status) : NULL;
	remove_file(b, FILE_EXIT_STATUS);
	status = status_json(&c, r->wall_seconds,
			     spec->target->command_cpu_only ? c.command_cpu_seconds : cpu_seconds(&used));
	ret = rundir_commit(&b->dir, status);
	json_decref(status);
	judgement_free(&c);
	return ret;
}

void boot_abandon(struct boot *b)
{
	kill(b->pid, SIGKILL);
	waitpid(b->pid, NULL, 0);
	close_fds(b);
	b->spec->target->done(b->dir.tmp);
	rundir_discard(&b->dir);
}
