// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: guest memory, TDH.MEM.PAGE.*, RANGE.BLOCK, TRACK.
 *
 * Pages are mapped at 4K only, as this kernel does.
 */
#include <linux/string.h>

#include "../tdx.h"
#include "soft_tdx.h"

/* Give @hpa to the TD and make the free entry at @gpa lead to it in @state. */
static u64 soft_mem_map(struct pt_regs *regs, struct soft_td *td, u64 gpa, int level,
			u64 hpa, enum soft_sept_state state, const void *source)
{
	struct soft_sept_walk walk;
	struct soft_page page;
	u64 ret;

	if (level)
		return TDX_OPERAND_INVALID | SOFT_OPERAND_RCX;

	soft_sept_walk(td, gpa, level, &walk);
	if (!walk.complete) {
		soft_sept_error(regs, &walk);
		return TDX_EPT_WALK_FAILED | SOFT_OPERAND_RCX;
	}

	ret = soft_page_get_type(hpa, SOFT_PT_NDA, true, SOFT_OPERAND_R8, &page);
	if (ret)
		return ret;

	if (soft_sept_state(READ_ONCE(*walk.entry), level) != SOFT_SEPT_FREE) {
		soft_sept_error(regs, &walk);
		ret = TDX_EPT_ENTRY_STATE_INCORRECT | SOFT_OPERAND_RCX;
		goto out;
	}

	/* An augmented page is cleared when the guest accepts it. */
	if (source)
		memcpy(__va(hpa), source, PAGE_SIZE);

	if (!soft_sept_cmpxchg(walk.entry, 0, soft_sept_make(state, hpa))) {
		ret = TDX_OPERAND_BUSY | TDX_OPERAND_ID_SEPT;
		goto out;
	}

	soft_page_set(&page, SOFT_PT_REG, td->tdr_hpa);
	atomic_long_inc(&td->tdr->nr_children);
	atomic_long_inc(&td->tdr->nr_guest);
	regs->cx = 0;
	regs->dx = 0;
out:
	soft_page_put(&page);
	return ret;
}

static u64 soft_page_add(struct pt_regs *regs)
{
	struct soft_td td;
	u64 gpa, ret;
	int level;

	if (!IS_ALIGNED(regs->r9, PAGE_SIZE) || !soft_hpa_is_ram(regs->r9))
		return TDX_OPERAND_INVALID | SOFT_OPERAND_R9;

	ret = soft_mem_begin(regs, SOFT_MEM_TDR_EXCL, SOFT_OP_INITIALIZED, &td, &gpa, &level);
	if (ret)
		return ret;

	if (td.tdcs->op_state != SOFT_OP_INITIALIZED)
		ret = SOFT_TDX_OP_STATE_INCORRECT;
	else
		ret = soft_mem_map(regs, &td, gpa, level, regs->r8,
				   SOFT_SEPT_PRESENT, __va(regs->r9));

	soft_mem_end(&td, SOFT_MEM_TDR_EXCL);
	return ret;
}

static u64 soft_page_aug(struct pt_regs *regs)
{
	struct soft_td td;
	u64 gpa, ret;
	int level;

	ret = soft_mem_begin(regs, SOFT_MEM_SHARED, SOFT_OP_RUNNABLE, &td, &gpa, &level);
	if (ret)
		return ret;

	ret = soft_mem_map(regs, &td, gpa, level, regs->r8, SOFT_SEPT_PENDING, NULL);
	soft_mem_end(&td, SOFT_MEM_SHARED);
	return ret;
}

/* Measuring is not modelled beyond counting the chunks. */
static u64 soft_mr_extend(struct pt_regs *regs)
{
	u64 offset = regs->cx & ~PAGE_MASK, gpa, ret;
	struct soft_sept_walk walk;
	struct soft_td td;
	int level;

	if (offset % 256)
		return TDX_OPERAND_INVALID | SOFT_OPERAND_RCX;

	regs->cx &= PAGE_MASK;
	ret = soft_mem_begin(regs, SOFT_MEM_TDR_EXCL, SOFT_OP_INITIALIZED, &td, &gpa, &level);
	if (ret)
		return ret;

	soft_sept_walk(&td, gpa, 0, &walk);
	if (td.tdcs->op_state != SOFT_OP_INITIALIZED) {
		ret = SOFT_TDX_OP_STATE_INCORRECT;
	} else if (!walk.complete ||
		   soft_sept_state(*walk.entry, 0) != SOFT_SEPT_PRESENT) {
		soft_sept_error(regs, &walk);
		ret = TDX_EPT_WALK_FAILED | SOFT_OPERAND_RCX;
	} else {
		td.tdcs->mr_extends++;
		regs->cx = 0;
		regs->dx = 0;
	}

	soft_mem_end(&td, SOFT_MEM_TDR_EXCL);
	return ret;
}

