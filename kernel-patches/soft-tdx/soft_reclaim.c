// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: giving a dead TD's pages back, TDH.PHYMEM.PAGE.RECLAIM.
 */
#include "../tdx.h"
#include "soft_tdx.h"

/* May the page be reclaimed?  Only with its TD's KeyID gone, the TDR last. */
static u64 soft_reclaim_check_owner(const struct soft_page *page)
{
	const struct soft_tdr *tdr;

	if (soft_page_type(page) == SOFT_PT_TDR) {
		tdr = __va(page->hpa);
		if (tdr->lifecycle != SOFT_TD_TEARDOWN)
			return SOFT_TDX_LIFECYCLE_STATE_INCORRECT;
		if (atomic_long_read(&tdr->nr_children))
			return SOFT_TDX_TD_ASSOCIATED_PAGES_EXIST;
		return TDX_SUCCESS;
	}

	/* The TDR outlives its children, and TEARDOWN is final. */
	tdr = __va(soft_page_owner(page));
	return READ_ONCE(tdr->lifecycle) == SOFT_TD_TEARDOWN ?
	       TDX_SUCCESS : SOFT_TDX_LIFECYCLE_STATE_INCORRECT;
}

static void soft_reclaim_uncharge(const struct soft_page *page)
{
	struct soft_tdr *tdr;

	if (soft_page_type(page) == SOFT_PT_TDR)
		return;

	tdr = __va(soft_page_owner(page));
	atomic_long_dec(&tdr->nr_children);
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
	else
		ret = soft_reclaim_check_owner(&page);

	if (!ret) {
		soft_reclaim_uncharge(&page);
		soft_page_set(&page, SOFT_PT_NDA, 0);
	}

	soft_page_put(&page);
	return ret;
}

const struct soft_leaf soft_reclaim_leaves[] = {
	{ TDH_PHYMEM_PAGE_RECLAIM,	"PHYMEM.PAGE.RECLAIM",	soft_page_reclaim },
	{}
};
