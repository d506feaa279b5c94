// SPDX-License-Identifier: GPL-2.0
/*
 * Boots that play a storm and are expected to fail.
 */
#include "storm_boot.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/rundir/file_names.h"
#include "bench/rundir/rundir.h"
#include "lib/err.h"
#include "lib/file.h"
#include "lib/json_file.h"
#include "lib/text.h"

/* Prefix of the line in which the workload says why it failed. */
#define WORKLOAD_SAYS "dpamt-workload: "

static bool is_kernel_trouble(const char *reason)
{
	return !strncmp(reason, "kernel trouble", strlen("kernel trouble"));
}

static int run(char **argv)
{
	posix_spawn_file_actions_t quiet;
	int err, status;
	pid_t pid;

	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	err = posix_spawn(&pid, "/proc/self/exe", &quiet, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&quiet);
	if (err)
		return fail("no boot: %s", strerror(err));
	if (waitpid(pid, &status, 0) != pid)
		return fail("no boot: %s", strerror(errno));
	if (WIFSIGNALED(status))
		return fail("the boot was ended by signal %d", WTERMSIG(status));
	if (WEXITSTATUS(status) == EXIT_CANNOT_RUN || WEXITSTATUS(status) == EXIT_INTERRUPTED)
		return fail(
			"the boot could not be made; `dpamt-bench run` with the same options says why");
	return 0;
}

static int read_status(struct storm_boot *b, const char *dir)
{
	char *error;
	json_t *status = rundir_read_json(dir, FILE_STATUS, &error);
	const char *word = json_text(status, "status", NULL);
	const char *reason = json_string_value(json_object_get(status, "reason"));
	int ret = 0;

	if (word && reason) {
		b->ok = !strcmp(word, "ok");
		b->reason = xstrdup(reason);
	} else {
		ret = fail("%s", error ? error : "the boot left no " FILE_STATUS " with a status and a reason");
	}
	free(error);
	json_decref(status);
	return ret;
}

/* What --print says of where the storm got. */
static void read_console(struct storm_boot *b, const char *dir)
{
	char *path = xasprintf("%s/" FILE_CONSOLE, dir), *text = read_file(path, NULL);
	uint64_t round, steps;

	for (const char *l = text; l; l = strchr(l, '\n')) {
		int weights = 0;

		l += *l == '\n';
		sscanf(l, "list %ld", &b->list);
		if (sscanf(l, "round %" SCNu64 " has %" SCNu64 " steps", &round, &steps) == 2) {
			b->round = round;
			b->steps = steps;
		}
		if (sscanf(l, "round %*u was drawn with --weights %n", &weights) == 0 && weights) {
			free(b->weights);
			b->weights = xstrndup(l + weights, strcspn(l + weights, "\r\n"));
		}
		if (!strncmp(l, WORKLOAD_SAYS, strlen(WORKLOAD_SAYS)) &&
		    !is_kernel_trouble(b->reason)) {
			free(b->reason);
			b->reason = xstrndup(l, strcspn(l, "\r\n"));
		}
	}
	free(text);
	free(path);
}

int storm_boot(struct storm_boot *b, char **argv, const char *dir)
{
	*b = (struct storm_boot){ .list = -1 };
	if (run(argv) || read_status(b, dir))
		return -1;
	read_console(b, dir);
	return 0;
}

void storm_boot_free(struct storm_boot *b)
{
	free(b->reason);
	free(b->weights);
	b->reason = b->weights = NULL;
}

char *storm_failure(const char *reason)
{
	const char *last = reason, *next;
	char *failure;

	if (is_kernel_trouble(reason))
		return xstrndup(reason, strcspn(reason, ","));
	while ((next = strstr(last, ": ")))
		last = next + 2;
	failure = xstrdup(last);
	for (char *c = failure; *c; c++)
		if (isdigit((unsigned char)*c))
			*c = 'N';
	return failure;
}
