// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: physical memory metadata.
 *
 * A leaf that names a 4K page walks to its PAMT entry: a shared lock on the 2M
 * region's entry, then a lock on the page's own.  Simplified against hardware:
 * there is no entry, and so no lock, at 1G level, as nothing is given to TDs
 * at that size.
 */
#include <linux/sizes.h>

#include "../tdx.h"
#include "soft_tdx.h"

/* Pages that the module owns now, by type; what PAMT.ADD donated apart. */
atomic_long_t soft_pages_owned[SOFT_PT_NR];
atomic_long_t soft_pamt_pages;

bool soft_pamt_trylock(struct soft_pamt_entry *e, bool exclusive)
{
	u64 old = READ_ONCE(e->link), new;

	do {
		u64 users = old & SOFT_PAMT_LOCK_MASK;

		if (users == SOFT_PAMT_LOCK_EXCL || (exclusive && users))
			return false;
		new = exclusive ? old | SOFT_PAMT_LOCK_EXCL : old + 1;
	} while (!try_cmpxchg(&e->link, &old, new));

	return true;
}

void soft_pamt_unlock(struct soft_pamt_entry *e, bool exclusive)
{
	u64 old = READ_ONCE(e->link), new;

	do {
		new = exclusive ? old & ~SOFT_PAMT_LOCK_MASK : old - 1;
	} while (!try_cmpxchg(&e->link, &old, new));
}

struct soft_tdmr *soft_tdmr_find(u64 hpa)
{
	for (int i = 0; i < soft_nr_tdmrs; i++) {
		if (hpa - soft_tdmrs[i].base < soft_tdmrs[i].size)
			return &soft_tdmrs[i];
	}

	return NULL;
}

bool soft_tdmr_reserved(const struct soft_tdmr *tdmr, u64 hpa)
{
	for (int i = 0; i < tdmr->nr_reserved; i++) {
		if (hpa >= tdmr->reserved[i].start && hpa < tdmr->reserved[i].end)
			return true;
	}

	return false;
}

/* Is it memory, that the module may read and write?  Not across pages. */
bool soft_hpa_is_ram(u64 hpa)
{
	struct soft_tdmr *tdmr = soft_tdmr_find(hpa);

	return tdmr && !soft_tdmr_reserved(tdmr, hpa);
}

/* Metadata of the 2M region around @hpa. */
struct soft_pamt_entry *soft_pamt_region(const struct soft_tdmr *tdmr, u64 hpa)
{
	return (struct soft_pamt_entry *)__va(tdmr->pamt_2m) + (hpa - tdmr->base) / SZ_2M;
}

/* Metadata of the page at @hpa; with Dynamic PAMT its region must have a pair. */
struct soft_pamt_entry *soft_pamt_4k(const struct soft_tdmr *tdmr,
				     const struct soft_pamt_entry *region, u64 hpa)
{
	unsigned int index = (hpa % SZ_2M) / SZ_4K;
	u64 page;

	if (!soft_dynamic_pamt)
		return (struct soft_pamt_entry *)__va(tdmr->pamt_4k) +
		       (hpa - tdmr->base) / SZ_4K;

	page = (index < PTRS_PER_PTE / 2 ? region->info : region->link) & SOFT_HPA_MASK;
	return (struct soft_pamt_entry *)__va(page) + index % (PTRS_PER_PTE / 2);
}

/* One bit per 4K page: it serves as PAMT.  Only with Dynamic PAMT. */
unsigned long *soft_pamt_bitmap(const struct soft_tdmr *tdmr)
{
	return __va(tdmr->pamt_4k);
}

/**
 * soft_page_get() - find and lock a page's metadata
 * @hpa: the page
 * @exclusive: lock the page's entry exclusive, rather than shared
 * @operand: goes into the status
 * @page: filled in on success, to be given to soft_page_put()
 *
 * Return: a completion status.
 */
