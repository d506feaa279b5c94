// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that hold memory, and one that wants some; see neighbours.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/err.h"
#include "lib/page_size.h"
#include "arrivals.h"
#include "layout.h"
#include "memcg.h"
#include "neighbour.h"
#include "neighbours.h"
#include "oom.h"

#define THP_ENABLED "/sys/kernel/mm/transparent_hugepage/enabled"

static struct neighbour holder[HOLDERS], victim;
static unsigned int killed;

/* What the victim shares with its parent. */
static struct shared {
	atomic_bool stop;
	atomic_uint_fast64_t done;
	struct victim_record record; /* but allocations; the victim's alone until it has ended */
} * shared;

static int hold(int order, int answer, const void *arg)
{
	uint64_t max = *(const uint64_t *)arg, held = 0, want;
	char *from = mmap(NULL, max, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (from == MAP_FAILED)
		return fail("no address space of %" PRIu64 " bytes for a holder", max);
	/* Pages of 4K: what is free must be what was asked for. */
	madvise(from, max, MADV_NOHUGEPAGE);
	if (oom_score(false))
		return -1;
	while (neighbour_hear(order, &want)) {
		if (want > max)
			return fail("a holder of %" PRIu64 " bytes cannot hold %" PRIu64, max,
				    want);
		for (; held < want; held += PAGE_BYTES)
			from[held] = 1;
		if (held > want && madvise(from + want, held - want, MADV_DONTNEED))
			return fail("madvise: %s", strerror(errno));
		held = want;
		if (!neighbour_tell(answer, held))
			break;
	}
	return 0;
}

int holders_fork(uint64_t bytes)
{
	killed = 0;
	/* Address space only. More may be free later than when this was asked for. */
	bytes = (bytes / HOLDERS + REGION_BYTES) / PAGE_BYTES * 2 * PAGE_BYTES;
	for (unsigned int i = 0; i < HOLDERS; i++)
		if (neighbour_fork(&holder[i], hold, &bytes))
			return -1;
	return 0;
}

unsigned int holders_killed(void)
{
	for (unsigned int i = 0; i < HOLDERS; i++) {
		int status;

		if (!holder[i].pid || waitpid(holder[i].pid, &status, WNOHANG) != holder[i].pid)
			continue;
		close(holder[i].order);
		close(holder[i].answer);
		holder[i].pid = 0;
		killed++;
	}
	return killed;
}

int holders_hold(uint64_t bytes)
{
	uint64_t held, pages = bytes / PAGE_BYTES;

	if (holders_killed())
		return fail("%u processes that held memory were killed: use a larger --headroom",
			    killed);
	for (unsigned int i = 0; i < HOLDERS; i++) {
		uint64_t part = pages / HOLDERS + (i < pages % HOLDERS);

		if (!neighbour_tell(holder[i].order, part * PAGE_BYTES) ||
		    !neighbour_hear(holder[i].answer, &held))
			return fail("a process that was to hold %" PRIu64 " pages has ended", part);
	}
	return 0;
}

void holders_end(void)
{
	holders_killed();
	for (unsigned int i = 0; i < HOLDERS; i++)
		neighbour_end(&holder[i], true);
}

static void set_thp(const char *word)
{
	int fd = open(THP_ENABLED, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, word, strlen(word)) < 0)
		warn(THP_ENABLED ": '%s' is refused: %s", word, strerror(errno));
	close(fd);
}

const char *victim_huge_unavailable(void)
{
	return access(THP_ENABLED, W_OK)
		       ? "a victim with huge pages needs transparent huge pages (CONFIG_TRANSPARENT_HUGEPAGE) and root"
		       : NULL;
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

static int allocate(int order, int answer, const void *arg)
{
	struct victim v = *(const struct victim *)arg;
	uint64_t piece = v.kind == VICTIM_HUGE ? REGION_BYTES : PAGE_BYTES, at = 0, go;
	uint64_t stalled_us = 0;
	struct arrivals a = {
		.kind = ARRIVALS_UNIFORM,
		.per_second = (double)v.per_second,
		.threads = 1,
	};
	struct open_loop loop;
	char *from;

	if ((v.in_memcg && memcg_enter_inner()) || oom_score(true))
		return -1;
	if (mlockall(MCL_CURRENT))
		return fail("the victim's memory cannot be locked: %s: be root", strerror(errno));
	from = mmap(NULL, v.bytes + REGION_BYTES, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (from == MAP_FAILED)
		return fail("no address space of %" PRIu64 " bytes for the victim", v.bytes);
	from += -(uintptr_t)from % REGION_BYTES;
	madvise(from, v.bytes, v.kind == VICTIM_HUGE ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	for (at = 0; at < v.bytes; at += PAGE_BYTES)
		from[at] = 1;
	/* Once before there is a limit: opening a file is refused memory there. */
	shared->record = (struct victim_record){ .stalls_known = true };
	record_stall(&v, &stalled_us);
	if (!neighbour_tell(answer, 0) || !neighbour_hear(order, &go))
		return -1;
	record_stall(&v, &stalled_us);
	shared->record.stalls = shared->record.stalled_us = 0;
	a.start_ns = now_ns();
	loop = open_loop_init(&a, UINT64_MAX);
	if (!neighbour_tell(answer, 0))
		return -1;
	for (at = 0; !shared->stop && v.log.end - v.log.next >= 2; at += piece) {
		uint64_t due_ns = open_loop_wait(&loop), start_ns, end_ns;

		if (shared->stop)
			break;
		if (at == v.bytes)
			at = 0;
		victim_drop(&v, from, at);
		start_ns = now_ns();
		from[at] = 1;
		end_ns = now_ns();
		samples_add(&v.log, v.op, 0, (uint32_t)shared->done, start_ns, end_ns);
		samples_add(&v.log, v.op + 1, 0, (uint32_t)shared->done, due_ns, end_ns);
		record_stall(&v, &stalled_us);
		shared->done++;
	}
	return 0;
}

int victim_fork(const struct victim *v)
{
	uint64_t ready;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		return fail("no memory to share with the victim");
	set_thp("madvise");
	if (neighbour_fork(&victim, allocate, v))
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
	int status;

	shared->stop = true;
	status = neighbour_end(&victim, false);
	*record = shared->record;
	record->allocations = shared->done;
	munmap(shared, sizeof(*shared));
	if (WIFSIGNALED(status))
		return fail("the victim was killed by signal %d", WTERMSIG(status));
	return status ? fail("the victim failed") : 0;
}
