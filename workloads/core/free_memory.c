// SPDX-License-Identifier: GPL-2.0
/*
 * Readings of free memory; see free_memory.h.
 */
#include "free_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kernel-page-flags.h>

#include "lib/array_size.h"
#include "lib/err.h"
#include "lib/number.h"
#include "kstats.h"
#include "layout.h"
#include "proc_file.h"

#define COMPACT_MEMORY "/proc/sys/vm/compact_memory"
#define NR_HUGEPAGES   "/proc/sys/vm/nr_hugepages"
#define KPAGEFLAGS     "/proc/kpageflags"

/* More than any machine has; the kernel stops where it finds no more. */
#define ALL_HUGE_PAGES "1000000"

/* Zone DMA ends here. */
#define DMA_PAGES (UINT64_C(16) * MIB_BYTES / PAGE_BYTES)

/*
 * "Node 0, zone    DMA32      1      2 ...": the text behind the zone's name, NULL if it is another line or
 * zone DMA.
 */
static const char *behind_zone(const char *line)
{
	char zone[16];
	int node, end = 0;

	if (sscanf(line, "Node %d, zone %15[^ ,\n]%n", &node, zone, &end) != 2 || !end)
		return NULL;
	return strcmp(zone, "DMA") ? line + end : NULL;
}

/* Up to @max numbers from @text to the end of its line. Returns how many; 0 if something else is there. */
static unsigned int numbers(const char *text, uint64_t *v, unsigned int max)
{
	unsigned int n = 0;
	char *end;

	for (;;) {
		text += strspn(text, " ");
		if (!*text || *text == '\n')
			return n;
		if (*text < '0' || *text > '9' || n == max)
			return 0;
		v[n++] = strtoull(text, &end, 10);
		text = end;
	}
}

static void forget(uint64_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		v[i] = AGE_UNKNOWN;
}

void free_memory_parse_buddyinfo(const char *text, struct age *a)
{
	uint64_t v[AGE_ORDERS], all[AGE_ORDERS] = { 0 };
	bool any = false;

	forget(a->free_blocks, AGE_ORDERS);
	for (; *text; text = proc_next_line(text)) {
		const char *rest = behind_zone(text);

		if (!rest)
			continue;
		/* other orders than these: a kernel that this file does not know */
		if (numbers(rest, v, AGE_ORDERS) != AGE_ORDERS)
			return;
		any = true;
		for (unsigned int i = 0; i < AGE_ORDERS; i++)
			all[i] += v[i];
	}
	if (any)
		memcpy(a->free_blocks, all, sizeof(all));
}

/* The types of the columns in "Number of blocks type     Unmovable      Movable ...". */
#define MAX_TYPES 16

static unsigned int read_types(const char *text, uint64_t **of, struct age *a)
{
	static const struct {
		const char *name;
		size_t field;
	} types[] = {
		{ "Unmovable", offsetof(struct age, unmovable_blocks) },
		{ "Movable", offsetof(struct age, movable_blocks) },
		{ "Reclaimable", offsetof(struct age, reclaimable_blocks) },
	};
	unsigned int n = 0;
	size_t len, k;

	for (text += strspn(text, " "); *text && *text != '\n' && n < MAX_TYPES;
	     text += len + strspn(text + len, " ")) {
		len = strcspn(text, " \n");
		of[n] = &a->other_blocks;
		for (k = 0; k < ARRAY_SIZE(types); k++)
			if (strlen(types[k].name) == len && !strncmp(text, types[k].name, len))
				of[n] = (uint64_t *)((char *)a + types[k].field);
		n++;
	}
	return n;
}

