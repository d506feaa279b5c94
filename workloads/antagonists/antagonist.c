// SPDX-License-Identifier: GPL-2.0
/*
 * Forks, releases, holds and ends antagonists. One word of shared memory has their state. While they
 * are held, they sleep on it (futex).
 */
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/child.h"
#include "lib/err.h"
#include "antagonist.h"

enum { HELD, LOOSE, ENDED };

/* Shared with the children. */
static struct control {
	atomic_uint state;
	struct {
		atomic_ulong iterations;
	} of[ANTAGONISTS_MAX];
} *control;

static const struct antagonist *chosen[ANTAGONISTS_MAX];
static pid_t pids[ANTAGONISTS_MAX];
static unsigned int nr_chosen, nr_forked;
static volatile sig_atomic_t end_requested;

static const struct antagonist *find(const char *name, size_t len)
{
	const struct antagonist *a;

	for (a = antagonists; a->name; a++)
		if (strlen(a->name) == len && !strncmp(a->name, name, len))
			return a;
	fail("there is no antagonist '%.*s'; `dpamt-workload LIST-ANTAGONISTS` shows them",
	     (int)len, name);
	return NULL;
}

int antagonists_parse(const char *names)
{
	nr_chosen = 0;
	while (names) {
		size_t len = strcspn(names, ",");

		if (nr_chosen == ANTAGONISTS_MAX)
			return fail("--antagonist: at most %d can be given", ANTAGONISTS_MAX);
		chosen[nr_chosen] = find(names, len);
		if (!chosen[nr_chosen++])
			return -1;
		names = names[len] ? names + len + 1 : NULL;
	}
	return 0;
}

static const char *why_not(const struct antagonist *a)
{
	return a->unavailable ? a->unavailable() : NULL;
}

const char *antagonists_unavailable(void)
{
	const char *why = NULL;
	unsigned int i;

	for (i = 0; i < nr_chosen && !why; i++)
		why = why_not(chosen[i]);
	return why;
}

static void futex(int op, unsigned int value)
{
	syscall(SYS_futex, &control->state, op, value, NULL, NULL, 0);
}

static void set_state(unsigned int state)
{
	if (!nr_forked)
		return;
	atomic_store(&control->state, state);
	futex(FUTEX_WAKE, INT_MAX);
}

/* The main function of an antagonist's process. */
static int run_until_ended(const struct antagonist *a, atomic_ulong *iterations)
{
	unsigned int state;

	if (a->setup())
		return -1;
	while ((state = atomic_load(&control->state)) != ENDED) {
		if (state == HELD) {
			futex(FUTEX_WAIT, HELD);
			continue;
		}
		if (a->iterate())
			return -1;
		atomic_fetch_add_explicit(iterations, 1, memory_order_relaxed);
	}
	return 0;
}

static int fork_one(unsigned int i)
{
	pid_t parent = getpid();

	pids[i] = fork();
	if (pids[i] < 0)
		return fail("antagonist %s cannot be forked: %s", chosen[i]->name, strerror(errno));
	if (pids[i])
		return 0;
	die_with_parent(parent, SIGKILL, EXIT_FAILURE);
	_exit(run_until_ended(chosen[i], &control->of[i].iterations) ? EXIT_FAILURE : EXIT_SUCCESS);
}

int antagonists_fork(void)
{
	nr_forked = 0;
	if (!nr_chosen)
		return 0;
	control = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	if (control == MAP_FAILED)
		return fail("no memory for antagonists");
	for (; nr_forked < nr_chosen; nr_forked++)
		if (fork_one(nr_forked))
			return -1;
	return 0;
}

/* Waits until antagonist @i has done an iteration more than @before, or has ended. */
static void wait_for_iteration(unsigned int i, unsigned long before)
{
	siginfo_t ended = { 0 };

	while (atomic_load(&control->of[i].iterations) == before && !ended.si_pid) {
		sched_yield();
		if (waitid(P_PID, pids[i], &ended, WEXITED | WNOHANG | WNOWAIT))
			return;
	}
}

void antagonists_go(void)
{
	unsigned long before[ANTAGONISTS_MAX];

	for (unsigned int i = 0; i < nr_forked; i++)
		before[i] = atomic_load(&control->of[i].iterations);
	set_state(LOOSE);
	for (unsigned int i = 0; i < nr_forked; i++)
		wait_for_iteration(i, before[i]);
}

void antagonists_hold(void)
{
	set_state(HELD);
}

int antagonists_end(void)
{
	unsigned int i;
	int status, ret = 0;

	set_state(ENDED);
	for (i = 0; i < nr_forked; i++) {
		while (waitpid(pids[i], &status, 0) < 0 && errno == EINTR)
			;
		if (!WIFEXITED(status) || WEXITSTATUS(status))
			ret = fail("antagonist %s ended early, with wait status 0x%x: "
				   "its own line on stderr or the kernel log says why",
				   chosen[i]->name, (unsigned int)status);
	}
	return ret;
}

json_t *antagonists_json(void)
{
	json_t *all = json_array();
	unsigned int i;

	for (i = 0; i < nr_forked; i++)
		json_array_append_new(
			all, json_pack("{s:s, s:I}", "name", chosen[i]->name, "iterations",
				       (json_int_t)atomic_load(&control->of[i].iterations)));
	return all;
}

static void on_signal(int sig)
{
	(void)sig;
	end_requested = 1;
}

int antagonist_alone(const char *name)
{
	const struct sigaction act = { .sa_handler = on_signal };
	const struct antagonist *a = find(name, strlen(name));
	unsigned long iterations = 0;
	const char *why;

	if (!a)
		return 2;
	why = why_not(a);
	if (why) {
		fail("antagonist %s cannot run here: %s", name, why);
		return 77;
	}
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	if (a->setup())
		return EXIT_FAILURE;
	for (; !end_requested; iterations++)
		if (a->iterate())
			return EXIT_FAILURE;
	printf("{\"antagonist\": \"%s\", \"iterations\": %lu}\n", name, iterations);
	return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
