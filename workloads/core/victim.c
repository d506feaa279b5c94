// SPDX-License-Identifier: GPL-2.0
/*
 * A process that needs memory; see victim.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/err.h"
#include "lib/page_size.h"
#include "arrivals.h"
#include "dirty_limit.h"
#include "layout.h"
#include "memcg.h"
#include "neighbour.h"
#include "oom.h"
#include "ram_disk.h"
#include "victim.h"

#define THP_ENABLED "/sys/kernel/mm/transparent_hugepage/enabled"

/* Between two attempts of a write that got ENOMEM. */
#define RETRY_NS (UINT64_C(1) * 1000 * 1000)

/* Pages written between two looks at what of the file is dirty. */
#define LOOK_PAGES 64

static struct neighbour victim;
static bool limit_is_set;

/* What the victim shares with its parent. */
static struct shared {
	atomic_bool stop;
	struct victim_record record; /* the victim's alone until it has ended */
} * shared;

static void set_thp(const char *word)
{
	int fd = open(THP_ENABLED, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, word, strlen(word)) < 0)
		warn(THP_ENABLED ": '%s' is refused: %s", word, strerror(errno));
	close(fd);
}

const char *victim_unavailable(enum victim_kind kind)
{
	if (kind == VICTIM_HUGE && access(THP_ENABLED, W_OK))
		return "a victim with huge pages needs transparent huge pages (CONFIG_TRANSPARENT_HUGEPAGE) and root";
	return kind == VICTIM_FILE ? ram_disk_unavailable() : NULL;
}

void victim_drop(const struct victim *v, char *from, uint64_t at)
{
	if (at % v->drop_bytes == 0)
		madvise(from + at, v->drop_bytes, MADV_DONTNEED);
}

/* Add to the victim's record what it stalled for since it last was here. */
static void record_stall(const struct victim *v, uint64_t *stalled_us)
{
	uint64_t now_us;

	/* Where the kernel does not tell, do not ask at the limit again. */
	if (!shared->record.stalls_known)
		return;
	if (!v->in_memcg || !memcg_inner_stalled(&now_us)) {
		shared->record.stalls_known = false;
		return;
	}
	shared->record.stalls += now_us > *stalled_us;
	shared->record.stalled_us += now_us - *stalled_us;
	*stalled_us = now_us;
}

static char *memory;  /* of a victim that renews memory */
static int file = -1; /* of one that writes */
static char page[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));

