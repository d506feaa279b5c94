// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: a TD's memory as its guest sees it.
 *
 * Private memory is what the S-EPT maps, shared memory what the EPT of the host
 * does.  No lock is held: while a vCPU is inside, the host cannot complete the
 * tracking that it needs before it takes a page away.
 */
#include <linux/string.h>

#include "soft_guest.h"

/* The guest has the S-EPT entry locked while it clears the page. */
static bool soft_accept_entry(u64 *entry, u64 old)
{
	u64 hpa = old & SOFT_HPA_MASK;

	if (!soft_sept_cmpxchg(entry, old, old | SOFT_SEPTE_ACCEPTING))
		return false;

	memset(__va(hpa), 0, PAGE_SIZE);
	WRITE_ONCE(*entry, soft_sept_make(SOFT_SEPT_PRESENT, hpa));
	return true;
}

/**
 * soft_accept() - what TDG.MEM.PAGE.ACCEPT does
 * @td: the TD
 * @gpa: private, aligned to the size of @level
 * @level: 0 for 4K, 1 for 2M
 */
enum soft_accept soft_accept(struct soft_td *td, u64 gpa, int level)
{
	struct soft_sept_walk walk;
	u64 entry;

	soft_sept_walk(td, gpa, level, &walk);
	if (!walk.complete)
		return SOFT_ACCEPT_VIOLATION;

	entry = READ_ONCE(*walk.entry);
	switch (soft_sept_state(entry, level)) {
	case SOFT_SEPT_NL_PRESENT:
		return SOFT_ACCEPT_SIZE;
	case SOFT_SEPT_PRESENT:
		return SOFT_ACCEPT_ALREADY;
	case SOFT_SEPT_PENDING:
		/* Blocked by the host just now: that is an EPT violation then. */
		return soft_accept_entry(walk.entry, entry) ? SOFT_ACCEPT_DONE :
							      SOFT_ACCEPT_VIOLATION;
	default:
		return SOFT_ACCEPT_VIOLATION;
	}
}

/* Where the guest's private memory at @gpa is; NULL if nothing is mapped. */
void *soft_private_va(struct soft_td *td, u64 gpa)
{
	struct soft_sept_walk walk;
	u64 entry;

	if (gpa >= soft_shared_bit(td->tdcs))
		return NULL;

	soft_sept_walk(td, gpa, 0, &walk);
	if (!walk.complete)
		return NULL;

	entry = READ_ONCE(*walk.entry);
	if (soft_sept_state(entry, 0) != SOFT_SEPT_PRESENT)
		return NULL;

	return __va((entry & SOFT_HPA_MASK) | (gpa & ~PAGE_MASK));
}

/**
 * soft_shared_entry() - the entry of the host's EPT that decides about a shared GPA
 * @td: the TD
 * @vcpu: the vCPU, which has the EPT's root
 * @gpa: guest physical address
 * @level: the entry's level, 0 for 4K
 *
 * Return: an entry that maps a page, or the last one on the way to it; 0 if
 * there is no EPT, or a table that is no memory.
 */
u64 soft_shared_entry(struct soft_td *td, struct soft_tdvpr *vcpu, u64 gpa, int *level)
{
	u64 entry = vcpu->vmcs[SOFT_SLOT_SHARED_EPTP];

	*level = td->tdcs->root_level;
	if (!entry)
		return 0;

	for (;; --*level) {
		u64 hpa = entry & SOFT_HPA_MASK;

		if (!soft_hpa_is_ram(hpa))
			return 0;
		entry = READ_ONCE(((u64 *)__va(hpa))[(gpa >> (PAGE_SHIFT + 9 * *level)) %
						     PTRS_PER_PTE]);
		if (!*level || (entry & BIT_ULL(7)) || !(entry & VMX_EPT_RWX_MASK))
			return entry;
	}
}
