// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: a leaf function keeps its locks for all of its time.
 *
 * The emulation of a leaf is over long before the time that hardware takes.
 * Handlers therefore release nothing themselves: they hand each lock over to
 * this file, and soft_seamcall() releases them once the leaf's cost is spent.
 * Another CPU then meets TDX_OPERAND_BUSY for as long as on hardware.
 */
#include <linux/array_size.h>
#include <linux/bug.h>
#include <linux/percpu.h>

#include "soft_tdx.h"

enum soft_lock_kind { SOFT_HELD_PAMT, SOFT_HELD_OBJECT };

struct soft_held_lock {
	void *lock;
	enum soft_lock_kind kind;
	bool exclusive;
};

/*
 * VP.ADDCX holds most: vCPU, TDR and page, each with its region.  The rest is
 * for a KUnit guest, which makes calls from within VP.ENTER.
 */
struct soft_held {
	unsigned int nr;
	struct soft_held_lock locks[24];
};

static DEFINE_PER_CPU(struct soft_held, soft_held);

static void soft_release(const struct soft_held_lock *held)
{
	if (held->kind == SOFT_HELD_PAMT)
		soft_pamt_unlock(held->lock, held->exclusive);
	else if (held->exclusive)
		soft_unlock_exclusive(held->lock);
	else
		soft_unlock_shared(held->lock);
}

static void soft_defer(void *lock, enum soft_lock_kind kind, bool exclusive)
{
	struct soft_held *held = this_cpu_ptr(&soft_held);
	struct soft_held_lock new = { lock, kind, exclusive };

	if (WARN_ON_ONCE(held->nr == ARRAY_SIZE(held->locks)))
		soft_release(&new);
	else
		held->locks[held->nr++] = new;
}

/* Release a PAMT entry's lock when the leaf that is running returns. */
void soft_pamt_unlock_at_return(struct soft_pamt_entry *e, bool exclusive)
{
	soft_defer(e, SOFT_HELD_PAMT, exclusive);
}

/* Release an object's lock when the leaf that is running returns. */
void soft_unlock_at_return(struct soft_lock *lock, bool exclusive)
{
	soft_defer(lock, SOFT_HELD_OBJECT, exclusive);
}

/* How many locks the leaf functions running on a CPU handed over. */
unsigned int soft_nr_held(int cpu)
{
	return READ_ONCE(per_cpu(soft_held, cpu).nr);
}

/**
 * soft_release_held() - release what a leaf function handed over
 * @first: soft_nr_held() when it began; the rest belongs to the leaf around it
 *
 * In the order of handing over: a page's entry before its region's.
 */
void soft_release_held(unsigned int first)
{
	struct soft_held *held = this_cpu_ptr(&soft_held);

	for (unsigned int i = first; i < held->nr; i++)
		soft_release(&held->locks[i]);
	held->nr = first;
}
