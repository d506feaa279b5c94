// SPDX-License-Identifier: GPL-2.0
/*
 * Drawn differences between boots; see draws.h.
 */
#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/err.h"
#include "lib/page_size.h"
#include "draws.h"
#include "run.h"

/* Random streams; those of workloads are numbers of threads, and far below. */
enum { STREAM_MEMORY = 0x8000, STREAM_CPUS, STREAM_PHASES, STREAM_THREADS };

static bool on;
static uint64_t tick_ns, boot_seed;
static cpu_set_t allowed;
static int *cpus; /* thread i begins on cpus[i % nr_cpus] */
static unsigned int nr_cpus;
static unsigned int nr_files, nr_pages;
static struct rng phases, *of_thread;
static atomic_uint_fast64_t waits, waits_ns; /* before operations */

static void shuffle(int *v, unsigned int n, struct rng *rng)
{
	for (unsigned int i = n; i > 1; i--) {
		unsigned int k = (unsigned int)rng_below(rng, i);
		int tmp = v[i - 1];

		v[i - 1] = v[k];
		v[k] = tmp;
	}
}

static int draw_cpus(void)
{
	struct rng rng = rng_init(boot_seed, STREAM_CPUS);

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return fail("the CPUs of this process cannot be read: %s", strerror(errno));
	nr_cpus = 0;
	free(cpus);
	cpus = calloc((size_t)CPU_COUNT(&allowed), sizeof(*cpus));
	if (!cpus)
		return fail("no memory for a list of CPUs");
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &allowed))
			cpus[nr_cpus++] = cpu;
	shuffle(cpus, nr_cpus, &rng);
	return 0;
}

int draws_prepare(bool wanted, uint64_t seed, unsigned int threads)
{
	struct timespec tick;

	on = wanted;
	if (!on)
		return 0;
	boot_seed = seed;
	waits = waits_ns = 0;
	nr_files = nr_pages = 0;
	/* A coarse clock moves with the tick. */
	if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick))
		return fail("the length of a tick cannot be read: %s", strerror(errno));
	tick_ns = (uint64_t)tick.tv_sec * NSEC_PER_SEC + (uint64_t)tick.tv_nsec;
	phases = rng_init(seed, STREAM_PHASES);
	free(of_thread);
	of_thread = calloc(threads, sizeof(*of_thread));
	if (threads && !of_thread)
		return fail("no memory for %u threads", threads);
	for (unsigned int i = 0; i < threads; i++)
		of_thread[i] = rng_init(seed, (uint16_t)(STREAM_THREADS + i));
	return draw_cpus();
}

int draws_use_memory(void)
{
	static const char page[PAGE_BYTES] = "used before";
	struct rng rng = rng_init(boot_seed, STREAM_MEMORY);
	int fd[DRAWS_MAX_FILES], err = 0;
	unsigned int i;

	if (!on)
		return 0;
	nr_files = 1 + (unsigned int)rng_below(&rng, DRAWS_MAX_FILES);
	nr_pages = (unsigned int)rng_below(&rng, DRAWS_MAX_PAGES + 1);
	for (i = 0; i < nr_files; i++) {
		fd[i] = memfd_create("draws", MFD_CLOEXEC);
		err |= fd[i] < 0 ? errno : 0;
	}
	/* Page by page to one file or another, so that the pages of a file are not neighbours. */
	for (i = 0; i < nr_pages && !err; i++) {
		ssize_t n = write(fd[rng_below(&rng, nr_files)], page, PAGE_BYTES);

		if (n != (ssize_t)PAGE_BYTES)
			err = n < 0 ? errno : ENOSPC;
	}
	shuffle(fd, nr_files, &rng);
	for (i = 0; i < nr_files; i++)
		if (fd[i] >= 0)
			close(fd[i]);
	return err ? fail("files in tmpfs (16 MiB at most) failed: %s: see --draws", strerror(err)) : 0;
}

int draws_begin_on_cpu(unsigned int thread)
{
	cpu_set_t one;

	if (!on)
		return 0;
	CPU_ZERO(&one);
	CPU_SET(cpus[thread % nr_cpus], &one);
	/* EINVAL: the CPU went offline meanwhile. The thread then begins where it is. */
	if (sched_setaffinity(0, sizeof(one), &one) && errno != EINVAL)
		return fail("thread %u cannot go to CPU %d: %s", thread, cpus[thread % nr_cpus],
			    strerror(errno));
	if (sched_setaffinity(0, sizeof(allowed), &allowed))
		return fail("thread %u cannot use all CPUs again: %s", thread, strerror(errno));
	return 0;
}

/*
 * Where in a tick the wait begins does not matter: an evenly drawn part of a tick later, all places
 * are equally likely.
 */
static uint64_t wait_part(struct rng *rng)
{
	uint64_t part_ns = rng_below(rng, tick_ns);

	wait_until_ns(now_ns() + part_ns);
	return part_ns;
}

uint64_t draws_wait_phase(void)
{
	return on ? wait_part(&phases) : 0;
}

uint64_t draws_wait_operation(unsigned int thread)
{
	uint64_t from_ns = now_ns();

	if (!on)
		return 0;
	waits_ns += wait_part(&of_thread[thread]);
	waits++;
	return now_ns() - from_ns;
}

json_t *draws_json(void)
{
	json_t *order;

	if (!on)
		return NULL;
	order = json_array();
	for (unsigned int i = 0; i < nr_cpus; i++)
		json_array_append_new(order, json_integer(cpus[i]));
	return json_pack("{s:I, s:o, s:i, s:i, s:I, s:I}", "tick_ns", (json_int_t)tick_ns, "cpus",
			 order, "files", (int)nr_files, "file_pages", (int)nr_pages,
			 "operation_waits", (json_int_t)waits, "operation_waits_ns",
			 (json_int_t)waits_ns);
}
