// SPDX-License-Identifier: GPL-2.0
/*
 * Plays the sequence of a round.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/child.h"
#include "lib/clock.h"
#include "lib/err.h"
#include "workloads/core/workers.h"
#include "allocations.h"
#include "calls.h"
#include "interrupt.h"
#include "complaints.h"
#include "limits.h"
#include "play.h"

/* In the round's process. */
static struct storm_state state;
static const struct storm_step *all_steps;
static const bool *wanted;

struct storm_round *storm_round_new(unsigned int nr_steps)
{
	struct storm_round *r;
	size_t bytes = sizeof(*r) + nr_steps * sizeof(*r->times);

	r = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (r == MAP_FAILED) {
		fail("no memory for a round of %u operations", nr_steps);
		return NULL;
	}
	r->times = (struct storm_time *)(r + 1);
	r->nr_steps = nr_steps;
	return r;
}

/* A signal of the storm may come while a console takes the line, which stdio would then lose. */
static void print_line(const char *line)
{
	size_t left = strlen(line);
	ssize_t n;

	while (left && (n = TEMP_FAILURE_RETRY(write(STDERR_FILENO, line, left))) > 0) {
		line += n;
		left -= (size_t)n;
	}
}

static void print_step(const struct storm_round *r, unsigned int i, int err, bool failed)
{
	const struct storm_step *step = &all_steps[i];
	const uint32_t *a = step->arg;
	char line[128];

	snprintf(line, sizeof(line), "round %u step %u %s(%u, %u, %u, %u) = %s%s\n", r->round, i,
		 storm_table[step->code].name, a[0], a[1], a[2], a[3],
		 err ? strerrorname_np(err) : "0", failed ? ", an allocation failed" : "");
	print_line(line);
}

/* EIO of an ioctl on a VM that was terminated, which KVM then gives to all of them. */
static bool of_dead_vm(const struct storm_round *r, const struct storm_operation *op, int err)
{
	return err == EIO && state.terminated &&
	       (op->needs == NEEDS_VM || op->needs == NEEDS_VCPU) &&
	       (r->threads > 1 || storm_last_is_dead());
}

/* What system calls say when there is no memory; those of sockets say ENOBUFS. */
static bool of_scarcity(const struct storm_round *r, int err)
{
	return r->scarce && (err == ENOMEM || err == ENOBUFS);
}

/*
 * @failed: an allocation failed in this step. With several threads a file may be closed, and its number used
 * again, while another uses it.
 */
static bool allowed(const struct storm_round *r, const struct storm_operation *op, int err,
		    bool failed)
{
	return storm_allows(op, err) || (failed && storm_allows_failed(op, err)) ||
	       of_scarcity(r, err) || of_dead_vm(r, op, err) ||
	       (r->threads > 1 && (err == ENOTTY || err == ENODEV || err == EBADF));
}

/* Report a finding. Returns 0 with keep_going, else -1. */
static int find(struct storm_round *r, unsigned int i, const char *result, const char *what)
{
	const struct storm_step *step = &all_steps[i];
	const uint32_t *a = step->arg;
	char text[sizeof(r->finding)];

	snprintf(text, sizeof(text),
		 "seed %" PRIu64 ", round %u, step %u: %s(%u, %u, %u, %u) ended with %s: %s",
		 r->seed, r->round, i, storm_table[step->code].name, a[0], a[1], a[2], a[3],
		 result, what);
	if (r->keep_going)
		fprintf(stderr, "%s\n", text);
	if (r->findings++ == 0)
		memcpy(r->finding, text, sizeof(text));
	return r->keep_going ? 0 : -1;
}

static void foresee(struct storm_round *r, enum storm_code code)
{
	if (code == STORM_LIMIT_MEM)
		r->scarce = true;
	if (code == STORM_LIMIT_MEM || code == STORM_KILL)
		r->killed = true;
}

/* Is there code that was not reached before this operation? */
static void credit(struct storm_round *r, enum storm_code code)
{
	int_fast64_t before = r->blocks, now = storm_blocks();

	while (now > before)
		if (atomic_compare_exchange_weak(&r->blocks, &before, now)) {
			r->found[code]++;
			break;
		}
}

/* KVM asks user space not to punch holes while it terminates the VM: pages would leak. */
static pthread_rwlock_t terminating = PTHREAD_RWLOCK_INITIALIZER;

