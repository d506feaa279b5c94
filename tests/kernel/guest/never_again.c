// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that the kernel leaked because the TDX module kept them: does anybody get them again?
 *
 * usage: never_again HPA... (hexadecimal, of pages charged to the cgroup of books.h)
 *
 * Takes nearly all free memory, page by page, and looks up where each page lies; makes TDs while
 * memory is short, and again when it is not. Proven wrong if one of the pages is a process's, lies
 * with the page allocator, is charged to nobody, or if the module refuses a page that it is given.
 *
 * One line: pages touched, bytes that were left, TDs made. Exit status 1 with a line on stderr if a
 * page came back.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/kernel-page-flags.h>

#include "lib/array_size.h"
#include "workloads/core/layout.h"
#include "books.h"
#include "td_steps.h"

#define CHUNK_BYTES	(UINT64_C(2) << 20)
#define LEAVE_BYTES	(UINT64_C(12) << 20)	/* above what the kernel keeps for emergencies */
#define PM_PFN		((UINT64_C(1) << 55) - 1)
#define PM_PRESENT	(UINT64_C(1) << 63)
#define MAX_HPAS	16
#define REGIONS_SHORT	4
#define REGIONS_AMPLE	64

static uint64_t pfns[MAX_HPAS];
static int nr_pfns;

static uint64_t free_bytes(void)
{
	struct sysinfo info;

	if (sysinfo(&info))
		die("sysinfo: %s", strerror(errno));
	return (uint64_t)info.freeram * info.mem_unit;
}

static uint64_t proc_word(const char *path, uint64_t index)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint64_t word;

	if (fd < 0 || pread(fd, &word, sizeof(word), (off_t)(index * sizeof(word))) != sizeof(word))
		die("%s at %" PRIu64 ": %s", path, index, strerror(errno));
	close(fd);
	return word;
}

static void check_chunk(int pagemap, const char *chunk)
{
	uint64_t entry[CHUNK_BYTES / PAGE_BYTES];

	if (pread(pagemap, entry, sizeof(entry),
		  (off_t)((uintptr_t)chunk / PAGE_BYTES * sizeof(entry[0]))) != sizeof(entry))
		die("/proc/self/pagemap: %s", strerror(errno));
	for (size_t i = 0; i < CHUNK_BYTES / PAGE_BYTES; i++) {
		if (!(entry[i] & PM_PRESENT))
			die("a page that was touched is not there");
		for (int k = 0; k < nr_pfns; k++)
			if ((entry[i] & PM_PFN) == pfns[k])
				die("page 0x%" PRIx64 " was handed out again",
				    pfns[k] * PAGE_BYTES);
	}
}

/* In a child: take memory until little is left, report how many pages, and hold them. */
static void fill(int to)
{
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t pages = 0;

	while (free_bytes() > LEAVE_BYTES) {
		char *chunk = mmap(NULL, CHUNK_BYTES, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (chunk == MAP_FAILED || madvise(chunk, CHUNK_BYTES, MADV_NOHUGEPAGE))
			die("mmap: %s", strerror(errno));
		for (uint64_t at = 0; at < CHUNK_BYTES; at += PAGE_BYTES)
			chunk[at] = 1;
		check_chunk(pagemap, chunk);
		pages += CHUNK_BYTES / PAGE_BYTES;
	}
	if (write(to, &pages, sizeof(pages)) != sizeof(pages))
		die("write: %s", strerror(errno));
	pause();
}

/* Calls of leaf functions that take a page, and failed. */
static uint64_t refused(void)
{
	static const char *const takes[] = {
		"MNG.CREATE", "MNG.ADDCX", "VP.CREATE", "VP.ADDCX", "MEM.SEPT.ADD", "MEM.PAGE.ADD",
		"MEM.PAGE.AUG", "PHYMEM.PAMT.ADD"
	};
	char line[128], name[64];
	uint64_t errors, sum = 0;
	FILE *f = fopen("/sys/kernel/debug/soft_tdx/leaves", "re");

	if (!f)
		die("soft_tdx/leaves: %s", strerror(errno));
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%63s %*u %" SCNu64, name, &errors) == 2)
			for (size_t i = 0; i < ARRAY_SIZE(takes); i++)
				sum += strcmp(name, takes[i]) ? 0 : errors;
	fclose(f);
	return sum;
}

/* A TD's whole life in a child. */
static void live(unsigned int regions)
{
	int ended;
	pid_t child = fork();

	if (child == 0) {
		struct td td;

		steps_open(regions, 1, 1);
		for (enum step step = STEP_CREATE; step < STEP_NR; step++)
			if (step_do(step, &td))
				die("step %s failed: %s", step_names[step], td_failure());
		_exit(0);
	}
	if (child < 0 || waitpid(child, &ended, 0) != child || ended)
		die("a TD of %u regions could not live", regions);
}

static void check_leaked(void)
{
	for (int i = 0; i < nr_pfns; i++) {
		if (proc_word("/proc/kpageflags", pfns[i]) & (1 << KPF_BUDDY | 1 << KPF_LRU))
			die("page 0x%" PRIx64 " is free or a process's", pfns[i] * PAGE_BYTES);
		if (!proc_word("/proc/kpagecgroup", pfns[i]))
			die("page 0x%" PRIx64 " is charged to nobody: it was freed",
			    pfns[i] * PAGE_BYTES);
	}
}

int main(int argc, char **argv)
{
	uint64_t pages, left, before;
	int channel[2];
	pid_t filler;

	if (argc < 2 || argc - 1 > MAX_HPAS)
		die("usage: never_again HPA...");
	for (nr_pfns = 0; nr_pfns < argc - 1; nr_pfns++) {
		char *end;

		pfns[nr_pfns] = strtoull(argv[nr_pfns + 1], &end, 16) / PAGE_BYTES;
		if (*end || !pfns[nr_pfns])
			die("'%s' is not an address", argv[nr_pfns + 1]);
	}
	check_leaked();
	before = refused();

	if (pipe(channel))
		die("pipe: %s", strerror(errno));
	filler = fork();
	if (filler == 0) {
		close(channel[0]);
		fill(channel[1]);
	}
	close(channel[1]);
	if (filler < 0 || read(channel[0], &pages, sizeof(pages)) != sizeof(pages))
		die("memory could not be filled");
	left = free_bytes();
	live(REGIONS_SHORT);
	kill(filler, SIGKILL);
	waitpid(filler, NULL, 0);
	live(REGIONS_AMPLE);

	check_leaked();
	if (refused() != before)
		die("the TDX module refused a page: it was handed out while the module owned it");
	printf("%" PRIu64 " pages touched, %" PRIu64 " bytes left, 2 TDs made\n", pages, left);
	return 0;
}