void free_memory_parse_pagetypeinfo(const char *text, struct age *a)
{
	static const char head[] = "Number of blocks type";
	uint64_t v[MAX_TYPES], *of[MAX_TYPES],
				       *const sums[] = { &a->unmovable_blocks, &a->movable_blocks,
							 &a->reclaimable_blocks, &a->other_blocks };
	unsigned int types = 0, zones = 0;

	for (size_t i = 0; i < ARRAY_SIZE(sums); i++)
		*sums[i] = 0;
	for (; *text; text = proc_next_line(text)) {
		const char *rest;

		if (!strncmp(text, head, strlen(head)))
			types = read_types(text + strlen(head), of, a);
		rest = types ? behind_zone(text) : NULL;
		if (!rest)
			continue;
		if (numbers(rest, v, MAX_TYPES) != types) {
			zones = 0;
			break;
		}
		zones++;
		for (unsigned int i = 0; i < types; i++)
			*of[i] += v[i];
	}
	for (size_t i = 0; !zones && i < ARRAY_SIZE(sums); i++)
		*sums[i] = AGE_UNKNOWN;
}

void free_memory_parse_zoneinfo(const char *text, struct age *a)
{
	bool counts = false, any = false;
	uint64_t sum = 0, count;

	for (; *text; text = proc_next_line(text)) {
		if (!strncmp(text, "Node ", 5))
			counts = behind_zone(text);
		else if (counts && sscanf(text, " count: %" SCNu64, &count) == 1) {
			any = true;
			sum += count;
		}
	}
	a->percpu_pages = any ? sum : AGE_UNKNOWN;
}

#define FLAG(name) (UINT64_C(1) << KPF_##name)

/*
 * Free, a huge page that was asked for, or memory of a process or a file that the kernel can put elsewhere:
 * not guest_memfd's.
 */
static bool can_go(uint64_t flags)
{
	return flags & (FLAG(BUDDY) | FLAG(ANON) | FLAG(HUGE)) ||
	       (flags & FLAG(LRU) && !(flags & FLAG(UNEVICTABLE)));
}

uint64_t free_memory_blocked(const uint64_t *flags, size_t n)
{
	uint64_t blocked = 0;

	for (size_t at = 0; at < n; at += REGION_PAGES) {
		bool stays = false;

		for (size_t i = at; i < n && i < at + REGION_PAGES; i++)
			stays |= !(flags[i] & FLAG(NOPAGE)) && !can_go(flags[i]);
		blocked += stays;
	}
	return blocked;
}

/* From @fd, /proc/kpageflags. */
static uint64_t count_blocked(int fd)
{
	static uint64_t flags[64 * REGION_PAGES];
	uint64_t blocked = 0, at = DMA_PAGES;
	ssize_t n = -1;

	while (fd >= 0 && (n = pread(fd, flags, sizeof(flags), (off_t)(at * sizeof(*flags)))) > 0) {
		blocked += free_memory_blocked(flags, (size_t)n / sizeof(*flags));
		at += (uint64_t)n / sizeof(*flags);
	}
	return n < 0 ? AGE_UNKNOWN : blocked;
}

static void read_pamt(struct age *a)
{
	int64_t pairs, got, put;

	a->pamt_pairs = a->tdx_pages = AGE_UNKNOWN;
	if (!kstat("pamt", "pamt_pairs", &pairs) || !kstat("pamt", "pamt_get", &got) ||
	    !kstat("pamt", "pamt_put", &put) || pairs < 0 || got < put)
		return;
	a->pamt_pairs = (uint64_t)pairs;
	a->tdx_pages = (uint64_t)(got - put);
}

void free_memory_read(struct age *a)
{
	static struct proc_file buddyinfo = { "/proc/buddyinfo", -1 },
				pagetypeinfo = { "/proc/pagetypeinfo", -1 },
				zoneinfo = { "/proc/zoneinfo", -1 };

	free_memory_parse_buddyinfo(proc_file_read(&buddyinfo), a);
	free_memory_parse_pagetypeinfo(proc_file_read(&pagetypeinfo), a);
	free_memory_parse_zoneinfo(proc_file_read(&zoneinfo), a);
	read_pamt(a);
	a->huge_pages = a->blocked_2m = AGE_UNKNOWN;
}

