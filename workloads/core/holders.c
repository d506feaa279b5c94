// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that hold memory; see holders.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/err.h"
#include "lib/page_size.h"
#include "layout.h"
#include "neighbour.h"
#include "holders.h"
#include "oom.h"

static struct neighbour holder[HOLDERS];
static unsigned int killed;

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
