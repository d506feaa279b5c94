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
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/target/initramfs.h"
#include "bench/target/local.h"
#include "bench/target/qemu.h"
#include "lib/array_size.h"
#include "lib/clock.h"
#include "lib/err.h"
#include "lib/file.h"
#include "lib/paths.h"
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

static int write_initramfs(const struct boot *b)
{
	const struct boot_spec *s = b->spec;
	char *agent = path_in_build("dpamt-agent");
	char *path = rundir_file(&b->dir, QEMU_INITRAMFS);
	char **command = spec_command(s, s->host_land ? "/run/dpamt/results" : "/results");
	struct initramfs in = {
		.agent = agent,
		.workload = s->workload_file,
		.command = command,
		.host_land = s->host_land,
		.is_workload = s->workload,
		.antagonists = s->antagonists,
		.perf = s->perf,
		.record = s->record,
		.trace_buffer_kb = s->trace_buffer_kb,
	};
	int ret = initramfs_write(path, &in);

	strv_free(command);
	free(path);
	free(agent);
	return ret;
}

/*
 * Make console.log before QEMU does, so that no change of it is missed. On the
 * target local the kernel's log is watched, and copied there.
 */
static int watch_console(struct boot *b)
{
	char *path = rundir_file(&b->dir, RUNDIR_CONSOLE);
	int ret = 0;

	b->console = open(path, O_RDONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	b->changes = b->spec->local ? target_local_open_log() :
				      inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (b->changes < 0 && b->spec->local)
		ret = fail("/dev/kmsg: %s", strerror(errno));
	else if (b->console < 0 || b->changes < 0 ||
		 (!b->spec->local && inotify_add_watch(b->changes, path, IN_MODIFY) < 0))
		ret = fail("%s cannot be watched: %s", path, strerror(errno));
	free(path);
	return ret;
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
	ret = rundir_write_json(&b->dir, "header.json", header);
	json_decref(header);
	if (ret || (!spec->local && write_initramfs(b)) || watch_console(b))
		goto out_discard;

	b->pid = spec->local ? target_local_spawn(spec, b->dir.tmp) :
			       target_qemu_spawn(spec, b->dir.tmp);
	if (b->pid < 0) {
		warn("cannot start %s: %s", spec->local ? "a process" : "QEMU", strerror(errno));
		goto out_discard;
	}
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

/* The kernel's log has no file that grows by itself on the target local. */
static void copy_log(const struct boot *b)
{
	char *path = rundir_file(&b->dir, RUNDIR_CONSOLE);

	target_local_pump(b->changes, path);
	free(path);
}

static void read_console(struct boot *b)
{
	char buf[8192];
	ssize_t n;

	if (b->spec->local)
		copy_log(b);
	while ((n = read(b->console, buf, sizeof(buf))) > 0)
		console_feed(&b->watch, buf, (size_t)n);
}

void boot_console_grew(struct boot *b)
{
	const char *before = b->watch.trouble;
	char events[4096];

	while (!b->spec->local && read(b->changes, events, sizeof(events)) > 0)
		;
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
	char *path = rundir_file(&b->dir, RUNDIR_CONSOLE);
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

static json_t *status_json(const struct collected *c, double wall_seconds, double cpu)
{
	json_t *detail = json_array();

	for (char **d = c->conservation.detail; *d; d++)
		json_array_append_new(detail, json_string(*d));
	return json_pack("{s:s, s:i, s:s, s:s, s:i, s:s, s:o, s:o, s:o, s:o, s:f, s:f, s:f}",
			 "schema", "dpamt-bench/status", "version", 1,
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
	struct collected c;
	struct rusage used;
	json_t *status;
	int wait_status, ret;

	wait4(b->pid, &wait_status, 0, &used);
	r->wall_seconds = (double)(now_ms() - b->start_ms) / 1000;
	read_console(b);
	console_feed(&b->watch, "\n", 1);	/* a last line that was cut short */
	close_fds(b);
	if (b->spec->local)
		target_local_done();

	collect(b, wait_status, &c);
	r->ok = !c.reason;
	r->exit_code = c.exit_code;
	r->reason = c.reason ? xstrdup(c.reason) : NULL;
	r->excerpt = c.reason ? excerpt_of(b, wait_status) : NULL;
	remove_file(b, QEMU_INITRAMFS);
	remove_file(b, "exit_status");
	/* on this machine the command alone; a VM is all one process */
	status = status_json(&c, r->wall_seconds,
			     b->spec->local ? c.command_cpu_seconds : cpu_seconds(&used));
	ret = rundir_commit(&b->dir, status);
	json_decref(status);
	collected_free(&c);
	return ret;
}

void boot_abandon(struct boot *b)
{
	kill(b->pid, SIGKILL);
	waitpid(b->pid, NULL, 0);
	close_fds(b);
	if (b->spec->local)
		target_local_done();
	rundir_discard(&b->dir);
}