const char *free_memory_huge_unavailable(void)
{
	if (access(NR_HUGEPAGES, W_OK))
		return "--huge needs " NR_HUGEPAGES " (CONFIG_HUGETLBFS) and root: use --huge off";
	if (access(COMPACT_MEMORY, W_OK))
		return "--huge needs " COMPACT_MEMORY
		       " (CONFIG_COMPACTION) and root: use --huge off";
	return NULL;
}

/*
 * The kernel gathers free pages from the lists of CPUs only after it has reclaimed something. So there is
 * something: pages that it may drop. It does not always: kswapd may be faster. So it is asked again until it
 * has twice not given more.
 */
#define LURE_BYTES (UINT64_C(8) << 20)
#define MAX_TIMES  6

static struct files {
	int compact, nr, flags;
	char *lure;
} files = { -1, -1, -1, NULL };

/* Opening a file, or a large buffer to read it, takes memory, and there will be none left. */
static int get_ready(void)
{
	if (files.lure)
		return 0;
	files.compact = open(COMPACT_MEMORY, O_WRONLY | O_CLOEXEC);
	files.nr = open(NR_HUGEPAGES, O_RDWR | O_CLOEXEC);
	files.flags =
		open(KPAGEFLAGS, O_RDONLY | O_CLOEXEC); /* without it, blocked_2m is not known */
	if (files.compact < 0 || files.nr < 0)
		return fail("%s: %s", files.nr < 0 ? NR_HUGEPAGES : COMPACT_MEMORY,
			    strerror(errno));
	files.lure = mmap(NULL, LURE_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (files.lure == MAP_FAILED)
		return fail("no address space of %" PRIu64 " bytes", LURE_BYTES);
	madvise(files.lure, LURE_BYTES, MADV_NOHUGEPAGE);
	return 0;
}

static int put(int fd, const char *path, const char *text)
{
	if (pwrite(fd, text, strlen(text), 0) == (ssize_t)strlen(text))
		return 0;
	return fail("%s: '%s' is refused: %s", path, text, strerror(errno));
}

static int huge_pages(uint64_t *n)
{
	char text[24] = "";
	ssize_t len = pread(files.nr, text, sizeof(text) - 1, 0);

	text[len > 0 ? strcspn(text, "\n") : 0] = '\0';
	return parse_u64(text, 0, UINT64_MAX, n) ? 0 : fail(NR_HUGEPAGES " cannot be read");
}

/* Take all huge pages that the kernel gives, look at what is left, and give them back. */
static int take_all(uint64_t had, uint64_t *got, uint64_t *blocked)
{
	char before[24];
	uint64_t after;
	int ret;

	snprintf(before, sizeof(before), "%" PRIu64, had);
	for (uint64_t at = 0; at < LURE_BYTES; at += PAGE_BYTES)
		files.lure[at] = 1;
	madvise(files.lure, LURE_BYTES, MADV_FREE);
	ret = put(files.nr, NR_HUGEPAGES, ALL_HUGE_PAGES) || huge_pages(got);
	*blocked = count_blocked(files.flags);
	ret = put(files.nr, NR_HUGEPAGES, before) || ret;
	madvise(files.lure, LURE_BYTES, MADV_DONTNEED);
	if (ret || huge_pages(&after))
		return -1;
	if (after != had)
		return fail(NR_HUGEPAGES " is %" PRIu64 " after it was set to %" PRIu64
					 ": somebody else uses huge pages",
			    after, had);
	*got -= had;
	return 0;
}

int free_memory_try_huge(struct age *a)
{
	uint64_t had, got, blocked;
	int in_vain = 0;

	if (get_ready() || huge_pages(&had) || put(files.compact, COMPACT_MEMORY, "1"))
		return -1;
	a->huge_pages = 0;
	for (int i = 0; i < MAX_TIMES && in_vain < 2; i++) {
		if (take_all(had, &got, &blocked))
			return -1;
		if (!i || blocked < a->blocked_2m)
			a->blocked_2m = blocked;
		in_vain = got > a->huge_pages ? 0 : in_vain + 1;
		if (got > a->huge_pages)
			a->huge_pages = got;
	}
	return 0;
}
