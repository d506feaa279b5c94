// SPDX-License-Identifier: GPL-2.0
/*
 * A process that holds and turns over movable memory; see tenant.h.
 */
#include "tenant.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/err.h"
#include "lib/page_size.h"
#include "neighbour.h"
#include "oom.h"
#include "run.h"

/* Pieces have 1 << 0 to 1 << 9 pages; each length is equally likely. */
#define LENGTHS 10

/* An order: what to do, and with how many pages. */
enum { FILL, HOLD, TURN_OVER };
#define ORDER_SHIFT 56
#define ORDER_PAGES ((UINT64_C(1) << ORDER_SHIFT) - 1)

struct memory {
	char *from;
	bool *held; /* by page */
	uint64_t pages, nr_held;
	struct rng rng;
};

static struct neighbour tenant;
static uint64_t room, now_held; /* pages */

static void touch(struct memory *m, uint64_t page)
{
	m->from[page * PAGE_BYTES] = 1;
	m->held[page] = true;
	m->nr_held++;
}

/* A drawn piece: its first page; *end is behind its last one. */
static uint64_t draw_piece(struct memory *m, uint64_t *end)
{
	uint64_t first = rng_below(&m->rng, m->pages), len = UINT64_C(1)
							     << rng_below(&m->rng, LENGTHS);

	*end = first + len < m->pages ? first + len : m->pages;
	return first;
}

/* Drop the pages [first, end), all of them held. */
static int drop(struct memory *m, uint64_t first, uint64_t end)
{
	if (madvise(m->from + first * PAGE_BYTES, (end - first) * PAGE_BYTES, MADV_DONTNEED))
		return fail("the process beside the TDs cannot drop pages: %s", strerror(errno));
	memset(m->held + first, false, end - first);
	m->nr_held -= end - first;
	return 0;
}

static int shrink(struct memory *m, uint64_t want)
{
	uint64_t i, end, from;

	while (m->nr_held > want) {
		for (i = draw_piece(m, &end); i < end && m->nr_held > want; i++) {
			for (from = i; i < end && m->held[i] && m->nr_held - (i - from) > want; i++)
				;
			if (i > from && drop(m, from, i))
				return -1;
		}
	}
	return 0;
}

static void grow(struct memory *m, uint64_t want)
{
	uint64_t i, end;

	while (m->nr_held < want)
		for (i = draw_piece(m, &end); i < end && m->nr_held < want; i++)
			if (!m->held[i])
				touch(m, i);
}

static int obey(struct memory *m, uint64_t order)
{
	uint64_t pages = order & ORDER_PAGES, held = m->nr_held;

	switch (order >> ORDER_SHIFT) {
	case FILL:
		for (uint64_t i = 0; i < m->pages && m->nr_held < pages; i++)
			if (!m->held[i])
				touch(m, i);
		return 0;
	case HOLD:
		grow(m, pages);
		return shrink(m, pages);
	default:
		if (shrink(m, held - (pages < held ? pages : held)))
			return -1;
		grow(m, held);
		return 0;
	}
}

struct setup {
	uint64_t pages, seed;
};

static int live(int order, int answer, const void *arg)
{
	const struct setup *s = arg;
	/* stream 0 is the workload's */
	struct memory m = { .pages = s->pages, .rng = rng_init(s->seed, 1) };
	uint64_t bytes = m.pages * PAGE_BYTES, what;

	m.from = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	m.held = calloc(m.pages, sizeof(*m.held));
	if (m.from == MAP_FAILED || !m.held)
		return fail("no address space of %" PRIu64 " bytes beside the TDs", bytes);
	madvise(m.from, bytes, MADV_NOHUGEPAGE);
	if (oom_score(false))
		return -1;
	while (neighbour_hear(order, &what))
		if (obey(&m, what) || !neighbour_tell(answer, m.nr_held))
			return -1;
	return 0;
}

int tenant_fork(uint64_t pages, uint64_t seed)
{
	struct setup s = { pages, seed };

	room = pages;
	now_held = 0;
	return neighbour_fork(&tenant, live, &s);
}

/* Afterwards it must hold @want pages. */
static int order(uint64_t what, uint64_t pages, uint64_t want)
{
	if (want > room)
		return fail("the process beside the TDs can hold %" PRIu64 " pages, not %" PRIu64,
			    room, want);
	if (!neighbour_tell(tenant.order, what << ORDER_SHIFT | pages) ||
	    !neighbour_hear(tenant.answer, &now_held))
		return fail(
			"the process beside the TDs has ended, killed for memory perhaps: use a "
			"smaller --beside, or more memory");
	if (now_held != want)
		return fail("the process beside the TDs holds %" PRIu64 " pages, not %" PRIu64,
			    now_held, want);
	return 0;
}

int tenant_fill(uint64_t pages)
{
	return order(FILL, pages, pages);
}

int tenant_hold(uint64_t pages)
{
	return order(HOLD, pages, pages);
}

int tenant_turn_over(uint64_t pages)
{
	return order(TURN_OVER, pages, now_held);
}

int tenant_end(void)
{
	int status = neighbour_end(&tenant, false);

	return status ? fail("the process beside the TDs ended with wait status 0x%x",
			     (unsigned int)status)
		      : 0;
}