static int hold_memory(const struct victim *v)
{
	memory = mmap(NULL, v->bytes + REGION_BYTES, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return fail("no address space of %" PRIu64 " bytes for the victim", v->bytes);
	memory += -(uintptr_t)memory % REGION_BYTES;
	madvise(memory, v->bytes, v->kind == VICTIM_HUGE ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	for (uint64_t at = 0; at < v->bytes; at += PAGE_BYTES)
		memory[at] = 1;
	return 0;
}

/* A file with all its blocks, in the cache and written back. */
static int hold_file(const struct victim *v)
{
	file = ram_disk_file(v->bytes);
	if (file < 0)
		return -1;
	memset(page, 1, sizeof(page));
	for (uint64_t at = 0; at < v->bytes; at += PAGE_BYTES)
		if (pwrite(file, page, PAGE_BYTES, (off_t)at) != PAGE_BYTES)
			return fail("the victim's file: %s", strerror(errno));
	return fsync(file) ? fail("the victim's file: fsync: %s", strerror(errno)) : 0;
}

static long sleeps(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_nvcsw;
}

/* What of the file is in the cache, before the page at @at is written. */
static void look(const struct victim *v, uint64_t at)
{
	struct victim_record *r = &shared->record;
	struct cached now;

	if (!file_cached(file, at, PAGE_BYTES, &now))
		r->lost_pages += !now.pages;
	if (at / PAGE_BYTES % LOOK_PAGES || file_cached(file, 0, v->bytes, &now))
		return;
	if (r->dirty_peak_pages < now.dirty_pages)
		r->dirty_peak_pages = now.dirty_pages;
	if (r->writeback_peak_pages < now.writeback_pages)
		r->writeback_peak_pages = now.writeback_pages;
}

/* One page of the file; ENOMEM is tried again until the victim is to end. */
static int write_page(uint64_t at)
{
	while (pwrite(file, page, PAGE_BYTES, (off_t)at) != PAGE_BYTES) {
		if (errno != ENOMEM)
			return fail("the victim's file: write: %s", strerror(errno));
		shared->record.refused++;
		if (shared->stop)
			break;
		wait_until_ns(now_ns() + RETRY_NS);
	}
	return 0;
}

/* Sets *@slept where a write slept. */
static int need_page(const struct victim *v, uint64_t at, uint64_t *start_ns, uint64_t *end_ns)
{
	long slept;
	int ret;

	if (v->kind != VICTIM_FILE) {
		victim_drop(v, memory, at);
		*start_ns = now_ns();
		memory[at] = 1;
		*end_ns = now_ns();
		return 0;
	}
	look(v, at);
	page[0]++;
	slept = sleeps();
	*start_ns = now_ns();
	ret = write_page(at);
	*end_ns = now_ns();
	shared->record.slept += sleeps() > slept;
	return ret;
}

/* After the page at @at was written. */
static int sync_if_due(struct victim *v, uint64_t at)
{
	uint64_t start_ns;

	if (v->kind != VICTIM_FILE || !v->sync_bytes || (at + PAGE_BYTES) % v->sync_bytes)
		return 0;
	start_ns = now_ns();
	if (fdatasync(file))
		return fail("the victim's file: fdatasync: %s", strerror(errno));
	samples_add(&v->log, v->op + 2, 0, (uint32_t)shared->record.pages, start_ns, now_ns());
	shared->record.syncs++;
	return 0;
}

static int need_memory(int order, int answer, const void *arg)
{
	struct victim v = *(const struct victim *)arg;
	uint64_t piece = v.kind == VICTIM_HUGE ? REGION_BYTES : PAGE_BYTES, at, go;
	uint64_t stalled_us = 0;
	struct arrivals a = {
		.kind = ARRIVALS_UNIFORM,
		.per_second = (double)v.per_second,
		.threads = 1,
	};
	struct open_loop loop;

	if ((v.in_memcg && memcg_enter_inner()) || oom_score(true))
		return -1;
	if (mlockall(MCL_CURRENT))
		return fail("the victim's memory cannot be locked: %s: be root", strerror(errno));
	if (v.kind == VICTIM_FILE ? hold_file(&v) : hold_memory(&v))
		return -1;
	/* Once before there is a limit: opening a file is refused memory there. */
	shared->record =
		(struct victim_record){ .stalls_known = true, .file_known = v.kind == VICTIM_FILE };
	record_stall(&v, &stalled_us);
	if (!neighbour_tell(answer, 0) || !neighbour_hear(order, &go))
		return -1;
	record_stall(&v, &stalled_us);
	shared->record.stalls = shared->record.stalled_us = 0;
	a.start_ns = now_ns();
	loop = open_loop_init(&a, UINT64_MAX);
	if (!neighbour_tell(answer, 0))
		return -1;
	for (at = 0; !shared->stop && v.log.end - v.log.next >= 3; at = (at + piece) % v.bytes) {
		uint64_t due_ns = open_loop_wait(&loop), start_ns, end_ns;

		if (shared->stop)
			break;
		if (need_page(&v, at, &start_ns, &end_ns))
			return -1;
		samples_add(&v.log, v.op, 0, (uint32_t)shared->record.pages, start_ns, end_ns);
		samples_add(&v.log, v.op + 1, 0, (uint32_t)shared->record.pages, due_ns, end_ns);
		shared->record.pages++;
		if (sync_if_due(&v, at))
			return -1;
		record_stall(&v, &stalled_us);
	}
	return v.kind == VICTIM_FILE ? ram_disk_end(file) : 0;
}

int victim_fork(const struct victim *v)
{
	uint64_t ready;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		return fail("no memory to share with the victim");
	limit_is_set = v->kind == VICTIM_FILE;
	if (limit_is_set ? dirty_limit_set(v->dirty_bytes) : (set_thp("madvise"), 0))
		return -1;
	if (neighbour_fork(&victim, need_memory, v))
		return -1;
	return neighbour_hear(victim.answer, &ready) ? 0 : fail("the victim did not begin");
}

int victim_begin(void)
{
	uint64_t ready;

	return neighbour_tell(victim.order, 0) && neighbour_hear(victim.answer, &ready)
		       ? 0
		       : fail("the victim did not begin");
}

int victim_end(struct victim_record *record)
{
	int status, ret;

	shared->stop = true;
	status = neighbour_end(&victim, false);
	*record = shared->record;
	munmap(shared, sizeof(*shared));
	ret = limit_is_set ? dirty_limit_restore() : 0;
	if (WIFSIGNALED(status))
		return fail("the victim was killed by signal %d", WTERMSIG(status));
	return status ? fail("the victim failed") : ret;
}

static void set(json_t *result, const char *key, bool known, uint64_t value)
{
	json_object_set_new(result, key, known ? json_integer((json_int_t)value) : json_null());
}

void victim_json(const struct victim_record *r, json_t *result)
{
	set(result, "victim_stalls", r->stalls_known, r->stalls);
	set(result, "victim_stalled_us", r->stalls_known, r->stalled_us);
	set(result, "victim_refused", r->file_known, r->refused);
	set(result, "victim_slept", r->file_known, r->slept);
	set(result, "victim_lost_pages", r->file_known, r->lost_pages);
	set(result, "victim_dirty_peak_pages", r->file_known, r->dirty_peak_pages);
	set(result, "victim_writeback_peak_pages", r->file_known, r->writeback_peak_pages);
}
