// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: the nested page tables of a guest that executes.
 *
 * An EPT entry with RWX = 7 reads as a present, writable user entry of nested
 * paging, so the tables are the S-EPT and the host's EPT of shared memory.  Only
 * the highest that both share is a copy: the half below the shared bit from the
 * one, the half above from the other.  The host changes its root without a call,
 * so it is copied anew on each entry; where it takes something away, it makes the
 * vCPUs leave first.  The page walker sets bits 5 and 6 of the entries.
 */
#include <linux/pgtable.h>

#include "soft_svm.h"

/* As one does not need the other, a race of two vCPUs writes the same. */
static void soft_npt_copy(u64 *to, const u64 *from, unsigned long entries)
{
	/* A word at a time, and no instruction for each in virtual time's count. */
	asm volatile("rep movsq" : "+D" (to), "+S" (from), "+c" (entries) : : "memory");
}

static void soft_npt_clear(u64 *to, unsigned long entries)
{
	asm volatile("rep stosq" : "+D" (to), "+c" (entries) : "a" (0) : "memory");
}

/* The table that entry @index of @table links, or NULL. */
static u64 *soft_npt_next(u64 *table, int index)
{
	u64 entry = table ? READ_ONCE(table[index]) : 0;

	if (!(entry & SOFT_SEPTE_RWX) || !soft_hpa_is_ram(entry & SOFT_HPA_MASK))
		return NULL;
	return __va(entry & SOFT_HPA_MASK);
}

/* @half entries of each, of @private from the start on, of @shared behind as many. */
static void soft_npt_merge(u64 *root, u64 *private, u64 *shared, unsigned long half)
{
	if (private)
		soft_npt_copy(root, private, half);
	else
		soft_npt_clear(root, half);
	if (shared)
		soft_npt_copy(root + half, shared + half, half);
	else
		soft_npt_clear(root + half, half);
}

/**
 * soft_npt_sync() - bring the merged root of a TD up to date
 * @guest: about to be entered
 *
 * Return: physical address of the root, with as many levels as the host's own
 * page tables have, as nested paging wants it; 0 if the TD has more.
 */
u64 soft_npt_sync(struct soft_guest *guest)
{
	const u64 *tdcx = guest->td->tdr->tdcx_hpa;
	u64 *merged = __va(tdcx[SOFT_TDCS_MERGED_ROOT0]);
	u64 *above = __va(tdcx[SOFT_TDCS_MERGED_ROOT1]);
	u64 *private = __va(tdcx[SOFT_TDCS_SEPT_ROOT]), *shared = NULL;
	u64 eptp = guest->vcpu->vmcs[SOFT_SLOT_SHARED_EPTP] & SOFT_HPA_MASK;
	bool five = guest->td->tdcs->root_level == 4;

	if (five && !pgtable_l5_enabled())
		return 0;
	if (eptp && soft_hpa_is_ram(eptp))
		shared = __va(eptp);

	/* Shared bit 51: bit 3 of the index into a root of five levels. */
	if (five && soft_shared_bit(guest->td->tdcs) == BIT_ULL(51)) {
		soft_npt_merge(merged, private, shared, 8);
		return tdcx[SOFT_TDCS_MERGED_ROOT0];
	}

	/* Shared bit 47: bit 8 of the index into a table of the fourth level. */
	if (five) {
		private = soft_npt_next(private, 0);
		shared = soft_npt_next(shared, 0);
	}
	soft_npt_merge(merged, private, shared, PTRS_PER_PTE / 2);
	if (!pgtable_l5_enabled())
		return tdcx[SOFT_TDCS_MERGED_ROOT0];

	WRITE_ONCE(above[0], tdcx[SOFT_TDCS_MERGED_ROOT0] | SOFT_SEPTE_RWX);
	return tdcx[SOFT_TDCS_MERGED_ROOT1];
}
