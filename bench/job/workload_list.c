// SPDX-License-Identifier: GPL-2.0
/*
 * Asks the workload binary which workloads it has. It is static and runs on this machine
 * too, so no list of workloads is repeated here.
 */
#include "workload_list.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/err.h"
#include "lib/text.h"

/* Run @file with @argv; its file descriptor @fd is read from *from. Returns 0 or an errno. */
static int ask(const char *file, char *const *argv, int fd, int *from, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int fds[2], err;

	if (pipe2(fds, O_CLOEXEC))
		return errno;
	posix_spawn_file_actions_init(&actions);
	if (fd != STDOUT_FILENO)
		posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, fds[1], fd);
	err = posix_spawn(pid, file, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
	if (err)
		close(fds[0]);
	*from = fds[0];
	return err;
}

int workload_list(const char *file, struct workload_entry **list, size_t *n)
{
	char verb[] = "list", name[] = "dpamt-workload", *line = NULL, *rest;
	char *argv[] = { name, verb, NULL }, *question, *ops;
	size_t size = 0;
	int from = -1, status, err;
	pid_t pid;
	FILE *f;

	*list = NULL;
	*n = 0;
	err = ask(file, argv, STDOUT_FILENO, &from, &pid);
	if (err)
		return fail("%s: %s; run `make tools`", file, strerror(err));
	f = fdopen(from, "r");
	while (f && getline(&line, &size, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		rest = line;
		*list = xreallocarray(*list, *n + 1, sizeof(**list));
		(*list)[*n].name = xstrdup(strsep(&rest, "\t"));
		question = strsep(&rest, "\t");
		ops = strsep(&rest, "\t");
		(*list)[*n].question = xstrdup(question ? question : "");
		(*list)[(*n)++].ops = xstrdup(ops ? ops : "");
	}
	free(line);
	if (f)
		fclose(f);
	waitpid(pid, &status, 0);
	if (status == 0)
		return 0;
	workload_list_free(*list, *n);
	*list = NULL;
	*n = 0;
	return fail("%s list: failed; run `make tools`", file);
}

void workload_list_free(struct workload_entry *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].name);
		free(list[i].question);
		free(list[i].ops);
	}
	free(list);
}

const struct workload_entry *workload_list_find(const struct workload_entry *list, size_t n,
						const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	}
	return NULL;
}

int workload_check(const char *file, char *const *command, char **error)
{
	char **argv = strv_add(NULL, "dpamt-workload"), *line = NULL;
	const char *said;
	size_t size = 0;
	int from = -1, status, err;
	pid_t pid;
	FILE *f;

	for (; *command; command++)
		argv = strv_add(argv, *command);
	argv = strv_add(argv, "--help");
	err = ask(file, argv, STDERR_FILENO, &from, &pid);
	strv_free(argv);
	if (err) {
		*error = xasprintf("%s: %s; run `make tools`", file, strerror(err));
		return -1;
	}
	f = fdopen(from, "r");
	if (!f || getline(&line, &size, f) <= 0)
		said = "dpamt-workload failed without a message";
	else
		said = line;
	if (line)
		line[strcspn(line, "\n")] = '\0';
	while (f && fgetc(f) != EOF)	/* so that it can end */
		;
	if (f)
		fclose(f);
	waitpid(pid, &status, 0);
	if (status)
		*error = xstrdup(strncmp(said, "dpamt-workload: ", 16) ? said : said + 16);
	free(line);
	return status ? -1 : 0;
}
