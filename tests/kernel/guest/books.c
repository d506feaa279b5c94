// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the counters of tdx_stats and soft_tdx in debugfs, /proc/kpagecgroup, and /dev/kmsg.
 *
 * kmemleak does not know pages, and memory.stat is brought up to date late, so pages that leak are
 * found by asking for each page of memory to which cgroup it is charged.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <linux/kernel-page-flags.h>

#include "lib/text.h"
#include "books.h"

#define DEBUG_DIR	"/sys/kernel/debug/"
#define CGROUP_ROOT	"/sys/fs/cgroup"
#define CGROUP		CGROUP_ROOT "/books"

/* Flags that only pages of processes and files have. */
#define USER_PAGE	(1 << KPF_UPTODATE | 1 << KPF_LRU | 1 << KPF_MMAP | 1 << KPF_ANON | \
			 1 << KPF_SWAPBACKED)

/* How long pages that a callback or a worker is yet to free are waited for. */
#define SETTLE_MS	5000

const char *const book_names[BOOK_NR] = {
	"tdr", "tdcx", "tdvpr", "sept", "guest", "leaked", "held", "refs", "added", "pairs",
	"held_back", "lost"
};

static uint64_t cgroup_ino;
static int kmsg = -1;

void die(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

void put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t len = (ssize_t)strlen(text);

	if (fd < 0 || write(fd, text, (size_t)len) != len)
		die("writing '%s' to %s failed: %s", text, path, strerror(errno));
	close(fd);
}

void books_open(void)
{
	struct stat st;

	if (access(CGROUP_ROOT "/cgroup.controllers", F_OK) &&
	    mount("none", CGROUP_ROOT, "cgroup2", 0, NULL))
		die("mounting cgroup2 failed: %s", strerror(errno));
	put_file(CGROUP_ROOT "/cgroup.subtree_control", "+memory");
	if (mkdir(CGROUP, 0755) && errno != EEXIST)
		die("making %s failed: %s", CGROUP, strerror(errno));
	if (stat(CGROUP, &st))
		die("%s: %s", CGROUP, strerror(errno));
	cgroup_ino = st.st_ino;
}

void books_enter(void)
{
	put_file(CGROUP "/cgroup.procs", "0");
}

int64_t counter(const char *file, const char *name)
{
	char path[128], line[128], key[64];
	int64_t value;
	FILE *f;

	snprintf(path, sizeof(path), DEBUG_DIR "%s", file);
	f = fopen(path, "re");
	if (!f)
		die("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%63s %" SCNd64, key, &value) == 2 && !strcmp(key, name)) {
			fclose(f);
			return value;
		}
	}
	die("%s has no %s", path, name);
}

