// SPDX-License-Identifier: GPL-2.0
/*
 * A whole run directory, as the report reads it. The first byte of an input
 * says which file of a good run the rest takes the place of; NUL bytes in the
 * rest begin a further file, the same way. The good run is made at the start by
 * what SEED_RUN names in the environment, a run directory.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/array_size.h"
#include "analysis/study/metrics.h"
#include "bench/rundir/loaded_run.h"
#include "lib/file.h"
#include "lib/text.h"
#include "fuzz.h"

static const char * const files[] = {
	"header.json", "status.json", "result.json", "samples.csv", "retention.csv",
	"counters-before.txt", "counters-after.txt", "perf-stat.json", "samples.bin", "trace.dat",
};

#define N_FILES ARRAY_SIZE(files)

static char root[] = "/dev/shm/dpamt-fuzz.XXXXXX";
static char *dir;
static struct {
	char *data;		/* NULL: a good run has no such file */
	size_t len;
} good[N_FILES];

static void end(void)
{
	remove_tree(root);
}

static void put(size_t i, const void *data, size_t len)
{
	char *path = xasprintf("%s/%s", dir, files[i]);

	if (data ? write_file(path, data, len) : remove_tree(path))
		abort();
	free(path);
}

static void begin(void)
{
	const char *seed = getenv("SEED_RUN");

	if (!seed || !mkdtemp(root)) {
		fprintf(stderr, "fuzz_run: SEED_RUN=%s, %s: %s\n", seed ? seed : "(unset)", root,
			strerror(errno));
		exit(1);
	}
	atexit(end);
	dir = xasprintf("%s/runs/a", root);
	if (make_dirs(dir))
		abort();
	for (size_t i = 0; i < N_FILES; i++) {
		char *path = xasprintf("%s/%s", seed, files[i]);

		good[i].data = read_file(path, &good[i].len);
		put(i, good[i].data, good[i].len);
		free(path);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool changed[N_FILES] = { 0 };
	struct an_metrics set;
	struct loaded_runs runs = { 0 };
	struct an_boot *boot;

	if (!dir)
		begin();
	while (size) {
		size_t i = data[0] % N_FILES, len;
		const uint8_t *cut;

		data++;
		size--;
		/* binary files are full of NULs: they take all the rest */
		cut = i + 2 >= N_FILES ? NULL : memchr(data, 0, size);
		len = cut ? (size_t)(cut - data) : size;
		put(i, data, len);
		changed[i] = true;
		data += len + !!cut;
		size -= len + !!cut;
	}
	an_metrics_init(&set);
	if (!loaded_runs_add(root, false, &runs)) {
		boot = an_boots_make(&runs);
		for (size_t i = 0; i < runs.nr_runs; i++) {
			if (!boot[i].excluded)
				an_boot_measure(&set, &boot[i], &runs);
		}
		an_boots_free(boot, runs.nr_runs);
		for (size_t i = 0; i < runs.nr_remarks; i++) {
			if (strchr(runs.remark[i], '\n'))
				abort();
		}
	}
	loaded_runs_free(&runs);
	an_metrics_free(&set);
	for (size_t i = 0; i < N_FILES; i++) {
		if (changed[i])
			put(i, good[i].data, good[i].len);
	}
	return 0;
}