/* Returns the errno that the operation ended with, or 0. @failed: whether an allocation failed on purpose. */
static int call(struct storm_round *r, unsigned int i, bool *failed)
{
	const struct storm_step *step = &all_steps[i];
	bool terminates = step->code == STORM_TERMINATE;
	bool punches = step->code == STORM_PUNCH || step->code == STORM_CHILD;
	int err;

	if (terminates)
		pthread_rwlock_wrlock(&terminating);
	else if (punches)
		pthread_rwlock_rdlock(&terminating);
	r->times[i].start_ns = now_ns();
	storm_allocations_begin();
	err = storm_table[step->code].call(&state, step->arg) < 0 ? errno : 0;
	*failed = storm_allocations_end();
	r->times[i].end_ns = now_ns();
	if (terminates || punches)
		pthread_rwlock_unlock(&terminating);
	return err;
}

static int play_step(struct storm_round *r, unsigned int i)
{
	const struct storm_step *step = &all_steps[i];
	const struct storm_operation *op = &storm_table[step->code];
	const char *result;
	bool failed;
	int err;

	if (wanted && !wanted[i])
		return 0;
	foresee(r, step->code);
	err = call(r, i, &failed);
	r->played++;
	r->allocations_failed += failed;
	r->errors_of_allocations += failed && err && storm_allows_failed(op, err);
	result = err ? strerrorname_np(err) : "0";
	if (r->print)
		print_step(r, i, err, failed);
	if (!err)
		r->succeeded[step->code]++;
	if (r->credit)
		credit(r, step->code);
	if (storm_kernel_warned())
		return find(r, i, result, "the kernel warned");
	if (!r->dead && storm_vm_died(&state)) {
		r->dead = true;
		return find(r, i, result, "KVM declared the VM dead");
	}
	if (err && !r->dead && !allowed(r, op, err, failed))
		return find(r, i, result, "the table does not allow that");
	return 0;
}

/* Row by row, a step for each thread; before some rows they wait for one another. */
static int play_share(unsigned int thread, void *arg)
{
	struct storm_round *r = arg;
	int ret = storm_interrupt_init();
	unsigned int row;

	for (row = r->beginning; row < r->nr_steps; row += r->threads) {
		if (ret)
			r->over = true;
		if (r->threads > 1 && all_steps[row].meet)
			pthread_barrier_wait(&r->meeting);
		if (!r->over && row + thread < r->nr_steps)
			ret = play_step(r, row + thread);
	}
	storm_interrupt_exit();
	return ret;
}

static int play_all(struct storm_round *r)
{
	int ret = storm_interrupt_init();
	unsigned int i;

	for (i = 0; !ret && i < r->beginning; i++)
		ret = play_step(r, i);
	storm_interrupt_exit();
	return ret ? ret : workers_run(r->threads, play_share, r);
}

/* What the round's process does. */
static int play_here(struct storm_round *r)
{
	pthread_barrierattr_t shared;
	int ret;

	storm_limits_enter();
	pthread_barrierattr_init(&shared);
	pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
	if (pthread_barrier_init(&r->meeting, &shared, r->threads))
		return fail("no barrier for %u threads", r->threads);
	if (storm_state_init(&state))
		return -1;
	ret = play_all(r);
	storm_close_all(&state);
	return ret;
}

/* The round's process, and those that it left behind, which are its group. Returns its wait status. */
static int wait_for_all(pid_t child)
{
	int status = 0, ended;
	pid_t pid;

	while ((pid = waitpid(-child, &ended, 0)) > 0)
		if (pid == child)
			status = ended;
	return status;
}

int storm_play(struct storm_round *r, const struct storm_step *steps, const bool *in)
{
	pid_t parent = getpid(), child;
	bool warned;
	int status;

	all_steps = steps;
	wanted = in;
	r->dead = r->over = r->scarce = r->killed = false;
	memset(r->times, 0, r->nr_steps * sizeof(*r->times));
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	child = fork();
	if (child < 0)
		return fail("no process for round %u: %s", r->round, strerror(errno));
	if (child == 0) {
		die_with_parent(parent, SIGKILL, EXIT_FAILURE);
		setpgid(0, 0);
		_exit(play_here(r) ? EXIT_FAILURE : EXIT_SUCCESS);
	}
	setpgid(child, child); /* whoever is first */
	status = wait_for_all(child);
	storm_limits_lift();
	warned = storm_kernel_warned(); /* the next round's process is not told again */
	if (r->findings && !r->keep_going)
		return fail("%s", r->finding);
	if (!r->findings && warned)
		return fail("seed %" PRIu64
			    ", round %u, when its files were closed: the kernel warned",
			    r->seed, r->round);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && r->killed)
		return 0;
	if (status)
		return fail("seed %" PRIu64 ", round %u: its process ended with wait status 0x%x",
			    r->seed, r->round, (unsigned int)status);
	return 0;
}
