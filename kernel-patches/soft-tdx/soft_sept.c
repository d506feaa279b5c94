// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: the Secure EPT, its entries and its pages.
 *
 * Locking: RANGE.BLOCK and SEPT.REMOVE have the TD's S-EPT tree to themselves,
 * all else shares it.  Entries change by one cmpxchg; the loser of a race, and
 * the host where a guest is accepting the page, find the S-EPT busy.
 */
#include "../tdx.h"
#include "soft_tdx.h"

#define GPA_LEVEL_MASK		GENMASK_ULL(2, 0)
#define LEVEL_SHIFT(level)	(PAGE_SHIFT + 9 * (level))

u64 soft_sept_make(enum soft_sept_state state, u64 hpa)
{
	switch (state) {
	case SOFT_SEPT_FREE:
		return 0;
	case SOFT_SEPT_PRESENT:
	case SOFT_SEPT_NL_PRESENT:
		return hpa | SOFT_SEPTE_RWX;
	case SOFT_SEPT_NL_BLOCKED:
		return hpa | (u64)state << 52 | SOFT_SEPTE_NONLEAF;
	default:
		return hpa | (u64)state << 52;
	}
}

/* @level 0 maps a page; above, only tables are linked. */
enum soft_sept_state soft_sept_state(u64 entry, int level)
{
	if (entry & SOFT_SEPTE_ACCEPTING)
		return SOFT_SEPT_PENDING;
	if (entry & SOFT_SEPTE_RWX)
		return level ? SOFT_SEPT_NL_PRESENT : SOFT_SEPT_PRESENT;

	return (entry & SOFT_SEPTE_STATE) >> 52;
}

/*
 * Change an entry unless it changed meanwhile, or the guest has it locked.  A
 * walker's A/D bits do not count.
 */
bool soft_sept_cmpxchg(u64 *entry, u64 old, u64 new)
{
	u64 seen = READ_ONCE(*entry);

	do {
		if ((seen & ~SOFT_SEPTE_AD) != (old & ~SOFT_SEPTE_AD) ||
		    (seen & SOFT_SEPTE_ACCEPTING))
			return false;
	} while (!try_cmpxchg(entry, &seen, new));

	return true;
}

/**
 * soft_sept_walk() - find the entry that maps a GPA at a level
 * @td: the TD, with its S-EPT locked at least shared
 * @gpa: guest physical address
 * @level: 0 for 4K
 * @walk: the result; not complete if a table on the way is missing
 */
void soft_sept_walk(struct soft_td *td, u64 gpa, int level, struct soft_sept_walk *walk)
{
	u64 *table = __va(td->tdr->tdcx_hpa[SOFT_TDCS_SEPT_ROOT]);

	walk->level = td->tdcs->root_level;
	for (;;) {
		u64 entry;

		walk->entry = table + (gpa >> LEVEL_SHIFT(walk->level)) % PTRS_PER_PTE;
		walk->complete = walk->level == level;
		if (walk->complete)
			return;

		entry = READ_ONCE(*walk->entry);
		if (soft_sept_state(entry, walk->level) != SOFT_SEPT_NL_PRESENT)
			return;

		table = __va(entry & SOFT_HPA_MASK);
		walk->level--;
	}
}

/* What MEM leaves return on errors: RCX the entry, RDX its level and state. */
void soft_sept_error(struct pt_regs *regs, const struct soft_sept_walk *walk)
{
	u64 entry = READ_ONCE(*walk->entry);

	regs->cx = entry & ~SOFT_SEPTE_AD;
	regs->dx = walk->level | soft_sept_state(entry, walk->level) << 8;
}

/**
 * soft_mem_begin() - what every leaf on a GPA starts with
 * @regs: RCX = GPA and level, RDX = TDR
 * @mode: what of the TD the leaf has to itself
 * @min_state: refuse the TD before it got there
 * @td: locked on success, to be given to soft_mem_end()
 * @gpa: the address
 * @level: of the entry in question, 0 for 4K
 */
u64 soft_mem_begin(struct pt_regs *regs, enum soft_mem_mode mode, enum soft_op_state min_state,
		   struct soft_td *td, u64 *gpa, int *level)
{
	u64 ret;

	*level = regs->cx & GPA_LEVEL_MASK;
	*gpa = regs->cx & ~GPA_LEVEL_MASK;

	ret = soft_td_get(regs->dx, mode == SOFT_MEM_TDR_EXCL, SOFT_OPERAND_RDX, td);
	if (ret)
		return ret;

	if (td->tdr->lifecycle != SOFT_TD_KEYS_CONFIGURED) {
		ret = SOFT_TDX_LIFECYCLE_STATE_INCORRECT;
		goto err;
	}
	if (!td->tdcs || td->tdcs->op_state < min_state) {
		ret = SOFT_TDX_OP_STATE_INCORRECT;
		goto err;
	}

	if (*level > td->tdcs->root_level || *gpa >= soft_shared_bit(td->tdcs) ||
	    !IS_ALIGNED(*gpa, BIT_ULL(LEVEL_SHIFT(*level)))) {
		ret = TDX_OPERAND_INVALID | SOFT_OPERAND_RCX;
		goto err;
	}

