// SPDX-License-Identifier: GPL-2.0
/*
 * A start gate for threads: the main thread holds a lock for writing, every worker wants it for
 * reading.
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/clock.h"
#include "lib/err.h"
#include "draws.h"
#include "workers.h"

/* Per thread; the deepest user is the error message. */
#define STACK_BYTES	(64 * 1024UL)
/* Touched before the start, so that the measured part takes no page fault for its stack. */
#define STACK_WARM_BYTES (8 * 1024)

struct worker {
	pthread_t handle;
	unsigned int thread;
	int ret;
};

static char *stacks;
static struct worker *workers;
static pthread_rwlock_t gate = PTHREAD_RWLOCK_INITIALIZER;
static sem_t ready;
static bool called_off;
static uint64_t start_ns;
static worker_fn work;
static void *work_arg;

int workers_init(unsigned int max)
{
	workers = calloc(max, sizeof(*workers));
	stacks = mmap(NULL, max * STACK_BYTES, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	if (!workers || stacks == MAP_FAILED || sem_init(&ready, 0, 0))
		return fail("no memory for %u threads: use fewer threads", max);
	return 0;
}

static __attribute__((noinline)) void warm_stack(void)
{
	volatile char deep[STACK_WARM_BYTES];
	size_t i;

	for (i = 0; i < sizeof(deep); i += 1024)
		deep[i] = 0;
}

static void *worker_main(void *arg)
{
	struct worker *me = arg;

	warm_stack();
	me->ret = draws_begin_on_cpu(me->thread);
	sem_post(&ready);
	pthread_rwlock_rdlock(&gate);
	pthread_rwlock_unlock(&gate);
	if (called_off || me->ret)
		me->ret = -1;
	else
		me->ret = work(me->thread, work_arg);
	return NULL;
}

int workers_run(unsigned int n, worker_fn fn, void *arg)
{
	pthread_attr_t attr;
	unsigned int i, up;
	int err = 0, ret = 0;

	work = fn;
	work_arg = arg;
	called_off = false;
	pthread_attr_init(&attr);
	pthread_rwlock_wrlock(&gate);

	for (up = 0; up < n && !err; up++) {
		workers[up].thread = up;
		pthread_attr_setstack(&attr, stacks + up * STACK_BYTES, STACK_BYTES);
		err = pthread_create(&workers[up].handle, &attr, worker_main, &workers[up]);
	}
	if (err) {
		called_off = true;
		up--;
		ret = fail(
			"thread %u of %u could not start: %s: use fewer or raise the task limit",
			up + 1, n, strerror(err));
	}
	for (i = 0; i < up; i++)
		while (sem_wait(&ready) && errno == EINTR)
			;
	start_ns = now_ns();
	pthread_rwlock_unlock(&gate);

	for (i = 0; i < up; i++) {
		pthread_join(workers[i].handle, NULL);
		if (workers[i].ret)
			ret = -1;
	}
	pthread_attr_destroy(&attr);
	return ret;
}

uint64_t workers_start_ns(void)
{
	return start_ns;
}