static u64 soft_range_block(struct pt_regs *regs)
{
	enum soft_sept_state blocked;
	struct soft_sept_walk walk;
	struct soft_page page;
	struct soft_td td;
	u64 gpa, ret, entry;
	int level;

	ret = soft_mem_begin(regs, SOFT_MEM_TREE_EXCL, SOFT_OP_INITIALIZED, &td, &gpa, &level);
	if (ret)
		return ret;

	soft_sept_walk(&td, gpa, level, &walk);
	if (!walk.complete) {
		soft_sept_error(regs, &walk);
		ret = TDX_EPT_WALK_FAILED | SOFT_OPERAND_RCX;
		goto out;
	}

	entry = READ_ONCE(*walk.entry);
	switch (soft_sept_state(entry, level)) {
	case SOFT_SEPT_PRESENT:
		blocked = SOFT_SEPT_BLOCKED;
		break;
	case SOFT_SEPT_PENDING:
		blocked = SOFT_SEPT_PENDING_BLOCKED;
		break;
	case SOFT_SEPT_NL_PRESENT:
		blocked = SOFT_SEPT_NL_BLOCKED;
		break;
	default:
		soft_sept_error(regs, &walk);
		ret = TDX_EPT_ENTRY_STATE_INCORRECT | SOFT_OPERAND_RCX;
		goto out;
	}

	ret = soft_page_get(entry & SOFT_HPA_MASK, true, TDX_OPERAND_ID_SEPT, &page);
	if (ret)
		goto out;

	if (!soft_sept_cmpxchg(walk.entry, entry,
			       soft_sept_make(blocked, entry & SOFT_HPA_MASK))) {
		ret = TDX_OPERAND_BUSY | TDX_OPERAND_ID_SEPT;
	} else {
		/* Not earlier: a vCPU of a later epoch could still walk the entry. */
		soft_page_set_bepoch(&page, READ_ONCE(td.tdcs->epoch));
		regs->cx = 0;
		regs->dx = 0;
	}
	soft_page_put(&page);
out:
	soft_mem_end(&td, SOFT_MEM_TREE_EXCL);
	return ret;
}

static u64 soft_page_remove(struct pt_regs *regs)
{
	enum soft_sept_state state;
	struct soft_sept_walk walk;
	struct soft_page page;
	struct soft_td td;
	u64 gpa, ret, entry;
	int level;

	ret = soft_mem_begin(regs, SOFT_MEM_SHARED, SOFT_OP_INITIALIZED, &td, &gpa, &level);
	if (ret)
		return ret;

	soft_sept_walk(&td, gpa, level, &walk);
	if (level || !walk.complete) {
		soft_sept_error(regs, &walk);
		ret = TDX_EPT_WALK_FAILED | SOFT_OPERAND_RCX;
		goto out;
	}

	entry = READ_ONCE(*walk.entry);
	state = soft_sept_state(entry, level);
	if (state != SOFT_SEPT_BLOCKED && state != SOFT_SEPT_PENDING_BLOCKED) {
		soft_sept_error(regs, &walk);
		ret = TDX_EPT_ENTRY_STATE_INCORRECT | SOFT_OPERAND_RCX;
		goto out;
	}

	ret = soft_page_get_type(entry & SOFT_HPA_MASK, SOFT_PT_REG, true,
				 TDX_OPERAND_ID_SEPT, &page);
	if (ret)
		goto out;

	if (!soft_td_epoch_passed(&td, soft_page_bepoch(&page))) {
		ret = SOFT_TDX_TLB_TRACKING_NOT_DONE;
	} else if (!soft_sept_cmpxchg(walk.entry, entry, 0)) {
		ret = TDX_OPERAND_BUSY | TDX_OPERAND_ID_SEPT;
	} else {
		soft_page_set(&page, SOFT_PT_NDA, 0);
		atomic_long_dec(&td.tdr->nr_children);
		atomic_long_dec(&td.tdr->nr_guest);
		regs->cx = 0;
		regs->dx = 0;
	}
	soft_page_put(&page);
out:
	soft_mem_end(&td, SOFT_MEM_SHARED);
	return ret;
}

static u64 soft_mem_track(struct pt_regs *regs)
{
	struct soft_tdcs *tdcs;
	struct soft_td td;
	u64 ret;

	ret = soft_td_get(regs->cx, false, SOFT_OPERAND_RCX, &td);
	if (ret)
		return ret;

	if (td.tdr->lifecycle != SOFT_TD_KEYS_CONFIGURED) {
		ret = SOFT_TDX_LIFECYCLE_STATE_INCORRECT;
		goto out;
	}

	tdcs = td.tdcs;
	if (!tdcs || tdcs->op_state != SOFT_OP_RUNNABLE) {
		ret = SOFT_TDX_OP_STATE_INCORRECT;
		goto out;
	}
	if (!soft_trylock_exclusive(&tdcs->epoch_lock)) {
		ret = TDX_OPERAND_BUSY | TDX_OPERAND_ID_TD_EPOCH;
		goto out;
	}

	/* The parity of the epoch before this one is that of the next. */
	if (atomic_read(&tdcs->epoch_users[(tdcs->epoch + 1) & 1]))
		ret = TDX_PREVIOUS_TLB_EPOCH_BUSY | TDX_OPERAND_ID_TD_EPOCH;
	else
		WRITE_ONCE(tdcs->epoch, tdcs->epoch + 1);

	soft_unlock_at_return(&tdcs->epoch_lock, true);
out:
	soft_td_put(&td);
	return ret;
}

const struct soft_leaf soft_mem_leaves[] = {
	{ TDH_MEM_PAGE_ADD,	"MEM.PAGE.ADD",		soft_page_add },
	{ TDH_MEM_PAGE_AUG,	"MEM.PAGE.AUG",		soft_page_aug },
	{ TDH_MEM_PAGE_REMOVE,	"MEM.PAGE.REMOVE",	soft_page_remove },
	{ TDH_MEM_RANGE_BLOCK,	"MEM.RANGE.BLOCK",	soft_range_block },
	{ TDH_MEM_TRACK,	"MEM.TRACK",		soft_mem_track },
	{ TDH_MR_EXTEND,	"MR.EXTEND",		soft_mr_extend },
	{}
};