u64 soft_page_get(u64 hpa, bool exclusive, u32 operand, struct soft_page *page)
{
	struct soft_tdmr *tdmr = soft_tdmr_find(hpa);

	if (!tdmr || !IS_ALIGNED(hpa, SZ_4K) || hpa >= tdmr->ready_end)
		return TDX_OPERAND_INVALID | operand;
	if (soft_tdmr_reserved(tdmr, hpa))
		return TDX_PAGE_METADATA_INCORRECT | operand;

	page->region = soft_pamt_region(tdmr, hpa);
	if (!soft_pamt_trylock(page->region, false))
		return TDX_OPERAND_BUSY | operand;

	if (soft_dynamic_pamt && !(page->region->info & SOFT_PAMT_HAS_PAIR)) {
		/* Without metadata there is still the bit that says "lent". */
		u64 ret = test_bit((hpa - tdmr->base) / SZ_4K, soft_pamt_bitmap(tdmr)) ?
			  TDX_PAGE_METADATA_INCORRECT : SOFT_TDX_MISSING_PAMT_PAGE_PAIR;

		soft_pamt_unlock_at_return(page->region, false);
		return ret | operand;
	}

	page->entry = soft_pamt_4k(tdmr, page->region, hpa);
	if (!soft_pamt_trylock(page->entry, exclusive)) {
		soft_pamt_unlock_at_return(page->region, false);
		return TDX_OPERAND_BUSY | operand;
	}

	/* Who lends the page holds its entry: the bit is stable only from here on. */
	if (soft_dynamic_pamt &&
	    test_bit((hpa - tdmr->base) / SZ_4K, soft_pamt_bitmap(tdmr))) {
		soft_pamt_unlock_at_return(page->entry, exclusive);
		soft_pamt_unlock_at_return(page->region, false);
		return TDX_PAGE_METADATA_INCORRECT | operand;
	}

	page->exclusive = exclusive;
	page->hpa = hpa;
	return TDX_SUCCESS;
}

/* As soft_page_get(), for a page that must be of a given type. */
u64 soft_page_get_type(u64 hpa, enum soft_page_type type, bool exclusive,
		       u32 operand, struct soft_page *page)
{
	u64 ret = soft_page_get(hpa, exclusive, operand, page);

	if (ret)
		return ret;

	if (soft_page_type(page) != type) {
		soft_page_put(page);
		return TDX_PAGE_METADATA_INCORRECT | operand;
	}

	return TDX_SUCCESS;
}

void soft_page_put(struct soft_page *page)
{
	soft_pamt_unlock_at_return(page->entry, page->exclusive);
	soft_pamt_unlock_at_return(page->region, false);
}

/* Give a page, locked exclusive, to @owner's TD, or back with SOFT_PT_NDA. */
void soft_page_set(struct soft_page *page, enum soft_page_type type, u64 owner)
{
	enum soft_page_type was = soft_page_type(page);

	if (was != SOFT_PT_NDA)
		atomic_long_dec(&soft_pages_owned[was]);
	if (type != SOFT_PT_NDA)
		atomic_long_inc(&soft_pages_owned[type]);

	page->entry->info = type | owner;
	page->entry->link &= SOFT_PAMT_LOCK_MASK;
}

/* Remember in which TD epoch a mapping of the page, locked exclusive, was blocked. */
void soft_page_set_bepoch(struct soft_page *page, u64 epoch)
{
	page->entry->link = (page->entry->link & SOFT_PAMT_LOCK_MASK) | epoch << 12;
}

static u64 soft_page_rdmd(struct pt_regs *regs)
{
	struct soft_tdmr *tdmr = soft_tdmr_find(regs->cx);
	struct soft_page page;
	u64 ret;

	if (tdmr && IS_ALIGNED(regs->cx, SZ_4K) && soft_tdmr_reserved(tdmr, regs->cx)) {
		regs->cx = SOFT_PT_RSVD;
		regs->dx = 0;
		regs->r8 = 0;
		return TDX_SUCCESS;
	}

	ret = soft_page_get(regs->cx, false, SOFT_OPERAND_RCX, &page);
	/* Nothing of a region without a pair is in use. */
	if ((ret & TDX_SEAMCALL_STATUS_MASK) == SOFT_TDX_MISSING_PAMT_PAGE_PAIR) {
		regs->cx = SOFT_PT_NDA;
		regs->dx = 0;
		regs->r8 = 0;
		return TDX_SUCCESS;
	}
	if (ret)
		return ret;

	regs->cx = soft_page_type(&page);
	regs->dx = soft_page_owner(&page);
	regs->r8 = 0;	/* 4K */
	soft_page_put(&page);
	return TDX_SUCCESS;
}

/*
 * There are no caches to write back.  The page is found as any other, so its
 * metadata must still be there: the host puts PAMT after this.
 */
static u64 soft_page_wbinvd(struct pt_regs *regs)
{
	u64 hpa = regs->cx & (BIT_ULL(boot_cpu_data.x86_phys_bits) - 1);
	struct soft_page page;
	u64 ret;

	ret = soft_page_get(hpa, false, SOFT_OPERAND_RCX, &page);
	if (!ret)
		soft_page_put(&page);

	return ret;
}

const struct soft_leaf soft_pamt_leaves[] = {
	{ TDH_PHYMEM_PAGE_RDMD,		"PHYMEM.PAGE.RDMD",	soft_page_rdmd },
	{ TDH_PHYMEM_PAGE_WBINVD,	"PHYMEM.PAGE.WBINVD",	soft_page_wbinvd },
	{}
};
