// SPDX-License-Identifier: GPL-2.0
/*
 * Making memory short; see shortage.h.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "lib/err.h"
#include "lib/page_size.h"
#include "holders.h"
#include "memcg.h"
#include "placement.h"
#include "shortage.h"

static enum shortage where;

/* Memory the TDs leave free, in bytes, before anything holds the rest: of the machine, or of its node. */
static uint64_t free_bytes;

int shortage_prepare(enum shortage of)
{
	struct hostmem now;

	where = of;
	if (where == SHORT_CGROUP)
		return memcg_create(UINT64_MAX);
	hostmem_read(&now);
	return holders_fork(hostmem_free_above_low(&now, placement_nodes()) * PAGE_BYTES);
}

void shortage_begin(const struct hostmem *now)
{
	free_bytes = hostmem_free_above_low(now, placement_nodes()) * PAGE_BYTES;
}

/*
 * What the holders hold needs page tables, too, and CPUs take free pages to lists of their own in batches, tens of
 * MiB while much is allocated: a single step would end below the watermarks, where the OOM killer takes a
 * holder. So hold half of what is left, until what is free is what was asked for.
 */
static int hold_all_but(uint64_t want_bytes)
{
	const int64_t near_bytes = 256 * PAGE_BYTES;
	uint64_t held = 0, now_free = free_bytes;
	struct hostmem now;

	for (int i = 0; i < 32; i++) {
		int64_t left;

		if (held + now_free < want_bytes)
			return fail("%" PRIu64 " KiB are free: use a smaller --headroom",
				    now_free / 1024);
		left = (int64_t)now_free - (int64_t)want_bytes;
		held += (uint64_t)(left > near_bytes ? left / 2 : left);
		if (holders_hold(held))
			return -1;
		hostmem_read(&now);
		now_free = hostmem_free_above_low(&now, placement_nodes()) * PAGE_BYTES;
		if (now_free / (16 * PAGE_BYTES) == want_bytes / (16 * PAGE_BYTES))
			break;
	}
	return 0;
}

int shortage_set(uint64_t headroom_kib)
{
	uint64_t charged;

	if (where == SHORT_MACHINE)
		return hold_all_but(headroom_kib * 1024);
	return memcg_charged(&charged) || memcg_limit(charged + headroom_kib * 1024) ? -1 : 0;
}

int shortage_lift(void)
{
	return where == SHORT_MACHINE ? holders_hold(0) : memcg_limit(UINT64_MAX);
}

int shortage_read(struct shortage_reading *now)
{
	hostmem_read_counts(&now->counts);
	now->kills = holders_killed();
	now->limits_met = 0;
	if (where == SHORT_MACHINE)
		return 0;
	return memcg_event("max", &now->limits_met) || memcg_event("oom_kill", &now->kills) ? -1
											    : 0;
}

int shortage_judge(const struct shortage_reading *from, const struct shortage_reading *to,
		   struct replacement *r)
{
	uint64_t stalls;
	bool known = hostmem_stalls(&from->counts, &to->counts, &stalls);
	bool psi = from->counts.psi && to->counts.psi;

	if (where == SHORT_MACHINE && !known)
		return fail("/proc/vmstat has no allocstall_*: use --where cgroup");
	r->waits = where == SHORT_CGROUP ? to->limits_met - from->limits_met : stalls;
	r->oom_kills = to->kills - from->kills;
	r->allocstall = known ? stalls : REPLACEMENT_UNKNOWN;
	r->psi_some_us = psi ? to->counts.psi_some_us - from->counts.psi_some_us
			     : REPLACEMENT_UNKNOWN;
	r->psi_full_us = psi ? to->counts.psi_full_us - from->counts.psi_full_us
			     : REPLACEMENT_UNKNOWN;
	return 0;
}