static int open_proc(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

/*
 * The kernel's own pages, of all memory, that are charged to the cgroup. Pages of processes and
 * files are left out: they may linger in the LRU's batches.
 */
static int64_t charged_pages(void)
{
	static uint64_t ino[32768];
	int cgroup_fd = open_proc("/proc/kpagecgroup"), flags_fd = open_proc("/proc/kpageflags");
	uint64_t first = 0, flags;
	int64_t pages = 0;
	ssize_t n;

	while ((n = read(cgroup_fd, ino, sizeof(ino))) > 0) {
		size_t nr = (size_t)n / sizeof(ino[0]);

		for (size_t i = 0; i < nr; i++) {
			if (ino[i] != cgroup_ino)
				continue;
			if (pread(flags_fd, &flags, sizeof(flags),
				  (off_t)((first + i) * sizeof(flags))) != sizeof(flags))
				die("/proc/kpageflags is shorter than /proc/kpagecgroup");
			pages += !(flags & USER_PAGE);
		}
		first += nr;
	}
	if (n < 0)
		die("reading /proc/kpagecgroup failed: %s", strerror(errno));
	close(cgroup_fd);
	close(flags_fd);
	return pages;
}

void books_read_fast(struct books *b)
{
	static const char *const pages[] = {
		"pages_tdr", "pages_tdcx", "pages_tdvpr", "pages_sept", "pages_guest"
	};
	int64_t *v = b->value;

	for (int i = BOOK_TDR; i <= BOOK_GUEST; i++)
		v[i] = counter("soft_tdx/pages", pages[i]);
	v[BOOK_LEAKED] = counter("tdx_stats/sept", "spt_leaked_pages");
	v[BOOK_HELD] = counter("tdx_stats/sept", "spt_held_pages");
	v[BOOK_REFS] =
		counter("tdx_stats/pamt", "pamt_get") - counter("tdx_stats/pamt", "pamt_put");
	v[BOOK_ADDED] =
		counter("tdx_stats/pamt", "pamt_add") - counter("tdx_stats/pamt", "pamt_remove");
	v[BOOK_PAIRS] = counter("tdx_stats/pamt", "pamt_pairs");
	v[BOOK_HELD_BACK] = counter("tdx_stats/pamt", "pamt_pairs_held_back");
}

/* Guest pages are the guest_memfd's, which frees them whoever owns them. */
static void read_lost(int64_t *v)
{
	v[BOOK_LOST] = charged_pages() - 2 * v[BOOK_PAIRS];
	for (int i = BOOK_TDR; i <= BOOK_SEPT; i++)
		v[BOOK_LOST] -= v[i];
}

/*
 * A guest page that its guest_memfd gave up stays allocated while it is in a CPU's LRU batch, and
 * no flag tells it from the kernel's own pages. move_pages() empties the batches of all CPUs
 * first; here it has no page to move.
 */
static void drain_lru_batches(void)
{
	int none;

	if (syscall(SYS_move_pages, 0, 0UL, NULL, &none, &none, 0))
		die("move_pages() failed: %s", strerror(errno));
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

void books_read(struct books *books, const struct books *before)
{
	uint64_t start = now_ms();
	int64_t settled = before ? before->value[BOOK_LOST] : -1;

	/*
	 * Kernel stacks and vmalloc areas of processes gone are freed by callbacks, then by a
	 * worker.
	 */
	for (;;) {
		put_file("/sys/module/rcutree/parameters/do_rcu_barrier", "1");
		drain_lru_batches();
		books_read_fast(books);
		read_lost(books->value);
		if (books->value[BOOK_LOST] == settled || now_ms() - start >= SETTLE_MS)
			break;
		if (!before)
			settled = books->value[BOOK_LOST];
	}
}

/*
 * How many pairs a number of references needs depends on where their pages lie, so pairs are shown
 * only if they do not come with references.
 */
static bool shown(enum book book, const int64_t *delta)
{
	if (book == BOOK_PAIRS)
		return delta[BOOK_PAIRS] && !delta[BOOK_REFS];
	if (book == BOOK_ADDED)
		return delta[BOOK_ADDED] != delta[BOOK_PAIRS];
	return delta[book];
}

const char *books_diff(const struct books *before, const struct books *after)
{
	static char *text;
	int64_t delta[BOOK_NR];
	size_t bytes;
	FILE *f;

	free(text);
	f = xopen_memstream(&text, &bytes);
	for (int i = 0; i < BOOK_NR; i++)
		delta[i] = after->value[i] - before->value[i];
	for (enum book i = 0; i < BOOK_NR; i++) {
		if (shown(i, delta))
			fprintf(f, "%s%s=%" PRId64, ftell(f) ? " " : "", book_names[i], delta[i]);
	}
	fclose(f);
	return *text ? text : "-";
}

void warnings_rearm(void)
{
	put_file(DEBUG_DIR "clear_warn_once", "1");
}

void warnings_start(void)
{
	warnings_rearm();
	if (kmsg >= 0)
		close(kmsg);
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg < 0 || lseek(kmsg, 0, SEEK_END) < 0)
		die("/dev/kmsg: %s", strerror(errno));
}

static bool is_warning(const char *text)
{
	return !strncmp(text, "WARNING: ", 9) || !strncmp(text, "BUG: ", 5) ||
	       strstr(text, "kernel BUG at") || strstr(text, "KASAN: ");
}

unsigned int warnings_seen(void)
{
	unsigned int seen = 0;
	char record[8192];
	ssize_t n;

	for (;;) {
		const char *text;

		n = read(kmsg, record, sizeof(record) - 1);
		if (n < 0 && errno == EPIPE)	/* overwritten: the log is too small */
			die("/dev/kmsg lost records: boot with a larger log_buf_len");
		if (n < 0)
			break;
		record[n] = '\0';
		text = strchr(record, ';');
		seen += text && is_warning(text + 1);
	}
	if (errno != EAGAIN)
		die("reading /dev/kmsg failed: %s", strerror(errno));
	return seen;
}
