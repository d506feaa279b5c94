// SPDX-License-Identifier: GPL-2.0
/*
 * Does an emulator give two busy CPUs equal turns? A thread on each of CPU 0 and 1 reads the clock for
 * 100 spans of 4 ms. Prints, per CPU, the longest time between two readings, and the spans without any.
 */
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/clock.h"

#define SPANS		100
#define SPAN_NS		4000000ULL	/* a tick at HZ=250 */

static pthread_barrier_t ready;
static uint64_t start_ns, readings[2][SPANS], longest_gap_ns[2];

static void *read_clock(void *arg)
{
	int cpu = *(int *)arg;
	uint64_t last, now;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		perror("sched_setaffinity");
	if (pthread_barrier_wait(&ready) == PTHREAD_BARRIER_SERIAL_THREAD)
		start_ns = now_ns();
	pthread_barrier_wait(&ready);
	for (last = start_ns; (now = now_ns()) - start_ns < SPANS * SPAN_NS; last = now) {
		readings[cpu][(now - start_ns) / SPAN_NS]++;
		if (now - last > longest_gap_ns[cpu])
			longest_gap_ns[cpu] = now - last;
	}
	return NULL;
}

int main(void)
{
	int cpus[2] = { 0, 1 };
	pthread_t threads[2];

	pthread_barrier_init(&ready, NULL, 2);
	for (int i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, read_clock, &cpus[i]))
			return 1;
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 2; i++) {
		unsigned int without = 0;

		for (int k = 0; k < SPANS; k++)
			without += !readings[i][k];
		printf("cpu%d longest_gap_ns %llu spans_without_turn %u\n", i,
		       (unsigned long long)longest_gap_ns[i], without);
	}
	return 0;
}
