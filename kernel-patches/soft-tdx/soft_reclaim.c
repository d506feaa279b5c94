// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: giving a dead TD's pages back, TDH.PHYMEM.PAGE.RECLAIM.
 */
#include "../tdx.h"
#include "soft_tdx.h"

/* The TDR is the last of a TD's pages to go. */
static u64 soft_reclaim_tdr(struct soft_page *page)
{
	const struct soft_tdr *tdr = __va(page->hpa);

	if (tdr->lifecycle != SOFT_TD_TEARDOWN)
		return SOFT_TDX_LIFECYCLE_STATE_INCORRECT;
	if (atomic_long_read(&tdr->nr_children))
		return SOFT_TDX_TD_ASSOCIATED_PAGES_EXIST;

	soft_page_set(page, SOFT_PT_NDA, 0);
	return TDX_SUCCESS;
}

/* Any other page, once its TD's KeyID is gone. */
static u64 soft_reclaim_child(struct soft_page *page)
{
	struct soft_td td;
	u64 ret;

	ret = soft_td_get(soft_page_owner(page), false, TDX_OPERAND_ID_TDR, &td);
	if (ret)
		return ret;

	if (td.tdr->lifecycle != SOFT_TD_TEARDOWN) {
		ret = SOFT_TDX_LIFECYCLE_STATE_INCORRECT;
	} else {
		if (soft_page_type(page) == SOFT_PT_REG) {
			atomic_long_dec(&td.tdr->nr_guest);
			atomic_long_dec(&soft_pages_left);
		}
		atomic_long_dec(&td.tdr->nr_children);
		soft_page_set(page, SOFT_PT_NDA, 0);
	}

	soft_td_put(&td);
	return ret;
}

static u64 soft_page_reclaim(struct pt_regs *regs)
{
	struct soft_page page;
	u64 ret;

	ret = soft_page_get(regs->cx, true, SOFT_OPERAND_RCX, &page);
	if (ret)
		return ret;

	regs->cx = soft_page_type(&page);
	regs->dx = soft_page_owner(&page);
	regs->r8 = 0;

	if (soft_page_type(&page) == SOFT_PT_NDA)
		ret = TDX_PAGE_METADATA_INCORRECT | SOFT_OPERAND_RCX;
	else if (soft_page_type(&page) == SOFT_PT_TDR)
		ret = soft_reclaim_tdr(&page);
	else
		ret = soft_reclaim_child(&page);

	soft_page_put(&page);
	return ret;
}

const struct soft_leaf soft_reclaim_leaves[] = {
	{ TDH_PHYMEM_PAGE_RECLAIM,	"PHYMEM.PAGE.RECLAIM",	soft_page_reclaim },
	{}
};
