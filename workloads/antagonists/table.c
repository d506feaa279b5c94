// SPDX-License-Identifier: GPL-2.0
/*
 * What each antagonist does, a few lines each. They need nothing but system calls, so that they run
 * in a VM without a file system.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/falloc.h>

#include "lib/err.h"
#include "antagonist.h"

#define COMPACT_MEMORY	"/proc/sys/vm/compact_memory"
/* Longer than a system call, shorter than a scheduler's slice: 2^16 steps are about 0.1 ms. */
#define HOG_STEPS	(1U << 16)
#define CACHE_BYTES	(16 << 20)
#define CACHE_CHUNK	(64 << 10)

static int nothing_to_set_up(void)
{
	return 0;
}

/* Creating a tmpfs file and dropping it frees its inode by call_rcu(); no name, so no directory. */
static int rcu_flood(void)
{
	int fd = memfd_create("rcu-flood", MFD_CLOEXEC);

	if (fd < 0)
		return fail("antagonist rcu-flood: memfd_create failed: %s", strerror(errno));
	close(fd);
	return 0;
}

static int cpu_hog(void)
{
	static volatile uint32_t sink;
	uint32_t x = sink | 1, i;

	for (i = 0; i < HOG_STEPS; i++)
		x = x * 1664525 + 1013904223;
	sink = x;
	return 0;
}

static int cache_fd = -1;
static char cache_chunk[CACHE_CHUNK];

static int page_cache_setup(void)
{
	cache_fd = memfd_create("page-cache", MFD_CLOEXEC);
	if (cache_fd < 0)
		return fail("antagonist page-cache: memfd_create failed: %s", strerror(errno));
	return 0;
}

/* Fill a tmpfs file, read it, give its pages back. */
static int page_cache(void)
{
	off_t at;

	for (at = 0; at < CACHE_BYTES; at += CACHE_CHUNK)
		if (pwrite(cache_fd, cache_chunk, CACHE_CHUNK, at) != CACHE_CHUNK)
			goto out_fail;
	for (at = 0; at < CACHE_BYTES; at += CACHE_CHUNK)
		if (pread(cache_fd, cache_chunk, CACHE_CHUNK, at) != CACHE_CHUNK)
			goto out_fail;
	if (!fallocate(cache_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, CACHE_BYTES))
		return 0;
out_fail:
	return fail("antagonist page-cache: a tmpfs file of 16 MiB failed: %s", strerror(errno));
}

static int compact_fd = -1;

static const char *compaction_unavailable(void)
{
	if (access(COMPACT_MEMORY, F_OK))
		return "the kernel has no " COMPACT_MEMORY " (CONFIG_COMPACTION)";
	return access(COMPACT_MEMORY, W_OK) ? "writing " COMPACT_MEMORY " takes root" : NULL;
}

static int compaction_setup(void)
{
	compact_fd = open(COMPACT_MEMORY, O_WRONLY | O_CLOEXEC);
	if (compact_fd < 0)
		return fail("antagonist compaction: " COMPACT_MEMORY ": %s", strerror(errno));
	return 0;
}

/* Compacts all zones of all nodes; returns when that is done. */
static int compaction(void)
{
	if (pwrite(compact_fd, "1", 1, 0) != 1 && errno != EINTR)
		return fail("antagonist compaction: " COMPACT_MEMORY ": %s", strerror(errno));
	return 0;
}

const struct antagonist antagonists[] = {
	{ "rcu-flood", "creates and drops tmpfs files: queues RCU callbacks without end",
	  NULL, nothing_to_set_up, rcu_flood },
	{ "cpu-hog", "computes: takes a share of one CPU", NULL, nothing_to_set_up, cpu_hog },
	{ "page-cache", "writes, reads and drops 16 MiB of tmpfs: moves pages through the allocator",
	  NULL, page_cache_setup, page_cache },
	{ "compaction", "has the kernel compact all memory, over and over",
	  compaction_unavailable, compaction_setup, compaction },
	{ 0 }
};
