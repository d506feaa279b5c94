// SPDX-License-Identifier: GPL-2.0
/*
 * A workload that tests dpamt-bench instead of a kernel: it reads the guest's
 * clock, or does on request what must not happen in a good run. It takes the
 * place of dpamt-workload (run --workload build/tests/probe).
 */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench/rundir/file_names.h"

#define SCHEMA	"\"schema\": \"" SCHEMA_RESULT "\", \"version\": 1, "

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0) {
		perror(path);
		exit(1);
	}
	close(fd);
}

/* 100 readings of the clock, some after work, some after sleep, with random bytes between. */
static int clocks(const char *samples)
{
	uint64_t start = now_ns(), last = start;
	FILE *f = fopen(samples, "w");

	if (!f)
		return 1;
	put("/sys/kernel/tracing/trace_marker", "dpamt start");
	fprintf(f, "op,td,thread,seq,start_ns,latency_ns\n");
	for (int i = 0; i < 100; i++) {
		struct timespec pause = { 0, 100000 * (i % 3) };
		uint32_t random = 0, t;
		int fd = open("/dev/urandom", O_RDONLY);

		if (read(fd, &random, sizeof(random)) < 0)
			return 1;
		close(fd);
		for (volatile uint32_t k = random % 10000; k; k--)
			;
		nanosleep(&pause, NULL);
		t = (uint32_t)(now_ns() - last);
		fprintf(f, "clock,%" PRIu32 ",0,%d,%" PRIu64 ",%" PRIu32 "\n", random, i, last - start, t);
		last += t;
	}
	put("/sys/kernel/tracing/trace_marker", "dpamt end");
	printf("{" SCHEMA "\"workload\": \"clock\", \"start_ns\": %" PRIu64 ", \"verify\": \"ok\"}\n",
	       start);
	return fclose(f);
}

/* What a program that is no workload leaves of its own accord. */
static int leave_result(void)
{
	FILE *f;

	if (chdir(getenv("RESULTS_DIR")))
		return 1;
	f = fopen(FILE_RESULT, "w");
	if (!f)
		return 1;
	fprintf(f, "{" SCHEMA "\"verify\": \"ok\"}\n");
	return fclose(f) ? 1 : 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "", *samples = "";

	for (int i = 2; i < argc; i++) {
		if (strncmp(argv[i], "--samples=", 10) == 0)
			samples = argv[i] + 10;
		if (strcmp(argv[i], "--no-such-option") == 0)
			return fprintf(stderr, "dpamt-workload: %s: no option %s\n", verb, argv[i]), 2;
		if (strcmp(argv[i], "--help") == 0)
			return puts("this tests dpamt-bench"), 0;
	}
	if (strcmp(verb, "list") == 0) {
		puts("clock\tread the clock\nexit\tend with a status\nkill\tdie of a signal\n"
		     "panic\tcrash the kernel\nwarn\ta warning in the kernel's log\n"
		     "hang\tnever end\nunverified\tfail verification");
		return 0;
	}
	if (strcmp(verb, "clock") == 0)
		return clocks(samples);
	if (strcmp(verb, "exit") == 0 && argc > 2)
		return fprintf(stderr, "probe: ending as asked\n"), atoi(argv[2]);
	if (strcmp(verb, "leave-result") == 0)
		return leave_result();
	if (strcmp(verb, "kill") == 0)
		return kill(getpid(), SIGSEGV);
	if (strcmp(verb, "panic") == 0)
		put("/proc/sysrq-trigger", "c");
	if (strcmp(verb, "warn") == 0)
		put("/dev/kmsg", "WARNING: CPU: 0 PID: 1 at a test of dpamt-bench\n");
	if (strcmp(verb, "hang") == 0) {
		for (;;)
			pause();
	}
	printf("{" SCHEMA "\"verify\": \"%s\"}\n", strcmp(verb, "unverified") ? "ok" : "td 3 was not destroyed");
	return 0;
}
