// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: a leaf function that fails when it is told to.
 *
 * Armed for a leaf, its n-th call from then on, and as many after it as were
 * asked for, return the given status and do nothing: no register but RAX
 * changes, no state, no time passes.  They are counted as calls and errors of
 * the leaf as any other.
 */
#include <linux/array_size.h>
#include <linux/cleanup.h>
#include <linux/jump_label.h>
#include <linux/spinlock.h>

#include "soft_tdx.h"

DEFINE_STATIC_KEY_FALSE(soft_inject_key);

/* Leaves run with interrupts off, and so must who holds this. */
static DEFINE_RAW_SPINLOCK(soft_inject_lock);
static struct soft_inject soft_injects[SOFT_NR_LEAVES];

/**
 * soft_inject_arm() - let calls of a leaf fail
 * @leaf: its number
 * @nth: the first call to fail, 1: the next one
 * @count: how many fail in a row
 * @status: what they return; 0 would be success that did nothing
 *
 * Replaces what was armed for this leaf.
 *
 * Return: 0, or -EINVAL if there is no such leaf or a number makes no sense.
 */
int soft_inject_arm(unsigned int leaf, u64 nth, u64 count, u64 status)
{
	if (!soft_leaf(leaf) || !nth || !count || !status)
		return -EINVAL;

	scoped_guard(raw_spinlock_irqsave, &soft_inject_lock)
		soft_injects[leaf] = (struct soft_inject){
			.nth = nth, .count = count, .status = status,
		};

	/* Once on it stays on until soft_inject_off(). */
	static_branch_enable(&soft_inject_key);
	return 0;
}

/* Disarm all leaves, and forget what was injected. */
void soft_inject_off(void)
{
	static_branch_disable(&soft_inject_key);

	guard(raw_spinlock_irqsave)(&soft_inject_lock);
	memset(soft_injects, 0, sizeof(soft_injects));
}

/* What is armed for a leaf and how far it got; .count is 0 if nothing is. */
void soft_inject_read(unsigned int leaf, struct soft_inject *inject)
{
	guard(raw_spinlock_irqsave)(&soft_inject_lock);
	*inject = soft_injects[leaf];
}

/* The status that this call of a leaf is to return, 0: let it do its work. */
u64 __soft_inject(unsigned int leaf)
{
	struct soft_inject *inject = &soft_injects[leaf];

	guard(raw_spinlock_irqsave)(&soft_inject_lock);
	if (!inject->count)
		return 0;

	inject->calls++;
	if (inject->calls < inject->nth || inject->injected == inject->count)
		return 0;

	inject->injected++;
	return inject->status;
}
