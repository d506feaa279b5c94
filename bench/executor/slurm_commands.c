// SPDX-License-Identifier: GPL-2.0
/*
 * Talks to Slurm through its commands, which are the same in all versions, unlike
 * the C library's structures: scontrol, sbatch, squeue, scancel.
 */
#include "slurm_commands.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/err.h"
#include "lib/file.h"
#include "lib/text.h"

/* The last line of @text that is not empty, malloc'ed; NULL if there is none. */
static char *last_line(const char *text)
{
	size_t end = strlen(text), begin;

	while (end && text[end - 1] == '\n')
		end--;
	for (begin = end; begin && text[begin - 1] != '\n'; begin--)
		;
	return end ? xstrndup(text + begin, end - begin) : NULL;
}

/* Run the shell's @command; its stdout, malloc'ed, and its wait status. */
static char *ask(const char *command, int *status)
{
	char *line = NULL, *text = xstrdup("");
	FILE *p = popen(command, "re");
	size_t size = 0;

	while (p && getline(&line, &size, p) > 0)
		text = text_add(text, line, "");
	free(line);
	*status = p ? pclose(p) : -1;
	return text;
}

int slurm_check(uint64_t *max_array)
{
	int status;
	char *text = ask("scontrol show config 2>&1", &status), *why;
	const char *p = strstr(text, "\nMaxArraySize");
	unsigned long long max;
	int ret = 0;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
		ret = fail("--executor slurm: there is no Slurm on PATH here; go to a machine that submits jobs, or install the package slurm-client");
	} else if (status) {
		why = last_line(text);
		ret = fail("--executor slurm: Slurm's controller does not answer (%s); is slurmctld up, and SLURM_CONF or slurm.conf this cluster's?",
			   why ? why : "scontrol says nothing");
		free(why);
	} else if (!p || sscanf(p, "\nMaxArraySize = %llu", &max) != 1 || max < 2) {
		ret = fail("--executor slurm: this cluster has no job arrays; ask for a MaxArraySize above 1 in its slurm.conf");
	} else {
		*max_array = max;
	}
	free(text);
	return ret;
}

/* With --clusters, squeue puts "CLUSTER: NAME" before its lines. */
static bool is_heading(const char *line)
{
	return !strncmp(line, "CLUSTER:", strlen("CLUSTER:"));
}

bool slurm_is_active(const char *id)
{
	size_t digits;
	char *squeue = slurm_at_cluster("squeue", id, &digits), *save;
	char *command = xasprintf("%s --noheader --jobs=%.*s --format=%%T 2>/dev/null", squeue, (int)digits, id);
	int status;
	char *text = ask(command, &status);
	bool active = false;

	/* COMPLETING: over, and maybe for ever so if the node is dead */
	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		active |= !is_heading(l) && !strstr(l, "COMPLETING");
	free(text);
	free(command);
	free(squeue);
	return active;
}

void slurm_cancel(const char *id)
{
	size_t digits;
	char *scancel = slurm_at_cluster("scancel", id, &digits);
	char *command = xasprintf("%s %.*s", scancel, (int)digits, id);
	int status;

	free(ask(command, &status));
	if (status)
		warn("array %s could not be cancelled; do it with %s", id, command);
	free(command);
	free(scancel);
}

size_t slurm_tasks(const char *id, struct slurm_task **list)
{
	size_t n = 0, digits;
	char *squeue = slurm_at_cluster("squeue", id, &digits), *save;
	char *command = xasprintf("%s --noheader --array --states=all --jobs=%.*s --Format='%s' 2>/dev/null",
				  squeue, (int)digits, id, SLURM_TASK_FORMAT);
	int status;
	char *text = ask(command, &status);

	*list = NULL;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		*list = xreallocarray(*list, n + 1, sizeof(**list));
		if (slurm_task_parse(line, &(*list)[n]))
			n++;
	}
	free(text);
	free(command);
	free(squeue);
	return n;
}

static int spawn(struct slurm_sbatch *s, char *const *argv, int in, int out)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none;
	int err;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, s->err, STDERR_FILENO);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
	err = posix_spawnp(&s->pid, argv[0], &actions, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

int slurm_sbatch_start(struct slurm_sbatch *s, char *const *argv, const char *script)
{
	int in = memfd_create("script", MFD_CLOEXEC), out[2], err = 0;

	memset(s, 0, sizeof(*s));
	s->err = memfd_create("complaints", MFD_CLOEXEC);
	s->pidfd = s->out = -1;
	if (in < 0 || s->err < 0 || pipe2(out, O_CLOEXEC)) {
		err = errno;
	} else {
		s->out = out[0];
		if (write_all(in, script, strlen(script)) || lseek(in, 0, SEEK_SET))
			err = errno;
		else
			err = spawn(s, argv, in, out[1]);
		close(out[1]);
	}
	if (!err) {
		s->pidfd = pidfd_open(s->pid, 0);
		if (s->pidfd < 0) {
			err = errno;
			free(slurm_sbatch_end(s, true));
		}
	} else {
		if (s->out >= 0)
			close(s->out);
		if (s->err >= 0)
			close(s->err);
	}
	if (in >= 0)
		close(in);
	return err ? fail("cannot start %s: %s", argv[0], strerror(err)) : 0;
}

void slurm_sbatch_read_id(struct slurm_sbatch *s)
{
	size_t used = strlen(s->id), digits;
	ssize_t n = read(s->out, s->id + used, sizeof(s->id) - 1 - used);

	if (n > 0) {
		/* "ID" or "ID;CLUSTER", in one write */
		s->id[strcspn(s->id, "\n")] = '\0';
		free(slurm_at_cluster("", s->id, &digits));
		if (!digits)
			s->id[0] = '\0';
	} else if (n == 0 || errno != EINTR) {
		close(s->out);
		s->out = -1;
	}
}

char *slurm_sbatch_end(struct slurm_sbatch *s, bool now)
{
	char text[4096] = "", *said;
	ssize_t n;

	if (now)
		kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	if (lseek(s->err, 0, SEEK_SET) == 0) {
		n = read(s->err, text, sizeof(text) - 1);
		text[n > 0 ? n : 0] = '\0';
		s->too_many_jobs = slurm_too_many_jobs(text);
	}
	if (s->out >= 0)
		close(s->out);
	if (s->pidfd >= 0)
		close(s->pidfd);
	close(s->err);
	said = last_line(text);
	return said;
}
