// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: Dynamic PAMT, TDH.PHYMEM.PAMT.ADD and .REMOVE.
 *
 * The host lends a pair of 4K pages to hold the 512 entries of a 2M region.
 * Which pages serve as PAMT is kept in the page bitmap, one bit per 4K page:
 * such a page can neither be lent twice nor be given to a TD.  That the bitmap
 * is used so is this emulation's reading of its purpose.
 */
#include <linux/sizes.h>

#include "../tdx.h"
#include "soft_tdx.h"

#define PAMT_LEVEL_MASK		GENMASK_ULL(2, 0)
#define PAMT_LEVEL_2M		1

static u64 soft_pamt_target(struct pt_regs *regs, struct soft_tdmr **tdmr, u64 *base)
{
	*base = regs->cx & ~PAMT_LEVEL_MASK;
	*tdmr = soft_tdmr_find(*base);

	if (!soft_dynamic_pamt || (regs->cx & PAMT_LEVEL_MASK) != PAMT_LEVEL_2M ||
	    !IS_ALIGNED(*base, SZ_2M) || !*tdmr || *base >= (*tdmr)->ready_end)
		return TDX_OPERAND_INVALID | SOFT_OPERAND_RCX;

	return TDX_SUCCESS;
}

/*
 * Mark @hpa as lent.  The walk takes its region's entry shared, unless that is
 * the target, which the caller has exclusive.
 */
static u64 soft_pamt_lend(u64 hpa, const struct soft_pamt_entry *target, u32 operand)
{
	struct soft_tdmr *tdmr = soft_tdmr_find(hpa);
	struct soft_pamt_entry *region, *entry = NULL;
	u64 ret = TDX_SUCCESS;

	if (!tdmr || !IS_ALIGNED(hpa, SZ_4K) || hpa >= tdmr->ready_end)
		return TDX_OPERAND_INVALID | operand;
	if (soft_tdmr_reserved(tdmr, hpa))
		return TDX_PAGE_METADATA_INCORRECT | operand;

	region = soft_pamt_region(tdmr, hpa);
	if (region != target && !soft_pamt_trylock(region, false))
		return TDX_OPERAND_BUSY | operand;

	if (region->info & SOFT_PAMT_HAS_PAIR) {
		entry = soft_pamt_4k(tdmr, region, hpa);
		if (!soft_pamt_trylock(entry, true)) {
			ret = TDX_OPERAND_BUSY | operand;
			goto out;
		}
	}

	if ((entry && (entry->info & SOFT_PAMT_TYPE_MASK) != SOFT_PT_NDA) ||
	    test_and_set_bit((hpa - tdmr->base) / SZ_4K, soft_pamt_bitmap(tdmr)))
		ret = TDX_PAGE_METADATA_INCORRECT | operand;

	if (entry)
		soft_pamt_unlock_at_return(entry, true);
out:
	if (region != target)
		soft_pamt_unlock_at_return(region, false);
	return ret;
}

static void soft_pamt_return(u64 hpa)
{
	struct soft_tdmr *tdmr = soft_tdmr_find(hpa);

	clear_bit((hpa - tdmr->base) / SZ_4K, soft_pamt_bitmap(tdmr));
}

static u64 soft_pamt_add(struct pt_regs *regs)
{
	struct soft_pamt_entry *target;
	struct soft_tdmr *tdmr;
	u64 base, ret;

	ret = soft_pamt_target(regs, &tdmr, &base);
	if (ret)
		return ret;

	target = soft_pamt_region(tdmr, base);
	if (!soft_pamt_trylock(target, true))
		return TDX_OPERAND_BUSY | SOFT_OPERAND_RCX;

	if (target->info & SOFT_PAMT_HAS_PAIR) {
		ret = SOFT_TDX_HPA_RANGE_NOT_FREE | SOFT_OPERAND_RCX;
		goto out;
	}

	ret = soft_pamt_lend(regs->dx, target, SOFT_OPERAND_RDX);
	if (ret)
		goto out;

	/* The first page's entry stays locked: the same page again would be busy. */
	ret = regs->r8 == regs->dx ? TDX_PAGE_METADATA_INCORRECT | SOFT_OPERAND_R8 :
	      soft_pamt_lend(regs->r8, target, SOFT_OPERAND_R8);
	if (ret) {
		soft_pamt_return(regs->dx);
		goto out;
	}

	/* All zero means: not assigned, not locked. */
	memset(__va(regs->dx), 0, PAGE_SIZE);
	memset(__va(regs->r8), 0, PAGE_SIZE);
	target->info = SOFT_PAMT_HAS_PAIR | regs->dx;
	target->link = (target->link & SOFT_PAMT_LOCK_MASK) | regs->r8;
	atomic_long_add(2, &soft_pamt_pages);
out:
	soft_pamt_unlock_at_return(target, true);
	return ret;
}

/* Is an entry of this half of a pair in use?  Eight at a time: the time counts. */
static bool soft_pamt_half_in_use(u64 hpa)
{
	const struct soft_pamt_entry *e = __va(hpa);

	BUILD_BUG_ON(SOFT_PT_NDA);
	for (int i = 0; i < PTRS_PER_PTE / 2; i += 8, e += 8) {
		u64 info = e[0].info | e[1].info | e[2].info | e[3].info |
			   e[4].info | e[5].info | e[6].info | e[7].info;

		if (info & SOFT_PAMT_TYPE_MASK)
			return true;
	}

	return false;
}

static bool soft_pamt_in_use(const struct soft_pamt_entry *target)
{
	return soft_pamt_half_in_use(target->info & SOFT_HPA_MASK) ||
	       soft_pamt_half_in_use(target->link & SOFT_HPA_MASK);
}

static u64 soft_pamt_remove(struct pt_regs *regs)
{
	struct soft_pamt_entry *target;
	struct soft_tdmr *tdmr;
	u64 base, ret;

	ret = soft_pamt_target(regs, &tdmr, &base);
	if (ret)
		return ret;

	target = soft_pamt_region(tdmr, base);
	if (!soft_pamt_trylock(target, true))
		return TDX_OPERAND_BUSY | SOFT_OPERAND_RCX;

	if (!(target->info & SOFT_PAMT_HAS_PAIR)) {
		ret = SOFT_TDX_NO_PAMT_PAGE_PAIR | SOFT_OPERAND_RCX;
	} else if (soft_pamt_in_use(target)) {
		ret = SOFT_TDX_PAMT_PAGE_NOT_EMPTY | SOFT_OPERAND_RCX;
	} else {
		regs->dx = target->info & SOFT_HPA_MASK;
		regs->r8 = target->link & SOFT_HPA_MASK;
		soft_pamt_return(regs->dx);
		soft_pamt_return(regs->r8);
		target->info = 0;
		target->link &= SOFT_PAMT_LOCK_MASK;
		atomic_long_sub(2, &soft_pamt_pages);
	}

	soft_pamt_unlock_at_return(target, true);
	return ret;
}

const struct soft_leaf soft_pamt_dyn_leaves[] = {
	{ SOFT_TDH_PAMT_ADD,		"PHYMEM.PAMT.ADD",	soft_pamt_add },
	{ SOFT_TDH_PAMT_REMOVE,	"PHYMEM.PAMT.REMOVE",	soft_pamt_remove },
	{}
};