	if (mode == SOFT_MEM_TREE_EXCL ? !soft_trylock_exclusive(&td->tdcs->sept_lock) :
					 !soft_trylock_shared(&td->tdcs->sept_lock)) {
		ret = TDX_OPERAND_BUSY | TDX_OPERAND_ID_SEPT;
		goto err;
	}

	return TDX_SUCCESS;
err:
	soft_td_put(td);
	return ret;
}

void soft_mem_end(struct soft_td *td, enum soft_mem_mode mode)
{
	soft_unlock_at_return(&td->tdcs->sept_lock, mode == SOFT_MEM_TREE_EXCL);
	soft_td_put(td);
}

static u64 soft_sept_add(struct pt_regs *regs)
{
	struct soft_sept_walk walk;
	struct soft_page page;
	struct soft_td td;
	u64 gpa, ret;
	int level;

	ret = soft_mem_begin(regs, SOFT_MEM_SHARED, SOFT_OP_INITIALIZED, &td, &gpa, &level);
	if (ret)
		return ret;

	soft_sept_walk(&td, gpa, level, &walk);
	if (!level || !walk.complete) {
		soft_sept_error(regs, &walk);
		ret = TDX_EPT_WALK_FAILED | SOFT_OPERAND_RCX;
		goto out;
	}

	ret = soft_page_get_type(regs->r8, SOFT_PT_NDA, true, SOFT_OPERAND_R8, &page);
	if (ret)
		goto out;

	if (soft_sept_state(READ_ONCE(*walk.entry), level) != SOFT_SEPT_FREE) {
		soft_sept_error(regs, &walk);
		ret = TDX_EPT_ENTRY_STATE_INCORRECT | SOFT_OPERAND_RCX;
		goto out_page;
	}

	memset(__va(regs->r8), 0, PAGE_SIZE);
	if (!soft_sept_cmpxchg(walk.entry, 0,
			       soft_sept_make(SOFT_SEPT_NL_PRESENT, regs->r8))) {
		ret = TDX_OPERAND_BUSY | TDX_OPERAND_ID_SEPT;
	} else {
		soft_page_set(&page, SOFT_PT_EPT, td.tdr_hpa);
		atomic_long_inc(&td.tdr->nr_children);
		regs->cx = 0;
		regs->dx = 0;
	}
out_page:
	soft_page_put(&page);
out:
	soft_mem_end(&td, SOFT_MEM_SHARED);
	return ret;
}

static bool soft_sept_table_free(const u64 *table)
{
	/* Eight at a time: the time counts. */
	for (int i = 0; i < PTRS_PER_PTE; i += 8, table += 8) {
		u64 entries = READ_ONCE(table[0]) | READ_ONCE(table[1]) |
			      READ_ONCE(table[2]) | READ_ONCE(table[3]) |
			      READ_ONCE(table[4]) | READ_ONCE(table[5]) |
			      READ_ONCE(table[6]) | READ_ONCE(table[7]);

		if (entries & ~SOFT_SEPTE_AD)
			return false;
	}

	return true;
}

static u64 soft_sept_remove(struct pt_regs *regs)
{
	struct soft_sept_walk walk;
	struct soft_page page;
	struct soft_td td;
	u64 gpa, hpa, ret;
	int level;

	ret = soft_mem_begin(regs, SOFT_MEM_TREE_EXCL, SOFT_OP_INITIALIZED, &td, &gpa, &level);
	if (ret)
		return ret;

	soft_sept_walk(&td, gpa, level, &walk);
	if (!level || !walk.complete) {
		soft_sept_error(regs, &walk);
		ret = TDX_EPT_WALK_FAILED | SOFT_OPERAND_RCX;
		goto out;
	}
	if (soft_sept_state(*walk.entry, level) != SOFT_SEPT_NL_BLOCKED) {
		soft_sept_error(regs, &walk);
		ret = TDX_EPT_ENTRY_STATE_INCORRECT | SOFT_OPERAND_RCX;
		goto out;
	}

	hpa = *walk.entry & SOFT_HPA_MASK;
	ret = soft_page_get_type(hpa, SOFT_PT_EPT, true, TDX_OPERAND_ID_SEPT, &page);
	if (ret)
		goto out;

	if (!soft_td_epoch_passed(&td, soft_page_bepoch(&page))) {
		ret = SOFT_TDX_TLB_TRACKING_NOT_DONE;
	} else if (!soft_sept_table_free(__va(hpa))) {
		soft_sept_error(regs, &walk);
		ret = SOFT_TDX_EPT_ENTRY_NOT_FREE | SOFT_OPERAND_RCX;
	} else {
		WRITE_ONCE(*walk.entry, 0);
		soft_page_set(&page, SOFT_PT_NDA, 0);
		atomic_long_dec(&td.tdr->nr_children);
		regs->cx = 0;
		regs->dx = 0;
	}
	soft_page_put(&page);
out:
	soft_mem_end(&td, SOFT_MEM_TREE_EXCL);
	return ret;
}

const struct soft_leaf soft_sept_leaves[] = {
	{ TDH_MEM_SEPT_ADD,	"MEM.SEPT.ADD",		soft_sept_add },
	{ SOFT_TDH_SEPT_REMOVE,	"MEM.SEPT.REMOVE",	soft_sept_remove },
	{}
};
